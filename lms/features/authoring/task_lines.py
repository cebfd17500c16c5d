"""How sure one is, and the author's words on what was taken, in the terminal. Pure."""

from collections.abc import Iterable

from lms.engine.scenario.play.scene import Scene, Word
from lms.engine.scenario.program.task import Sureness

SURE: dict[str, Sureness] = {"g": "guess", "f": "fairly", "c": "certain"}
HOW_SURE = "; then how sure you are: g a guess, f fairly, c certain"
_MARKS = {"right": "✓", "wrong": "✗", "answer": "…", "elsewhere": "↕", "stray": "✗", "missed": "…", "": "·"}
_SAID = {
    "wrong": " (not this one)",
    "answer": " (right, not chosen)",
    "elsewhere": " (belongs elsewhere)",
    "stray": " (does not belong)",
    "missed": " (missing)",
}


def split_sure(scene: Scene, answer: str) -> tuple[str, Sureness]:
    """Return an answer without its last word, and how sure that says one is, where the scene asks for it."""
    words = answer.split()
    if scene.asks_how_sure and len(words) > 1 and words[-1] in SURE:
        return " ".join(words[:-1]), SURE[words[-1]]
    return answer, ""


def word_lines(words: Iterable[Word]) -> list[str]:
    """Return the author's words on what was taken, each with a mark."""
    return [
        line
        for word in words
        for line in (f"  {_MARKS[word.mark]} {word.about}{_SAID.get(word.mark, '')}", f"    {word.markdown}")
        if line.strip()
    ]
