"""A scenario to begin with: small, whole, without a problem under `lms check --strict`; made to be written over."""

import json

from lms.engine.scenario.language.compile import FILE

_STORY = """\
---
scenario: {id}
title: {title}
summary: Write here, in a sentence or two, what happens and what is to be decided.
minutes: 3..5
audience: [care-worker]
level: novice
objectives:
  notice: Notice what somebody does not say
characters:
  olwen: {{name: Olwen Price, role: lives in room 3}}
competencies:
  attention: {{range: -5..5, says: Noticing, objectives: [notice]}}
variables:
  told: flag
must:
  told-someone:
    when: told
    before: evening
    says: Told someone the same day
    why: A small change is easy to mend on the day on which it is seen.
    ref: policy
    blame: [take-away]
pass: attention >= 1 and kept(told-someone)
references:
  policy: {{title: Your policy on food and drink}}
prebrief: |
  This is a rehearsal. There is no perfect way through it, and at the end you look back together.
---

<!-- A remark like this one is for authors; learners never see it.
     Change a line, run `lms check`, and read what it says. `lms play` plays what is here. -->

## The cup {{#cup}}

::: later {{#asked}}
at: evening
if: not told
to: question
:::

It is nine o’clock in the morning. The tea beside Olwen’s bed is cold, and the cup is full.

**Olwen:** I’m not thirsty, thank you.

- [Take the cup away, and let her rest a little longer.](#evening) {{#take-away}}
  ::: choice
  rating: defensible
  why_plausible: She has said what she wants, and it is her decision what she drinks.
  :::
  Her eyes are closed before you reach the door.

- [Ask her what she would like, and tell the nurse about it.](#evening) {{#ask-her}}
  ::: choice
  rating: best
  effects: [attention +2, set told]
  :::
  “Something cold,” she says. “My mouth is so dry.”

::: debrief {{#first-look}}
for: [take-away, ask-her]
expert: ask-her
why: She has said what she does not want. Nobody has asked yet what she does want, and a full cup at nine is worth a word.
ref: policy
ask: What did you look at first?
:::

## A question in the corridor {{#question}}

The nurse stops you. “Did Olwen drink anything today?”

- [Say that the tea went back full, and that you did not pass it on.](#return) {{#say-so}}
  ::: choice
  rating: best
  effects: [attention +1, set told]
  :::
  “Thank you,” the nurse says. “Then I know where to start.”

- [Say that she seemed all right to you whenever you looked in today.](#return) {{#all-right}}
  ::: choice
  rating: unsafe
  why_plausible: Nothing seemed wrong, and it is hard to say that something was missed.
  :::

::: debrief {{#owning-up}}
for: [say-so, all-right]
expert: say-so
why: The nurse can act on what you saw, and not on how it seemed.
ref: policy
:::

## In the evening {{#evening}}

::: scene
kind: narration
:::

The lamp beside Olwen’s bed is on.

::: if told
There is a fresh jug on her table, and a note in the book.
:::
::: if not told
The jug is as full as it was.
:::

- [Look in on her once more](#well) {{#look-in}}
  ::: choice
  when: told
  :::
- [Look in on her once more](#dry) {{#look-in-late}}
  ::: choice
  when: not told
  :::

## A quiet night {{#well}}

::: scene
kind: ending
band: secure
success: yes
:::

Olwen has had a glass of water, and she sleeps. The night shift knows what she likes to drink.

## A long night {{#dry}}

::: scene
kind: ending
band: growing
:::

At two in the morning, Olwen does not know where she is.

::: debrief-plan
prompts:
  - {{id: take-along, ask: What will you look at tomorrow morning?}}
:::
"""

_PLAN = """\
# The expert’s way. `lms check` plays it after every change.
expect: well
passed: yes
take: [ask-her, look-in]
"""

_MISSED = """\
# Nothing is told, not even when the nurse asks.
expect: dry
passed: no
take: [take-away, all-right, look-in-late]
"""


def starter(id_: str, title: str) -> dict[str, str]:
    """Return the files of a scenario to begin with, by their names in its folder."""
    # A text in JSON's quotation marks is a text in YAML, whatever stands in it.
    return {
        FILE: _STORY.format(id=id_, title=json.dumps(title, ensure_ascii=False)),
        "plans/expert.plan": _PLAN,
        "plans/missed.plan": _MISSED,
    }
