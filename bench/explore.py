"""How fast a checker that proves is: everything that random stories can do, state by state.

    python -m bench.explore [states]

Musts: 150 scenes (10 flags used near where they are set, 2 integers 0–8, 4 dimensions ±20, 6 % back edges) complete in
under 1 s; one million states in under 10 s on one core. Process time is measured, so that neighbours do not count.
"""

import json
import random
import resource
import sys
import time
from datetime import date

from bench.stories import story as written
from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.scenario.program.expression import Award, Both, Change, Compare, Constant, Not, Score, SetFlag, Variable
from lms.engine.scenario.program.program import Choice, Competency, Ending, Flag, Minutes, Must, Number, Program, Scene
from lms.engine.scenario.proof.explore import Exploration
from lms.engine.scenario.proof.explore_pass import can_fail, can_pass, can_pass_without
from lms.engine.scenario.proof.prove import prove_scenario
from lms.engine.scenario.proof.report import make_report
from lms.engine.source.text import SourceFile

NEAR = 12
"""How many scenes on from where it is set a local flag is still read."""
BACK = 8
"""How far back an edge leads at most."""


def story(scenes: int, flags: int, *, local: bool, seed: int, choices: int = 3, threshold: int = 3) -> Program:
    """A story of decisions that leads on, and back by 6 % of its choices; passed by a threshold for each dimension."""
    draw = random.Random(seed)

    def flag(at: int) -> str:
        return f"f{at * flags // scenes if local else draw.randrange(flags)}"

    def effects(at: int) -> tuple:
        kinds = [
            SetFlag(flag(at), draw.random() < 0.7),
            Change(draw.choice(["m", "n"]), draw.choice([-1, 1, 2])) if draw.random() < 0.15 else None,
            Award(f"d{draw.randrange(4)}", draw.randint(-2, 2)),
        ]
        return tuple(one for one in kinds if one and draw.random() < 0.6)

    def guard(at: int):
        read = Variable(flag(max(0, at - draw.randrange(NEAR))))
        kind = draw.random()
        if kind < 0.5:
            return read if kind < 0.25 else Not(read)
        return Both((Not(read), Compare(">=", Variable(draw.choice(["m", "n"])), Constant(draw.randrange(1, 6)))))

    def target(at: int) -> str:
        back = draw.random() < 0.06 and at
        return f"s{max(0, at - draw.randint(1, BACK))}" if back else f"s{min(scenes, at + draw.randint(1, 3))}"

    made = [
        Scene(
            f"s{at}",
            f"Scene {at}",
            "decision",
            choices=tuple(
                Choice(
                    f"c{at}-{one}",
                    "Do",
                    target(at) if one else f"s{at + 1}",
                    when=guard(at) if one and draw.random() < 0.3 else None,
                    effects=effects(at),
                )
                for one in range(choices)
            ),
        )
        for at in range(scenes)
    ]
    return Program(
        "bench",
        "Bench",
        "s0",
        (*made, Scene(f"s{scenes}", "End", "ending", ending=Ending("secure", success=True))),
        Minutes(1, 2),
        competencies=tuple(Competency(f"d{one}", "D", -20, 20) for one in range(4)),
        musts=(Must("told", Both((Variable("f3"), Variable("f4"))), "Told", "why"),),
        pass_when=Both(tuple(Compare(">=", Score(f"d{one}"), Constant(threshold)) for one in range(4))),
        variables=(*(Flag(f"f{one}") for one in range(flags)), Number("m", 0, 8), Number("n", 0, 8)),
    )


def explored(program: Program, most: int) -> dict[str, float]:
    began = time.process_time()
    found = Exploration(program, most)
    return {
        "states": len(found.states),
        "complete": found.is_complete,
        "seconds": round(time.process_time() - began, 2),
        "met": len(found.space.met),
    }


def passing(program: Program, most: int) -> dict[str, object]:
    figures: dict[str, object] = {}
    for name, look in (
        ("passed", can_pass),
        ("failed", can_fail),
        ("passed_without", lambda program, most: can_pass_without(program, "told", most)),
    ):
        began = time.process_time()
        answer = look(program, most)
        seconds = round(time.process_time() - began, 2)
        steps = len(answer.way.actions) if answer.way else None
        figures[name] = {"steps": steps, "states": answer.states, "complete": answer.is_complete, "seconds": seconds}
    return figures


def checked(scenes: int) -> dict[str, object]:
    """All proofs of a story as an author writes it, and its report."""
    file = SourceFile("scenarios/long-night/scenario.md", "scenario.md", written(scenes).encode())
    compiled = compile_scenario([file], today=date(2026, 11, 21))
    assert compiled.program is not None
    began = time.process_time()
    proof = prove_scenario(compiled)
    proven = time.process_time()
    report = make_report(compiled.program)
    return {
        "states": proof.states,
        "complete": proof.is_complete,
        "proofs_seconds": round(proven - began, 2),
        "report_seconds": round(time.process_time() - proven, 2),
        "report_complete": report.is_complete,
    }


def main(most: int) -> None:
    figures: dict[str, object] = {
        "150_scenes_local_flags": [explored(story(150, 10, local=True, seed=seed), most) for seed in range(3)],
        "a_million_states": explored(story(150, 8, local=False, seed=1), 2 * most),
    }
    figures["60_knots_340_choices_20_flags"] = explored(story(60, 20, local=False, seed=1, choices=6), most)
    figures["150_scenes_passing"] = passing(story(150, 10, local=True, seed=0), most // 8)
    figures["150_scenes_thresholds_out_of_reach"] = passing(story(150, 10, local=True, seed=0, threshold=21), most // 8)
    figures["20_scenes_as_written"] = checked(20)
    figures["150_scenes_as_written"] = checked(150)
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
