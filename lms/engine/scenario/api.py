"""The scenario engine as the rest of the house knows it: these names, pinned by a test, and no others.

compile_scenario(files, today) → Compiled   start(program, seed) → Step
prove_scenario(compiled) → Proof
offered(program, state) → Scene             act(program, state, action) → Step | Refused
outcome(program, state) → Outcome           debrief(program, seed, events) → Debrief
told(program, language, nation) → Program   the same in other words, for `offered` and `debrief`
"""

from lms.engine.scenario.language.compile import Compiled, compile_scenario
from lms.engine.scenario.play.debrief import debrief
from lms.engine.scenario.play.debriefing import Debrief, Outcome
from lms.engine.scenario.play.events import (
    Action,
    Answer,
    ChoiceTaken,
    Choose,
    Drawn,
    Ended,
    Event,
    Go,
    ItemsOrdered,
    LaterCame,
    MustBroken,
    MustKept,
    Observed,
    OptionsSelected,
    Order,
    QuestionAnswered,
    Refused,
    SceneArrived,
    Select,
    Started,
    TextWritten,
    TimedOut,
    TimeOut,
    WentOn,
    Write,
    action_from_json,
    event_from_json,
)
from lms.engine.scenario.play.offer import offered
from lms.engine.scenario.play.run import Step, act, actions_of, fates_of, outcome, replay, start
from lms.engine.scenario.play.scene import Scene
from lms.engine.scenario.play.state import State
from lms.engine.scenario.program.program import FORMAT, Program
from lms.engine.scenario.program.wording import told
from lms.engine.scenario.proof.prove import Proof, prove_scenario

__all__ = [
    "FORMAT",
    "Action",
    "Answer",
    "ChoiceTaken",
    "Choose",
    "Compiled",
    "Debrief",
    "Drawn",
    "Ended",
    "Event",
    "Go",
    "ItemsOrdered",
    "LaterCame",
    "MustBroken",
    "MustKept",
    "Observed",
    "OptionsSelected",
    "Order",
    "Outcome",
    "Program",
    "Proof",
    "QuestionAnswered",
    "Refused",
    "Scene",
    "SceneArrived",
    "Select",
    "Started",
    "State",
    "Step",
    "TextWritten",
    "TimeOut",
    "TimedOut",
    "WentOn",
    "Write",
    "act",
    "action_from_json",
    "actions_of",
    "compile_scenario",
    "debrief",
    "event_from_json",
    "fates_of",
    "offered",
    "outcome",
    "prove_scenario",
    "replay",
    "start",
    "told",
]
