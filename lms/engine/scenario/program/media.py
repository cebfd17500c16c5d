"""What a scene shows beside words: pictures, videos and recordings, pinned by hash, with the words that go with them."""

from dataclasses import dataclass

from lms.engine.scenario.program.expression import Expression
from lms.engine.source.media import Captions
from lms.kernel.record import Tagged


@dataclass(frozen=True, slots=True)
class Picture(Tagged):
    """A picture beside the scenario's file; `hash` pins its bytes when the version is published."""

    file: str
    alt: str
    caption: str = ""
    hash: str = ""
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Video(Tagged):
    """A video beside the scenario's file, with what is said in it as captions, and all of it as text to read instead.

    `title` says what is to be seen; `hash` pins the bytes of the video, and `captions` those of each language. The
    story's own stand first. `transcript` is Markdown.
    """

    file: str
    title: str
    caption: str = ""
    hash: str = ""
    captions: tuple[Captions, ...] = ()
    transcript: str = ""
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Recording(Tagged):
    """Something to hear, and its transcript in Markdown."""

    file: str
    title: str
    caption: str = ""
    hash: str = ""
    transcript: str = ""
    when: Expression | None = None
