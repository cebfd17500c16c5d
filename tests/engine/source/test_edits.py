from lms.engine.source.edits import Edit, apply, id_edits, ids_in, new_id
from lms.engine.source.problem import Problems
from lms.engine.source.text import decode
from lms.engine.source.yaml_nodes import compose

BANK = """\
# the bank
questions:
  # the first
  - ask: What is it?   # a remark

    options:
      - {text: A}
      - {}
  - id: kept
    ask: What is it?
"""


def fix(data):
    problems = Problems()
    source = decode("bank.yaml", data, problems)
    questions = compose(source, problems).get("questions")
    edits = id_edits(questions, ids_in(questions), words="ask", otherwise="question")
    for question in questions.items:
        if question.get("options"):
            edits += id_edits(
                question.get("options"), ids_in(question.get("options")), words="text", otherwise="option"
            )
    return apply(source, edits)


def test_E1_missing_ids_are_written_and_every_other_byte_is_kept():
    assert fix(BANK.encode()).decode() == BANK.replace("  - ask", "  - id: what-is-it\n    ask", 1).replace(
        "{text", "{id: a, text"
    ).replace("{}", "{id: option}")


def test_E1_line_ends_and_byte_order_mark_are_kept():
    data = b"\xef\xbb\xbf" + BANK.replace("\n", "\r\n").encode()
    fixed = fix(data)
    assert fixed.startswith(b"\xef\xbb\xbf# the bank\r\n")
    assert fixed.count(b"\n") == fixed.count(b"\r\n") == BANK.count("\n") + 1


def test_writing_ids_a_second_time_changes_nothing():
    once = fix(BANK.encode())
    assert fix(once) == once


def test_several_insertions_in_one_line_keep_their_places():
    source = decode("a", b"ab\r\ncd", Problems())
    assert apply(source, [Edit(2, 2, "X"), Edit(2, 3, "Y"), Edit(1, 1, "Z")]) == b"Zab\r\ncXdY"


def test_an_id_comes_from_its_words_and_is_never_given_twice():
    taken = {"of-course"}
    assert new_id("“Of course!”", taken, "choice") == "of-course-2"
    assert new_id("Dŵr a thŷ", taken, "choice") == "dwr-a-thy"
    assert new_id("مرحبا", taken, "choice") == "choice"
    assert new_id("مرحبا", taken, "choice") == "choice-2"
    assert len(new_id("very long words " * 20, taken, "choice")) <= 40
    assert len(new_id("a" * 300, taken, "choice")) == 40
