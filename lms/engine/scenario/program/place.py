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
}


def said(place: str) -> str:
    """Say in words where a place of a Program is: `the label of 'promise' in 'tray'`."""
    parts = place.split("/")
    ids = [part for number, part in enumerate(parts) if number and parts[number - 1] in NOUNS and not part.isdigit()]
    names = [
        _SAYINGS.get(part, f"the {part.replace('_', ' ')}") for part in parts if not part.isdigit() and part not in ids
    ]
    known = [_SAYINGS[part] for part in parts if part in _SAYINGS and part not in ids]
    what = known[-1] if known and parts[-1] not in ids else names[-1] if names and parts[-1] not in ids else "it"
    telling = f" (as told in '{parts[1]}')" if parts[0] == "tellings" and len(parts) > 1 else ""
    return what + (f" of '{ids[-1]}'" if ids else "") + (f" in '{ids[-2]}'" if len(ids) > 1 else "") + telling
