import pytest

from lms.engine.source.problem import Problems
from lms.engine.source.text import MAX_BYTES, decode
from lms.engine.source.yaml_nodes import Mapping, Region, Scalar, Sequence, compose


def read(text):
    problems = Problems()
    source = decode("a.yaml", text.encode() if isinstance(text, str) else text, problems)
    node = compose(source, problems) if source else None
    return node, [problem.code for problem in problems], problems.in_order()


def plain(node):
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def test_words_dates_and_times_stay_text_and_only_the_core_schema_is_resolved():
    node, codes, _ = read(
        "a: no\nb: 2026-11-01\nc: 19:40\nd: 12\ne: true\nf: 1.5\ng: ~\nh: '12'\ni: 0x1F\nj: on\nk: -3..4\n"
    )
    assert codes == []
    assert plain(node) == {
        "a": "no", "b": "2026-11-01", "c": "19:40", "d": 12, "e": True, "f": 1.5,
        "g": None, "h": "12", "i": 31, "j": "on", "k": "-3..4",
    }  # fmt: skip


def test_every_value_knows_its_place():
    node, _, _ = read("# remark\nname:  Mair\nlist:\n  - {x: 'quoted'}\n")
    assert isinstance(node, Mapping)
    assert node.get("name").span[1:] == (2, 8, 4)
    quoted = node.get("list").items[0].get("x")
    assert quoted.span[1:] == (4, 9, 8)
    assert quoted.within(2, 3)[1:] == (4, 12, 3)


def test_the_place_of_a_part_of_a_block_of_text_counts_its_lines():
    node, _, _ = read("when: |\n    one\n    two three\n")
    assert node.get("when").within(8, 5)[1:] == (3, 9, 5)


def test_a_region_of_a_file_is_read_with_the_places_of_the_file():
    problems = Problems()
    source = decode("a.md", b"- item\n  ::: choice\n  rating: best\n  :::\n", problems)
    node = compose(source, problems, Region(3, 4, 2))
    assert node.key("rating").span[1:] == (3, 3, 6)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2\n", "SO012"),
        ("a: &x 1\n", "SO013"),
        ("a: *x\n", "SO013"),
        ("[" * 50 + "]" * 50, "SO014"),
        ("a: !!python/object x\n", "SO015"),
        ("a: 1\n---\nb: 2\n", "SO016"),
        ("[1, 2]: x\n", "SO017"),
        ("{a: 1}: x\n", "SO017"),
        ("a: b: c\n", "SO010"),
        ("a: 'open\n", "SO010"),
        ("a:\n\tb: 1\n", "SO011"),
        ("- a\n\t- b: 1\n", "SO011"),
        ("a: [1, 2\nb: 3\n", "SO010"),
        ("%YAML 9.9\n---\na: 1\n", "SO010"),
    ],
)
def test_what_yaml_allows_and_we_do_not_is_one_problem(text, code):
    assert read(text)[1] == [code]


def test_a_duplicate_key_names_both_places():
    _, _, (problem,) = read("title: a\nminutes: 3\ntitle: b\n")
    assert problem.span[1:] == (3, 1, 5)
    assert "line 1" in problem.why


def test_an_alias_bomb_costs_nothing():
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 60))
    assert read(f"l0: &l0 [x]\n{levels}")[1] == ["SO013"]


def test_deep_nesting_is_refused_in_linear_time():
    assert read("[" * 500_000)[1] == ["SO014"]
    assert read("a: " + "{a: " * 200_000)[1] == ["SO014"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SO001"),
        (b" \r\n\n", "SO001"),
        (b"\xef\xbb\xbf", "SO001"),
        (bytes(range(256)) * 20, "SO002"),
        (b"a: caf\xe9\n", "SO002"),
        (b"a: x\0y" + b" and so on" * 9, "SO004"),
        ("a: two\u2028lines of text that continue\n".encode(), "SO004"),
        (b"a" * (MAX_BYTES + 1), "SO003"),
        (b"a: " + b"x" * 50_000_000, "SO003"),
    ],
)
def test_bytes_that_are_no_text_are_one_problem(data, code):
    assert read(data)[1] == [code]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    node, codes, _ = read("\ufefftitle: Mair\r\nsays: |\r\n  one\r\n  two\r\n".encode())
    assert codes == []
    assert plain(node) == {"title": "Mair", "says": "one\ntwo\n"}
    assert node.key("says").span[1:] == (2, 1, 4)


def test_welsh_and_arabic_text_is_kept():
    node, codes, _ = read("cy: Dim byd, cariad. Tŷ â tho\nar: مرحبا بكم\n")
    assert codes == []
    assert plain(node) == {"cy": "Dim byd, cariad. Tŷ â tho", "ar": "مرحبا بكم"}


def test_a_place_that_is_not_utf8_has_line_and_column():
    _, _, (problem,) = read(b"a: 1\r\nb: caf\xe9\r\n")
    assert problem.span[1:3] == (2, 7)
