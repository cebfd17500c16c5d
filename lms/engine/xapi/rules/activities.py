"""Rules of activities, their definitions and interactions (Data 2.4.4.1)."""

from typing import Any

from lms.engine.xapi.rules.values import Report, extensions, iri, known, language_map, required, text

COMPONENTS = {
    "choice": ("choices",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "true-false": (),
    "fill-in": (),
    "long-fill-in": (),
    "numeric": (),
    "other": (),
}
"""Interaction type → the component lists that it may have (2.4.4.1, Interaction Components)."""

_LISTS = ("choices", "scale", "source", "target", "steps")


def _interaction_type(report: Report, path: str, value: Any) -> None:
    """2.4.4.1: one of ten types, in this case."""
    if not isinstance(value, str) or value not in COMPONENTS:
        report.say(path, "2.4.4.1", f"must be one of {', '.join(COMPONENTS)}")


def _patterns(report: Report, path: str, value: Any) -> None:
    """2.4.4.1: correct responses are an array of strings."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        report.say(path, "2.4.4.1", "must be an array of strings")


def _components(report: Report, path: str, value: Any) -> None:
    """2.4.4.1: components have ids, each distinct in its list."""
    if not isinstance(value, list):
        report.say(path, "2.4.4.1", "must be an array of interaction components")
        return
    seen = set()
    for index, item in enumerate(value):
        here = f"{path}[{index}]"
        if known(report, here, item, {"id": text, "description": language_map}, "2.4.4.1"):
            required(report, here, item, ("id",), "2.4.4.1")
            key = item.get("id")
            if isinstance(key, str):
                if key in seen:
                    report.say(f"{here}.id", "2.4.4.1", f"is there twice: {key}")
                seen.add(key)


_DEFINITION = {
    "name": language_map,
    "description": language_map,
    "type": iri,
    "moreInfo": iri,
    "extensions": extensions,
    "interactionType": _interaction_type,
    "correctResponsesPattern": _patterns,
    **dict.fromkeys(_LISTS, _components),
}


def definition(report: Report, path: str, value: Any) -> None:
    """2.4.4.1: a definition; what belongs to an interaction needs its type, and fits it."""
    if not known(report, path, value, _DEFINITION, "2.4.4.1"):
        return
    lists = [key for key in _LISTS if key in value]
    kind = value.get("interactionType")
    if kind is None:
        if lists or "correctResponsesPattern" in value:
            report.say(f"{path}.interactionType", "2.4.4.1", "is required for an interaction")
    elif isinstance(kind, str) and kind in COMPONENTS:
        for key in lists:
            if key not in COMPONENTS[kind]:
                report.say(f"{path}.{key}", "2.4.4.1", f"does not belong to an interaction of type {kind}")


def _object_type(report: Report, path: str, value: Any) -> None:
    if value != "Activity":
        report.say(path, "2.4.4.1", "must be Activity")


_ACTIVITY = {"objectType": _object_type, "id": iri, "definition": definition}


def activity(report: Report, path: str, value: Any) -> None:
    """2.4.4.1: an activity has an IRI."""
    if known(report, path, value, _ACTIVITY, "2.4.4.1"):
        required(report, path, value, ("id",), "2.4.4.1")
