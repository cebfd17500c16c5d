"""The facade of the scenario engine: its names are what the rest of the house is written against."""

from lms.engine.scenario import api


def test_the_facade_offers_these_names_and_no_others():
    assert set(api.__all__) == {
        *("FORMAT", "Program", "State", "Step", "Scene", "Outcome", "Debrief"),
        *("Action", "Choose", "Select", "Answer", "Order", "Write", "Go", "Refused", "action_from_json"),
        *("Event", "Started", "SceneArrived", "ChoiceTaken", "OptionsSelected", "TextWritten", "WentOn", "LaterCame"),
        *("QuestionAnswered", "ItemsOrdered"),
        *("MustKept", "MustBroken", "Ended", "event_from_json", "TimeOut", "TimedOut", "Observed", "Drawn"),
        *(
            "compile_scenario",
            "Compiled",
            "prove_scenario",
            "Proof",
            "start",
            "act",
            "offered",
            "told",
            "outcome",
            "replay",
            "actions_of",
            "fates_of",
            "debrief",
        ),
    }
    assert all(hasattr(api, name) for name in api.__all__)
