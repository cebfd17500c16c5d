"""Where the parts of a Program stand in its file, for whoever finds something about the Program later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lms.engine.scenario.language import check, syntax
from lms.engine.source.span import Span

Kind = Literal[
    "scenes",
    "taken",
    "guards",
    "laters",
    "musts",
    "variables",
    "draws",
    "derived",
    "competencies",
    "assertions",
    "passing",
]
"""What has places, each under the field of `Places` that is called so."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places by id; `taken` are choices, options and routes, `guards` the conditions of choices and options."""

    files: Mapping[str, tuple[str, ...]]
    """The lines of each file, by its path."""
    scenes: Mapping[str, Span]
    taken: Mapping[str, Span]
    guards: Mapping[str, Span]
    laters: Mapping[str, Span]
    musts: Mapping[str, Span]
    variables: Mapping[str, Span]
    draws: Mapping[str, Span]
    derived: Mapping[str, Span]
    competencies: Mapping[str, Span]
    assertions: Mapping[str, Span]
    """By `always` or `never`, a blank and the id."""
    passing: Mapping[str, Span]
    """There is one rule, and it has no id: it stands under an empty one."""

    def at(self, kind: Kind, id_: str) -> Span:
        """Return the place of a part of the story."""
        return getattr(self, kind)[id_]  # type: ignore[no-any-return]


def find_places(scenario: syntax.Scenario, known: check.Index) -> Places:
    """Return the places of a scenario that compiles."""
    matter = scenario.front
    whole = Span(scenario.source.path, 1, 1)
    return Places(
        {source.path: source.lines for source in (scenario.source, *scenario.others)},
        scenes={id_: scene.span for id_, scene in known.scenes.items()},
        taken={
            id_: one.span if isinstance(one, syntax.Choice) else one.place_of("id")
            for id_, one in known.choices.items()
        }
        | {scene.question.id.text: scene.question.id.span for scene in scenario.scenes if scene.question},
        guards={
            id_: (one.keys if isinstance(one, syntax.Choice) else one).place_of("when")
            for id_, one in known.choices.items()
        },
        laters={later.id.text: later.id.span for later in scenario.laters},
        musts={
            name: matter.place_of_key(key, name)
            for key, names in ((("must", matter.must), ("must_not", matter.must_not)) if matter else ())
            for name in names
        }
        if matter
        else {},
        variables={
            name: matter.place_of_key(key, name)
            for key, names in (("variables", matter.variables), ("tracks", matter.tracks))
            for name in names
        }
        if matter
        else {},
        draws={name: matter.place_of_key("draws", name) for name in matter.draws} if matter else {},
        derived={name: matter.place_of_key("derive", name) for name in matter.derive} if matter else {},
        competencies={name: matter.place_of_key("competencies", name) for name in matter.competencies}
        if matter
        else {},
        assertions={
            f"{key} {name}": one.place_of("when")
            for key, written in ((("always", matter.always), ("never", matter.never)) if matter else ())
            for name, one in written.items()
        },
        passing={"": matter.place_of_key("pass") if matter else whole},
    )
