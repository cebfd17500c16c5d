"""Where something stands in a Program, said in words: a place is a path such as `scenes/tray/choices/promise/label`."""

from collections.abc import Mapping

NOUNS: Mapping[str, str] = {
    "scenes": "scene", "choices": "choice", "items": "option", "routes": "route", "laters": "later", "musts": "must",
    "must_nots": "must_not", "points": "debrief", "references": "reference", "characters": "character",
    "competencies": "competency", "variables": "variable", "objectives": "objective", "prompts": "prompt",
    "draws": "draw", "tracks": "track", "scales": "scale", "derived": "derived name", "support": "help",
}  # fmt: skip
"""Lists whose items have ids, and what such an item is called."""

_SAYINGS: Mapping[str, str] = {
    "blocks": "the text",
    "consequence": "what follows",
    "why_plausible": "what speaks for it",
    "to": "where it leads",
    "then": "where it leads",
    "when": "the condition",
    "pass_when": "when it is passed",
    "why": "the reason",
    "minutes": "how long it takes",
    "takes": "how long it takes",
    "summary_route": "the summary to read instead",
    "voice": "the person's own words",
    "says": "the words",
    "ask": "the question",
    "alt": "what the picture shows",
    "caption": "the caption",
    "transcript": "the transcript",
    "back": "where the call comes back to",
    "once": "the limit to once",
    "low": "the least value",
    "high": "the greatest value",
    "least": "the least number to take",
    "most": "the greatest number to take",
    "weights": "how often each value comes",
    "blame": "the choices that count as its cause",
    "before": "the scene before which it is kept",
    "confidence": "the question how sure one is",
    "several": "the leave to choose several answers",
    "partly_from": "the share from which it is partly right",
    "keeps": "what the checkpoint keeps",
    "exit": "the choice that leaves",
    "seconds": "the time limit in seconds",
    "observe": "what is measured",
    "about": "the choices that it is about",
    "checked": "the day on which it was checked",
    "review_by": "the day by which it is checked again",
    "success": "the mark as a good ending",
    "usual_low": "the lower end of what is usual",
    "usual_high": "the upper end of what is usual",
    "required": "the duty to write",
    "limit": "the greatest length",
    "shuffle": "the order by chance",
    "hash": "the content of the file",
}

_SAYINGS_IN: Mapping[str, str] = {
    "start": "the first scene",
    "minutes/low": "how long it takes",
    "minutes/high": "how long it takes",
    "clock/start": "the time at which the clock starts",
    "clock/end": "the time at which the clock stops",
    "variables/start": "the value at the start",
    "competencies/start": "the value at the start",
    "laters/scene": "the scene that sets it going",
    "laters/at": "the scene before which it comes",
    "laters/after": "the number of scenes after which it comes",
    "laters/clock": "the time at which it comes",
    "draws/scene": "the scene in which it is drawn",
    "scenes/kind": "the kind of scene",
    "question/id": "the id of the question",
    "question/at": "the moment of the feedback",
    "question/right": "what a right answer changes",
    "question/partly": "what a partly right answer changes",
    "question/wrong": "what a wrong answer changes",
    "items/right": "the mark as right",
    "order/id": "the id of what is put in order",
    "order/at": "the moment of the feedback",
    "order/order": "the right order",
    "order/right": "what a right order changes",
    "order/partly": "what a partly right order changes",
    "order/wrong": "what a wrong order changes",
    "free_text/id": "the id of the free text",
    "feedback/at": "the moment of the feedback",
    "feedback/markdown": "the feedback",
    "reviewed/by": "the name of the reviewer",
    "reviewed/on": "the day of the review",
}
"""Fields whose name alone does not say enough: with the list or the part that holds them."""


def said(place: str) -> str:
    """Say in words where a place of a Program is: `the label of 'promise' in 'tray'`."""
    parts = place.split("/")
    ids = [part for number, part in enumerate(parts) if number and parts[number - 1] in NOUNS and not part.isdigit()]
    names = [
        _SAYINGS.get(part, f"the {part.replace('_', ' ')}") for part in parts if not part.isdigit() and part not in ids
    ]
    known = [_SAYINGS[part] for part in parts if part in _SAYINGS and part not in ids]
    fields = [part for part in parts if not part.isdigit() and part not in ids]
    known += [_SAYINGS_IN[pair] for pair in ["/".join(fields[-2:])] if pair in _SAYINGS_IN]
    what = known[-1] if known and parts[-1] not in ids else names[-1] if names and parts[-1] not in ids else "it"
    telling = f" (as told in '{parts[1]}')" if parts[0] == "tellings" and len(parts) > 1 else ""
    return what + (f" of '{ids[-1]}'" if ids else "") + (f" in '{ids[-2]}'" if len(ids) > 1 else "") + telling
