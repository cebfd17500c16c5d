"""Our xAPI profile, made from the code that emits the statements, and the reading of it.

The document follows the xAPI Profiles specification 1.0: concepts, statement templates, patterns. `templates_of` reads
a statement against the templates and `follows` a registration's statements against the patterns, so that tests can
show that what we emit is what we publish.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.engine.xapi import vocabulary as v

_SCHEME = v.PROFILE_VERSION
_REGISTRATION = "$.context.registration"
_RESPONSE = "$.result.response"
_DURATION = "$.result.duration"
_SCALED = "$.result.score.scaled"


def _context(term: v.Term) -> str:
    return f"$.context.extensions['{term.iri}']"


def _result(term: v.Term) -> str:
    return f"$.result.extensions['{term.iri}']"


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of statement: verb and object's type decide, the rules describe the rest.

    `included` must be there, `excluded` must not, `recommended` may.
    """

    name: str
    label: str
    verb: v.Term
    types: tuple[v.Term, ...]
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    recommended: tuple[str, ...] = ()
    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Path → the values that may stand there, which must include the statement's own."""

    @property
    def iri(self) -> str:
        """Return the template's IRI."""
        return f"{v.OWN}/templates/{self.name}"


_STARTABLE = (v.COURSE, v.LESSON, v.QUIZ, v.SIMULATION)
_NOTHING_WRITTEN = (_RESPONSE, "$.attachments")

TEMPLATES = (
    Template("launched", "launched an activity", v.LAUNCHED, _STARTABLE, excluded=("$.result",)),
    Template("initialized", "began an attempt, or a course", v.INITIALIZED, _STARTABLE, excluded=("$.result",)),
    Template(
        "arrived",
        "arrived at a scene",
        v.ARRIVED,
        (v.SCENE,),
        included=(_context(v.AT_SCENE), "$.context.contextActivities.parent"),
        excluded=("$.result",),
        recommended=(_context(v.CLOCK), _context(v.CONTENT)),
    ),
    Template(
        "decided",
        "took a decision",
        v.RESPONDED,
        (v.INTERACTION,),
        included=(_RESPONSE, _context(v.AT_SCENE), _context(v.OFFERED), "$.object.definition.choices"),
        recommended=(_DURATION, _context(v.CLOCK), _context(v.CONFIDENCE), _context(v.CONTENT)),
        values={"$.object.definition.interactionType": ("choice",)},
    ),
    Template(
        "wrote",
        "wrote something, which is not told",
        v.RESPONDED,
        (v.INTERACTION,),
        included=(_context(v.AT_SCENE),),
        excluded=_NOTHING_WRITTEN,
        recommended=(_DURATION,),
        values={"$.object.definition.interactionType": ("long-fill-in",)},
    ),
    Template(
        "answered",
        "answered a question",
        v.ANSWERED,
        (v.INTERACTION,),
        included=(
            _RESPONSE,
            "$.result.success",
            "$.object.definition.choices",
            "$.object.definition.correctResponsesPattern",
        ),
        recommended=(_DURATION,),
        values={"$.object.definition.interactionType": ("choice",)},
    ),
    Template(
        "ordered",
        "put things in order",
        v.ANSWERED,
        (v.INTERACTION,),
        included=(
            _RESPONSE,
            "$.result.success",
            "$.object.definition.choices",
            "$.object.definition.correctResponsesPattern",
            _context(v.AT_SCENE),
        ),
        recommended=(_DURATION, _context(v.CLOCK), _context(v.CONFIDENCE), _context(v.CONTENT)),
        values={"$.object.definition.interactionType": ("sequencing",)},
    ),
    Template(
        "passed",
        "passed",
        v.PASSED,
        _STARTABLE,
        excluded=_NOTHING_WRITTEN,
        recommended=(_SCALED, _DURATION, _context(v.MASTERY_SCORE), _result(v.ENDING), _result(v.BANDS)),
        values={"$.result.success": (True,)},
    ),
    Template(
        "failed",
        "failed",
        v.FAILED,
        _STARTABLE,
        excluded=_NOTHING_WRITTEN,
        recommended=(_SCALED, _DURATION, _context(v.MASTERY_SCORE), _result(v.ENDING), _result(v.MISSED)),
        values={"$.result.success": (False,)},
    ),
    Template(
        "completed",
        "completed",
        v.COMPLETED,
        _STARTABLE,
        excluded=_NOTHING_WRITTEN,
        recommended=(_DURATION,),
        values={"$.result.completion": (True,)},
    ),
    Template(
        "debriefed",
        "went through a debrief",
        v.DEBRIEFED,
        (v.SIMULATION,),
        included=(_result(v.MINUTES),),
        excluded=_NOTHING_WRITTEN,
    ),
    Template(
        "earned",
        "earned a certificate",
        v.EARNED,
        (v.CERTIFICATE,),
        excluded=_NOTHING_WRITTEN,
        recommended=(_result(v.VALID_UNTIL),),
    ),
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """An order of statements, as a regular expression over template names in angle brackets."""

    name: str
    label: str
    expression: str
    members: Mapping[str, Any]
    """How the same is said in the profile document: the operator and its templates or patterns."""
    primary: bool = False


_EACH = "<arrived>|<decided>|<answered>|<ordered>|<wrote>"

PATTERNS = (
    Pattern("steps", "scenes and what was done there", f"({_EACH})*", {"zeroOrMore": "step"}),
    Pattern("step", "one step", _EACH, {"alternates": ("arrived", "decided", "answered", "ordered", "wrote")}),
    Pattern("verdict", "passed or failed", "<passed>|<failed>", {"alternates": ("passed", "failed")}),
    Pattern("perhaps-verdict", "a verdict, or none", "(<passed>|<failed>)?", {"optional": "verdict"}),
    Pattern("perhaps-debrief", "a debrief, or none", "(<debriefed>)?", {"optional": "debriefed"}),
    Pattern("perhaps-launch", "launched, or not", "(<launched>)?", {"optional": "launched"}),
    Pattern("answers", "answers", "(<answered>)*", {"zeroOrMore": "answered"}),
    Pattern(
        "run",
        "a finished run of a scenario",
        f"(<launched>)?<initialized>({_EACH})*(<passed>|<failed>)?<completed>(<debriefed>)?",
        {"sequence": ("perhaps-launch", "initialized", "steps", "perhaps-verdict", "completed", "perhaps-debrief")},
        primary=True,
    ),
    Pattern(
        "try",
        "a finished try of a quiz",
        "(<launched>)?<initialized>(<answered>)*(<passed>|<failed>)?<completed>",
        {"sequence": ("perhaps-launch", "initialized", "answers", "perhaps-verdict", "completed")},
        primary=True,
    ),
)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

_STEP = re.compile(r"\.([A-Za-z]+)|\['([^']+)'\]")


def value_at(statement: Mapping[str, Any], path: str) -> Any:
    """Return the value at a JSON path as used here (`$.a.b['iri']`), or None."""
    value: Any = statement
    for match in _STEP.finditer(path):
        if not isinstance(value, Mapping):
            return None
        value = value.get(match[1] or match[2])
    return value


def templates_of(statement: Mapping[str, Any]) -> list[str]:
    """Return the names of the templates that a statement matches; exactly one if it is ours."""
    return [template.name for template in TEMPLATES if _matches(statement, template)]


def _matches(statement: Mapping[str, Any], template: Template) -> bool:
    kind = value_at(statement, "$.object.definition.type")
    categories = value_at(statement, "$.context.contextActivities.category") or ()
    return (
        value_at(statement, "$.verb.id") == template.verb.iri
        and kind in {term.iri for term in template.types}
        and v.PROFILE_VERSION in {each["id"] for each in categories}
        and value_at(statement, _REGISTRATION) is not None
        and all(value_at(statement, path) is not None for path in template.included)
        and all(value_at(statement, path) is None for path in template.excluded)
        and all(value_at(statement, path) in allowed for path, allowed in template.values.items())
    )


def follows(statements: Iterable[Mapping[str, Any]], pattern: str) -> bool:
    """Tell whether statements, in order, are what a pattern says."""
    expression = next(each.expression for each in PATTERNS if each.name == pattern)
    told = "".join(f"<{name}>" for statement in statements for name in templates_of(statement)[:1])
    return re.fullmatch(expression, told) is not None


# ── the document ──────────────────────────────────────────────────────────────────────────────────────────────────


def document() -> dict[str, Any]:
    """Return the profile as JSON-LD."""
    return {
        "@context": "https://w3id.org/xapi/profiles/context",
        "id": v.OWN,
        "type": "Profile",
        "conformsTo": "https://w3id.org/xapi/profiles#1.0",
        "prefLabel": {"en": "Ymarfer"},
        "definition": {
            "en": "Courses, quizzes and branching simulations for health and social care: what a learner decided, "
            "where, among which options, and what came of it. Nothing that a learner wrote is ever told."
        },
        "author": {"type": "Organization", "name": "Ymarfer"},
        "versions": [{"id": v.PROFILE_VERSION, "generatedAtTime": "2026-11-21T00:00:00Z"}],
        "concepts": [
            *(_extension(term, "ContextExtension") for term in v.CONTEXT_EXTENSIONS),
            *(_extension(term, "ResultExtension") for term in v.RESULT_EXTENSIONS),
        ],
        "templates": [_template(template) for template in TEMPLATES],
        "patterns": [_pattern(pattern) for pattern in PATTERNS],
    }


def _extension(term: v.Term, kind: str) -> dict[str, Any]:
    verbs = sorted(
        {
            template.verb.iri
            for template in TEMPLATES
            if any(term.iri in path for path in (*template.included, *template.recommended))
        }
    )
    concept = {
        "id": term.iri,
        "type": kind,
        "inScheme": _SCHEME,
        "prefLabel": {"en": term.word},
        "definition": {"en": term.meaning},
    }
    return {**concept, "recommendedVerbs": verbs} if verbs else concept


def _template(template: Template) -> dict[str, Any]:
    types = [term.iri for term in template.types]
    rules = [
        {"location": _REGISTRATION, "presence": "included"},
        *({"location": path, "presence": "included"} for path in template.included),
        *({"location": path, "presence": "excluded"} for path in template.excluded),
        *({"location": path, "presence": "recommended"} for path in template.recommended),
        *(
            {"location": path, "presence": "included", "any": list(allowed)}
            for path, allowed in template.values.items()
        ),
    ]
    if len(types) > 1:
        rules.append({"location": "$.object.definition.type", "presence": "included", "any": types})
    return {
        "id": template.iri,
        "type": "StatementTemplate",
        "inScheme": _SCHEME,
        "prefLabel": {"en": template.label},
        "definition": {"en": f"{template.verb.meaning}"},
        "verb": template.verb.iri,
        **({"objectActivityType": types[0]} if len(types) == 1 else {}),
        "contextCategoryActivityType": [v.PROFILE.iri],
        "rules": rules,
    }


def _pattern(pattern: Pattern) -> dict[str, Any]:
    def member(name: str) -> str:
        return f"{v.OWN}/{'patterns' if name in {each.name for each in PATTERNS} else 'templates'}/{name}"

    operator, names = next(iter(pattern.members.items()))
    return {
        "id": f"{v.OWN}/patterns/{pattern.name}",
        "type": "Pattern",
        "inScheme": _SCHEME,
        "primary": pattern.primary,
        "prefLabel": {"en": pattern.label},
        "definition": {"en": pattern.label.capitalize() + "."},
        operator: member(names) if isinstance(names, str) else [member(name) for name in names],
    }
