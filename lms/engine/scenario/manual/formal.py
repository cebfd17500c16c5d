"""The formal grammar of the scenario language, as a page: what is a file, a scene, a choice, a block, a key, a condition.

Blocks, keys and words come from the declarations that read them; the grammar of conditions is the docstring of `grammar`,
from which its tests read it as well. Only the forms of lines are written here, and tests hold them against the parser:
what they make is read without a problem of form, and everything of ours is made of them.
"""

from lms.engine.scenario.language import blocks, front, grammar
from lms.engine.scenario.language.symbols import refers, role_of
from lms.engine.scenario.manual.reference import records_in
from lms.engine.source.kinds import (
    Kind,
    ListKind,
    NumberKind,
    ParsedKind,
    RecordKind,
    TableKind,
    TextKind,
    UnionKind,
    WordKind,
    YesNoKind,
    record_kind,
)
from lms.engine.source.typed import Record
from lms.kernel.ids import SLUG_MAX

LINES = {
    "RULE": r"---[ \t]*",
    "YAML": r".*",
    "REMARK": r"<!--.*-->[ \t]*",
    "HEADING": r"## +\S.*?(?: \{#ID\})[ \t]*",
    "CHOICE": r"- \[.*\S.*\]\(#ID\) \{#ID\}[ \t]*",
    "OPEN": r":::[ \t]*NAME(?:[ \t]+WORDS)?(?:[ \t]*\{#ID\})?[ \t]*",
    "CLOSE": r":::[ \t]*",
    "SPEECH": r"\*\*[^*:]{1,80}(?::\*\*|\*\*:).*",
    "PICTURE": r"!\[[^\[\]]+\]\(media/[\w./-]+(?: *\"[^\"]*\")?\)",
    "TEXT": r"(?!#{1,2} |:::|- \[.*\]\(#|<!--|!\[).*\S.*",
    "BLANK": r"[ \t]*",
}
"""The forms of lines, as regular expressions; ID, NAME and WORDS stand for themselves."""

STORY = """\
    file       = RULE {YAML} RULE {lead} scene {scene}
    lead       = BLANK | REMARK | top
    scene      = HEADING {BLANK | REMARK | prose | block | choice}
    prose      = TEXT | SPEECH | PICTURE
    choice     = CHOICE {below}
    below      = BLANK | INDENTED prose | INDENTED inner
"""

_PAGE = """\
# The grammar of the scenario language

<!-- Made by `python3 go.py write` from lms/engine/scenario/manual/formal.py and the declarations; tests hold it against the parser. -->

This page says the form of everything; what it means stands in [the scenario language](scenario-language.md).

`=` defines, `|` is either, `[ ]` may be left out, `{{ }}` comes any number of times, and what stands in quotation marks is
written so. Words in capitals are the smallest parts, defined by a regular expression or a sentence.

## A file

Line by line. What is indented by two blanks below a choice is read as if it were not indented (INDENTED). Inside fenced
code (between lines that start with three backquotes) a line is only text.

```text
{story}
{places}

{lines}

    ID         = at most {most} of [a-z0-9] and single hyphens between them
    NAME       = the name of a block, below
    WORDS      = what a block takes after its name, below
```

## Blocks

```text
{blocks}
```

## Keys

YAML, in any order, each key once; `!` marks those that must be written. A list of one of these may stand where the table
says `list`; `table` is names of the author’s own with such values.

```text
{keys}
```

## Conditions and effects

```text
{conditions}
```
"""


def write() -> str:
    """Return the whole page."""
    width = max(map(len, LINES))
    conditions = [part.strip("\n") for part in (grammar.__doc__ or "").split("\n\n")[1:3]]
    tokens = [
        "    NUMBER     = /[0-9]+/        (with decimals only beside a track that has them)",
        "    TIME       = /[0-9]{1,2}:[0-9]{2}/",
        f"    NAME       = ID, but for {', '.join(sorted(grammar.KEYWORDS))}",
    ]
    return _PAGE.format(
        story=STORY.rstrip(),
        places=_places(),
        lines="\n".join(f"    {name.ljust(width)}   = /{form}/" for name, form in LINES.items()),
        most=SLUG_MAX,
        blocks="\n".join(_block(block) for block in blocks.BLOCKS.values()),
        keys="\n\n".join(_keys()),
        conditions="\n\n".join([*conditions, "\n".join(tokens)]),
    )


def rule_of(record: type[Record]) -> str:
    """Return what the grammar calls the keys of a record."""
    name = record.__name__.removesuffix("Keys")
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name).strip("-") + "-keys"


def _places() -> str:
    """Return which blocks stand where."""
    rules = {"top": "top", "scene": "block", "choice": "inner", "prose": "among"}
    lines = []
    for place, rule in rules.items():
        names = [f'"{block.name}"' for block in blocks.BLOCKS.values() if place in block.places]
        also = "   (`among` stands inside the prose of `if`)" if place == "prose" else ""
        lines.append(f"    {rule.ljust(10)} = {' | '.join(names)}{also}")
    return "\n".join(lines)


def _block(block: blocks.BlockType) -> str:
    words = f" ({block.words})" if block.words else ""
    identifier = {"required": ' "{#" ID "}"', "optional": ' ["{#" ID "}"]', "": ""}[block.id]
    body = rule_of(block.record) if block.record else "{BLANK | prose | among}"
    return f'    {block.name.ljust(13)} = ":::" "{block.name}"{words}{identifier} / {body} / ":::"'


def _keys() -> list[str]:
    """Return a rule for each record that an author may write, each once, in the order in which they are met."""
    waiting: list[type[Record]] = [front.Front, *(block.record for block in blocks.BLOCKS.values() if block.record)]
    met: dict[type[Record], str] = {}
    while waiting:
        record = waiting.pop(0)
        if record in met:
            continue
        rows = []
        for name, (declared, _, kind) in record_kind(record).keys.items():
            need = "!" if record_kind(record).is_required(declared) else " "
            rows.append(f"      {need} {name}: {_value(name, kind)}")
            waiting += records_in(kind)
        met[record] = "\n".join([f"    {rule_of(record)} =", *rows])
    return list(met.values())


def _value(key: str, kind: Kind) -> str:  # noqa: PLR0911 - one line for each kind
    role, target = role_of(key, kind), refers(key, kind)
    match kind:
        case RecordKind(cls=cls):
            return rule_of(cls)
        case ListKind(item=item):
            return f"list of {_value(key, item)}"
        case TableKind(value=value):
            return f"table of {_value(key, value)}"
        case UnionKind(kinds=several):
            return " | ".join(dict.fromkeys(_value(key, one) for one in several))
        case WordKind(words=words):
            return " | ".join(f'"{word}"' for word in words)
        case YesNoKind():
            return '"yes" | "no"'
        case TextKind() if role:
            return "either" if role == "expression" else "effect"
        case ParsedKind(cls=cls):
            return f"ID of a {target}" if target else f"/{cls.PATTERN.strip('^$')}/"
        case NumberKind():
            return "number"
    return "text" if isinstance(kind, TextKind) else kind.says
