"""Media beside a source: pictures, videos and recordings in the folder `media`, and the words that lie beside them.

    media/handover.mp4          a video
    media/handover.vtt          its captions, in the language of the story or course
    media/handover.cy.vtt       its captions in Welsh
    media/handover.md           its transcript: Markdown, for whoever reads instead
    media/handover.cy.md        its transcript in Welsh

Whoever shows a video or a recording asks `Media` for its words; what is said twice or belongs to nothing is reported here.
Captions are kept with the version by the hash of their bytes, as the video is; a transcript is text of the version itself.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lms.engine.source import codes, markup
from lms.engine.source.captions import read_captions
from lms.engine.source.problem import Problems
from lms.engine.source.span import Span
from lms.engine.source.text import Source, SourceFile, decode
from lms.kernel.record import Record

FOLDER = "media/"
Medium = Literal["picture", "video", "recording"]

CAPTIONS, TRANSCRIPT = ".vtt", ".md"
PICTURES: Mapping[str, str] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
VIDEOS: Mapping[str, str] = {".mp4": "video/mp4", ".webm": "video/webm"}
RECORDINGS: Mapping[str, str] = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg"}
TYPES: Mapping[str, str] = {**PICTURES, **VIDEOS, **RECORDINGS, CAPTIONS: "text/vtt"}
"""What browsers everywhere show, by how the name ends, and the type under which it is sent."""

_MEDIA: tuple[tuple[Medium, Mapping[str, str]], ...] = (
    ("picture", PICTURES),
    ("video", VIDEOS),
    ("recording", RECORDINGS),
)
_WORDS = re.compile(r"(?P<stem>.+?)(?:\.(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})*))?(?P<suffix>\.vtt|\.md)")


@dataclass(frozen=True, slots=True)
class Captions(Record):
    """The captions of a video in a language; `hash` pins their bytes when the version is published."""

    language: str
    hash: str


@dataclass(frozen=True, slots=True)
class Media:
    """The media of a folder: hashes by file, the words of videos and recordings by the file without its ending."""

    hashes: Mapping[str, str] = field(default_factory=dict)
    captions: Mapping[str, tuple[Captions, ...]] = field(default_factory=dict)
    """The first is in the language of the story or course, where it is there."""
    lasting: Mapping[str, int] = field(default_factory=dict)
    """Seconds until the last cue of a video has ended."""
    transcripts: Mapping[str, Mapping[str, Source]] = field(default_factory=dict)
    """By language; that of the story or course is the empty one."""

    def captions_of(self, file: str) -> tuple[Captions, ...]:
        """Return the captions of a video."""
        return self.captions.get(_stem(file), ())

    def seconds_of(self, file: str) -> int:
        """Return how long a video lasts at least; 0 where that is not known."""
        return self.lasting.get(_stem(file), 0)

    def transcript_of(self, file: str, language: str = "") -> str:
        """Return what is said and seen in a video or recording, as Markdown; empty where it is not there."""
        source = self.transcripts.get(_stem(file), {}).get(language)
        return source.text.strip() if source else ""

    def check_words(self, file: str, span: Span, problems: Problems) -> None:
        """Report a video or a recording, shown at a place, that shuts out whoever does not hear or see it."""
        medium, name = medium_of(file), _stem(file)
        if medium == "video" and name not in self.captions:
            problems.add(
                codes.NO_CAPTIONS,
                span,
                "the video has no captions",
                why="who does not hear it, or may not play it aloud, misses what is said",
                fix=f"save them as WebVTT beside it: {name}{CAPTIONS}; where nothing is said, they say that",
            )
        if medium == "video" and "" not in self.transcripts.get(name, {}):
            problems.add(
                codes.NO_TRANSCRIPT,
                span,
                "the video has no transcript",
                why="who does not see it, or has no network for it, needs in words what it shows",
                fix=f"write what is said and what is to be seen into {name}{TRANSCRIPT}",
            )
        if medium == "recording" and "" not in self.transcripts.get(name, {}):
            problems.add(
                codes.UNWRITTEN_RECORDING,
                span,
                "the recording has no transcript",
                why="who does not hear it, or may not play it aloud, needs what is said in words",
                fix=f"write who says what into {name}{TRANSCRIPT}",
            )


def medium_of(file: str) -> Medium | None:
    """Return what a file is shown as, by how its name ends; None where it is not shown."""
    return next((medium for medium, types in _MEDIA if _suffix(file) in types), None)


def type_of(file: str) -> str:
    """Return the type under which a file is sent; what is not shown is sent as plain bytes."""
    return TYPES.get(_suffix(file), "application/octet-stream")


def endings() -> str:
    """Say which files are shown."""
    return "; ".join(f"{medium}s: {', '.join(types)}" for medium, types in _MEDIA)


def read_media(files: Iterable[SourceFile], language: str, problems: Problems) -> Media:
    """Read the media of a folder whose texts are in `language`, and report words that cannot be read or belong to none."""
    found = {file.name: file for file in files if file.name.startswith(FOLDER)}
    spoken = {_stem(name) for name in found if medium_of(name) in {"video", "recording"}}
    seen = {_stem(name) for name in found if medium_of(name) == "video"}
    captions: dict[str, dict[str, Captions]] = {}
    lasting: dict[str, int] = {}
    transcripts: dict[str, dict[str, Source]] = {}
    for name, file in sorted(found.items()):
        match = _WORDS.fullmatch(name)
        if match is None:
            continue
        is_captions = match["suffix"] == CAPTIONS
        owners = seen if is_captions else spoken
        stem, told = name.removesuffix(match["suffix"]), ""
        if stem not in owners:
            stem, told = match["stem"], match["language"] or ""
        if stem not in owners:
            _report_stray(file, stem, is_captions=is_captions, problems=problems)
            continue
        told = "" if told == language else told
        if told in (captions if is_captions else transcripts).get(stem, {}):
            _report_twice(file, f"{stem}{match['suffix']}", problems)
        elif is_captions:
            captions.setdefault(stem, {})[told] = Captions(told or language, file.hash)
            ends = 0 if file.refusal else read_captions(file, problems) or 0
            lasting[stem] = max(lasting.get(stem, 0), -(-ends // 1000))
        else:
            transcripts.setdefault(stem, {})[told] = _read_transcript(file, problems)
    return Media(
        {name: file.hash for name, file in found.items()},
        {stem: tuple(one for _, one in sorted(each.items())) for stem, each in captions.items()},
        lasting,
        transcripts,
    )


def _read_transcript(file: SourceFile, problems: Problems) -> Source:
    """Return a transcript, empty where it cannot be read, which is reported."""
    source = None if file.refusal else decode(file.path, file.data, problems)
    if source is not None:
        markup.check_lines(source.lines, _place_in(source), problems)
    return source or Source(file.path, "")


def _place_in(source: Source) -> Callable[[int, int, int], Span]:
    return lambda line, column, length: source.span(line + 1, column + 1, length)


def _report_stray(file: SourceFile, stem: str, *, is_captions: bool, problems: Problems) -> None:
    what, of = ("captions", "video") if is_captions else ("transcript", "video or recording")
    problems.add(
        codes.STRAY_WORDS,
        Span(file.path, 1, 1),
        f"there is no {of} of this name, whose {what} this could be",
        why="words and what they belong to have the same name, and lie in the same folder",
        fix=f"correct the name (the {of} would be {stem}{next(iter(VIDEOS))}), or remove the file",
    )


def _report_twice(file: SourceFile, other: str, problems: Problems) -> None:
    problems.add(
        codes.STRAY_WORDS,
        Span(file.path, 1, 1),
        f"'{other}' says the same in the same language",
        why="only one of them is shown",
        fix="keep one of the two; the language in a name is another one than the story's own",
    )


def _suffix(file: str) -> str:
    name = file.lower()
    return name[name.rfind(".") :] if "." in name else ""


def _stem(file: str) -> str:
    return file[: file.rfind(".")] if "." in file else file
