"""What is written as SARIF is SARIF 2.1.0, and says what the report for people says."""

import json
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator

from tests.features.authoring.sarif_rules import LOG
from tests.features.authoring.test_check import SCENARIO, check, content

__all__ = ["content"]

SILENT = SCENARIO.replace("{#tell}\n", "{#tell}\n- [Say nothing](#home) {#silent}\n").replace(
    "## Supper tray {#tray}\n", "## Supper tray {#tray}\n\n::: scene\nkind: narration\n:::\n"
)


def log_of(*arguments):
    log = json.loads(check("--format", "sarif", *arguments).stdout)
    assert [error.message for error in Draft202012Validator(LOG).iter_errors(log)] == []
    (run,) = log["runs"]
    for result in run["results"]:  # §3.27.6: the index is that of the rule with this id
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def test_clean_content_is_a_run_without_results(content):
    run = log_of()
    assert run["results"] == []
    assert run["invocations"][0] == {"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}
    assert content.exists()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (SCENARIO.replace("(#home)", "(#hoem)"), 1),
        (SILENT, 0),
        ("", 1),
        (SCENARIO.replace("minutes: 5", "minuets: ☕"), 1),
    ],
)
def test_each_problem_is_a_result_at_its_place_with_its_words(content, text, status):
    content.write_text(text, encoding="utf-8")
    run, problems = log_of(), json.loads(check("--format", "json").stdout)["problems"]
    assert run["invocations"][0]["exitCode"] == status
    assert len(run["results"]) == len(problems) > 0
    for result, problem in zip(run["results"], problems, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == problem["file"]
        region = place["region"]
        assert (region["startLine"], region["startColumn"]) == (problem["line"], problem["column"])
        assert region["endColumn"] - region["startColumn"] == max(1, problem["length"])
        assert (result["ruleId"], result["level"]) == (problem["code"], problem["severity"])
        assert problem["what"][1:] in result["message"]["text"]


def test_the_way_that_shows_a_problem_is_a_code_flow(content):
    content.write_text(SILENT, encoding="utf-8")
    (result,) = log_of()["results"]
    (flow,) = result["codeFlows"]
    (step,) = flow["threadFlows"][0]["locations"]
    assert step["executionOrder"] == 1
    assert step["location"]["message"]["text"] == "Supper tray: Say nothing"
    assert step["location"]["physicalLocation"]["region"]["startLine"] == 16


def test_a_bounded_answer_is_a_notification_and_never_silent(content):
    (invocation,) = log_of("--states", "1")["invocations"]
    assert invocation["exitCode"] == 3
    (notification,) = invocation["toolExecutionNotifications"]
    assert "bounded: explored" in notification["message"]["text"]
    assert content.exists()
