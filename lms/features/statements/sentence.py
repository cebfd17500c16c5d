"""A statement as people would say it. Pure: names come in, words go out."""

from collections.abc import Mapping
from typing import Any


def sentence(statement: Mapping[str, Any], who: str) -> str:
    """Return a statement in words: who, did what, to what, with what result. The verb is in the statement's language."""
    words = [who, _verb(statement["verb"]), _thing(statement["object"])]
    result = statement.get("result", {})
    score = result.get("score", {})
    if "scaled" in score:
        words.append(f"({round(score['scaled'] * 100)} %)")
    if response := result.get("response"):
        words.append(f"→ {response}")
    return " ".join(word for word in words if word)


def _verb(verb: Mapping[str, Any]) -> str:
    return _first(verb.get("display", {})) or verb["id"].rsplit("/", 1)[-1]


def _thing(target: Mapping[str, Any]) -> str:
    if target.get("objectType", "Activity") == "Activity":
        return f"“{_first(target.get('definition', {}).get('name', {})) or target['id']}”"
    if "id" in target:
        return f"statement {target['id']}"
    return str(target.get("name") or target.get("mbox") or target.get("account", {}).get("name") or "")


def _first(words: Mapping[str, str]) -> str:
    return next((words[language] for language in ("en-GB", "en") if language in words), next(iter(words.values()), ""))
