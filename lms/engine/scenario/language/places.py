"""Where the parts of a Program stand in its file, for whoever finds something about the Program later."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.engine.scenario.language import check, syntax
from lms.engine.source.span import Span


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
    assertions: Mapping[tuple[bool, str], Span]
    """By whether it is to hold always, and by id."""
    passing: Span


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
        assertions={
            (is_always, name): one.place_of("when")
            for is_always, written in (((True, matter.always), (False, matter.never)) if matter else ())
            for name, one in written.items()
        },
        passing=matter.place_of_key("pass") if matter else whole,
    )
