from lms.engine.questions.fix import write_missing_ids
from tests.engine.course.builders import BANK, compiled, found

BARE = """\
# A bank, half done.
bank: hands   # its id

questions:
  # the first
  - type: single
    ask: When do you wash?
    options:
      - text: Before touching   # of course
        right: yes
        feedback: Yes.
      - {text: Never at all, feedback: No.}
  - id: when-do-you-wash
    type: single
    ask: أين الماء؟
    options:
      - id: tap
        text: A tap
        right: yes
        feedback: Yes.
      - text: A tap
        feedback: No.
"""


def test_missing_ids_are_written_and_everything_else_stays():
    fixed = write_missing_ids("bank.yaml", BARE.encode()).decode()
    assert fixed == (
        BARE.replace("  - type: single\n    ask: When", "  - id: when-do-you-wash-2\n    type: single\n    ask: When")
        .replace("      - text: Before", "      - id: before-touching\n        text: Before")
        .replace("{text: Never", "{id: never-at-all, text: Never")
        .replace("      - text: A tap", "      - id: a-tap\n        text: A tap")
    )
    assert write_missing_ids("bank.yaml", fixed.encode()).decode() == fixed


def test_a_missing_id_is_a_problem_until_then():
    without = BANK.replace("  - id: third\n    type", "  - type").replace("{id: glue, ", "{")
    assert found({"bank.yaml": without}) == [("QU001", "bank.yaml", 19), ("QU001", "bank.yaml", 20)]
    assert compiled({"bank.yaml": write_missing_ids("bank.yaml", without.encode())}).problems == ()


def test_windows_line_ends_stay():
    windows = BARE.replace("\n", "\r\n").encode()
    fixed = write_missing_ids("bank.yaml", windows)
    assert fixed.count(b"\n") == fixed.count(b"\r\n") == windows.count(b"\n") + 3


def test_what_is_no_bank_is_left_alone():
    for content in (b"", b"\0", b"a: [", b"questions: 5", b"- x", b"questions: [1, {options: {a: b}}]"):
        assert write_missing_ids("x.yaml", content).replace(b"id: question, ", b"") == content
