"""The reference of the scenario language, written from the declarations that read it; its examples are tests.

What a key means stands at the key (`front`), which blocks there are stands in `blocks`, and the words of conditions
come from the docstring of `grammar`. Only what ties them together is written here.
"""

from inspect import cleandoc

from lms.engine.scenario.language import blocks, front, grammar
from lms.engine.scenario.manual import reference_files, reference_structure, reference_tasks, reference_time
from lms.engine.scenario.manual.examples import EXAMPLES
from lms.engine.scenario.proof import plan
from lms.engine.source.kinds import Kind, RecordKind, record_kind
from lms.engine.source.typed import Record

EXAMPLE = """\
---
scenario: cold-tea
title: The cold cup of tea
minutes: 3..5
characters:
  olwen: {name: Olwen Price, language: cy}
competencies:
  attention: {range: -5..5, says: Noticing}
variables:
  told: flag
must:
  told-someone: {when: told, before: evening, says: Told someone the same day, why: It is easy to mend early., ref: policy}
pass: attention >= 1 and kept(told-someone)
references:
  policy: {title: Policy on food and drink, review_by: 2027-05-01}
---

## The cup {#cup}

::: later {#asked}
at: evening
if: not told
to: question
:::

It is nine o’clock. The tea is cold.

**Olwen:** [Dim diolch.]{lang=cy} I’m not thirsty.

- [Take the cup away.](#evening) {#take-away}
  ::: choice
  rating: defensible
  why_plausible: It is her decision what she drinks.
  :::
  She has closed her eyes before you reach the door.
- [Ask what she would like.](#evening) {#ask-her}
  ::: choice
  rating: best
  effects: [attention +1, set told]
  :::

::: debrief {#first-look}
for: [take-away, ask-her]
expert: ask-her
why: She said what she does not want, and nobody had asked what she does want.
ref: policy
ask: What did you look at first?
:::

## A question {#question}

“Did she drink today?” the nurse asks.

- [Go on](#return) {#answer}

## In the evening {#evening}

::: scene
kind: ending
band: secure
success: yes
:::

::: if told
There is an empty glass on her table.
:::
::: if not told
The jug is as full as it was.
:::
"""

_INTRODUCTION = """\
# The scenario language

<!-- Made by `python3 go.py write` from lms/engine/scenario/manual/reference.py and the declarations; a test compares it. -->

A scenario is a folder `scenarios/<id>/` with one Markdown file, `scenario.md`, and pictures and videos in `media/`. The file
starts with **front matter** (YAML between two lines `---`). Then come its **scenes**: a heading with two `#` is a scene, a list
item that is a link is a choice. Blocks between `:::` lines say the rest. `lms check` lists every problem with its place;
each kind of problem has a [page](problems.md). The form of all of it is the [grammar](grammar.md).

A whole scenario, in which most of the language occurs:

````markdown
{example}````

## How it is written

- **Ids.** Scenes `## Title {{#id}}`, choices `- [words](#target) {{#id}}`, and blocks with an id are named once and for
  ever: links, saved attempts and records use their ids. Lower-case letters a–z, digits, hyphens; at most 64.
  `lms check --fix` writes missing ones, and changes nothing else.
- **Choices.** Nothing else stands on the line of a choice. Indented below it: a block `::: choice`, and prose that is
  shown after choosing. The target `#return` goes back to where the story was heading when a later came, or to where a
  call comes back.
- **Dialogue.** A paragraph that starts with `**Name:**` is what a declared character says. The first name, the full name
  or the id will do.
- **Other languages.** `[Dim byd, cariad.]{{lang=cy}}` says in which language a few words are.
- **Pictures** stand on a line of their own: `![What it shows](media/wrist.png)`. Those from elsewhere are refused.
- **Videos and recordings** are written like pictures: `![Mair takes over at seven](media/handover.mp4)`. What stands between
  the brackets is the title. A video (`.mp4`, `.webm`) needs captions beside it, `media/handover.vtt` (WebVTT), and should
  have a transcript, `media/handover.md` (Markdown); a recording (`.mp3`, `.m4a`, `.ogg`) needs a transcript. In other
  languages these are `media/handover.cy.vtt` and `media/handover.cy.md`. One file may have 20 MB. All of it is kept
  with each version. [How to](../how-to/show-a-video.md) make them.
- **Remarks** for authors stand in `<!-- … -->`, at the start of a line.
- **YAML** is read by version 1.2's core schema: `no` and `2026-11-01` are text, and only numbers, `true`, `false` and
  `null` are not. Text with `: ` or ` #` in it stands in quotes,
  and between `{{` and `}}` text with a comma. Anchors, aliases and tags are refused.
- **Kinds of scene** are seen from the content: several choices make a decision, `::: options` a document,
  `::: question`, `::: order` and `::: free-text` what they are called. A kind that is written is checked against the
  content. Endings, checkpoints, hubs and calls have to say so, and a scene with several choices in which nothing is
  decided (`kind: narration`).
- **A decision** needs a `rating` on every choice (unless the choice has a condition and is only a way on), one of them
  best, a `why_plausible` on those that are not, and a `::: debrief` with its reason and reference.
"""


def write() -> str:
    """Return the whole page."""
    parts = [_INTRODUCTION.format(example=EXAMPLE), "## Front matter\n", tables(front.Front, {})]
    parts.append(reference_files.write())
    parts.append(reference_tasks.write())
    parts.append(reference_structure.write())
    parts.append(reference_time.write())
    parts.append("## Blocks\n")
    seen: dict[type[Record], str] = {front.Front: ""}
    for block in blocks.BLOCKS.values():
        words = {"if": " CONDITION", "timeout": " 40s"}.get(block.name, "")
        identifier = {"required": " {#id}", "optional": " {#id, if you like}", "": ""}[block.id]
        body = "YAML" if block.record else "prose"
        parts.append(f"### `::: {block.name}{words}{identifier}`\n")
        parts.append(f"{block.says} It stands {blocks.where(block)}; its body is {body}.\n")
        parts.append(f"```markdown\n{EXAMPLES[block.name]}\n```\n")
        if block.record:
            parts.append(tables(block.record, seen))
    parts.append("## Conditions and effects\n")
    parts.append("```text\n" + (grammar.__doc__ or "").split("\n\n")[1].strip("\n") + "\n\n")
    parts[-1] += (grammar.__doc__ or "").split("\n\n")[2].strip("\n") + "\n```\n"
    parts.append(
        "Names are variables, names under `derive`, values of a variable, and `clock`. Scores of competencies, `kept(…)`\n"
        "and `broke(…)` are read by `pass`, `always` and `never` only. `+` and `-` stop at the bounds of a variable or competency. An effect\n"
        "with a condition is written `{if: CONDITION, do: [EFFECTS]}`. Effects happen in order.\n",
    )
    parts.append("## Test plans\n")
    parts.append(
        "A file `plans/name.plan` beside `scenario.md` holds one plan in YAML, or a list of them; every check walks them.\n"
        "[Prove what you mean](../how-to/prove-what-you-mean.md) says what they are good for.\n"
    )
    parts.append(tables(plan.Plan, {}))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def tables(cls: type[Record], seen: dict[type[Record], str]) -> str:
    """Return the table of a record's keys, and after it those of the records inside it, each once."""
    seen[cls] = cls.__name__
    kind = record_kind(cls)
    rows = ["| key | what it holds | |", "|---|---|---|"]
    inner: list[tuple[str, type[Record]]] = []
    for name, (declared, key, value) in kind.keys.items():
        need = "required" if kind.is_required(declared) else _otherwise(declared.default)
        rows.append(f"| `{name}` | {key.doc} *{_says(value)}* | {need} |")
        inner += [(name, record) for record in records_in(value) if record not in seen]
    text = "\n".join(rows) + "\n"
    for name, record in inner:
        if record not in seen:
            text += f"\n**Under `{name}`.** {cleandoc(record.__doc__ or '')}\n\n{tables(record, seen)}"
    return text


def _otherwise(default: object) -> str:
    """Return what holds where the key is not written, if that is a value that could be."""
    if isinstance(default, bool):
        return f"otherwise `{'yes' if default else 'no'}`"
    return f"otherwise `{default}`" if isinstance(default, int | str) and default != "" else ""


def _says(kind: Kind) -> str:
    says = "keys and values" if isinstance(kind, RecordKind) else kind.says
    parts = [_says(part) for part in kind.parts()]
    if not parts:
        return says
    joined = " or ".join(dict.fromkeys(parts))
    return f"{says}: {joined}" if says.startswith("a list") else joined


def records_in(kind: Kind) -> list[type[Record]]:
    """Return the records that a value of this kind may hold."""
    if isinstance(kind, RecordKind):
        return [kind.cls]
    return [record for part in kind.parts() for record in records_in(part)]
