"""The part of the reference that is about tasks: questions, things in order, how sure one is, when words are said."""

BANK = """\
bank: observations
questions:
  - id: total
    type: single
    ask: What does her score come to?
    references: [tool]
    options:
      - {id: four, text: Four, feedback: New confusion alone is three.}
      - {id: nine, text: Nine, right: yes, feedback: "Yes: five of her values score."}
"""

EXAMPLE = """\
---
scenario: the-call
title: The call
minutes: 3..5
competencies:
  notice: {range: -3..3, says: Noticing}
  report: {range: -3..3, says: Reporting}
pass: notice >= 1 and report >= 1
references:
  tool: {title: The home’s early warning tool}
---

## Her observations {#observations}

::: question {#total}
right: [notice +2]
wrong: [notice -1]
feedback_at: now
confidence: ask
:::

::: scene
to: call
:::

## You ring {#call}

::: order {#say-it}
ask: Put together what you say. Leave out what does not help.
items:
  - {id: request, text: I need an ambulance., feedback: "Last, so that it is answered."}
  - {id: situation, text: Her score is nine; it was one., feedback: The worst of it comes first.}
  - {id: sorry, text: I’m sorry to trouble you., feedback: It tells them that it can wait.}
  - {id: background, text: She is 88 and has a plan., feedback: What they cannot know.}
order: [situation, background, request]
right: [report +2]
partly_from: 60
partly: [report +1]
wrong: [report -1]
:::

::: scene
to: waiting
:::

## Until it comes {#waiting}

- [Stay with her.](#evening) {#stay}
  ::: choice
  rating: best
  confidence: ask
  feedback: {says: She was not alone., at: checkpoint}
  :::
- [See to the others.](#evening) {#others}
  ::: choice
  rating: defensible
  why_plausible: They wait as well.
  :::

::: debrief {#the-wait}
for: [stay, others]
expert: stay
why: Nobody who is this ill is left alone.
ref: tool
:::

## In the evening {#evening}

::: scene
kind: ending
band: secure
success: yes
:::
"""

TEXT = """\
## Tasks: more than a choice

A scene may ask, in this order: for words (`::: free-text`), for a selection (`::: options`), a question of a bank
(`::: question`), for things to be put in order (`::: order`), and then for a choice. One thing is shown at a time.

**A question** stands in a bank: a file such as `bank.yaml` beside `scenario.md`, or one that is included. It is written
as for the quiz of a course, and `::: question {{#id}}` names it. A single choice is right or wrong. Where several fit
(`type: multiple`), an answer is right when exactly those are chosen, and partly right when more right than wrong ones are.
`lms check` looks at the bank too, and says which of its questions no scene asks. In another language, the file is called
`bank.cy.yaml`.

**An order** has items, and the ids of those that belong in `order`; the others are to be left out. It is right when exactly
those are put in, in that order. With `partly_from` there is partial credit, judged by pairs: two items are right together
when both are there and the one that belongs before the other stands before it. An item that is missing is wrong together
with all others, and so is one that does not belong. So mending one thing never makes the result worse, which neither
counting neighbours nor counting places can promise. On the page the lines are tapped into place, moved with buttons or
dragged; without scripts each has a field for its place.

**What a result changes** stands in `right`, `partly` and `wrong`, and moves the same dimensions and variables as choices
do. Effects of the option or item itself come before it. Whether a learner answers rightly is left open by the checker: “can” means
with some answer.

**How sure.** With `confidence: ask` on a choice, a scene (for its choices), `::: options`, `::: question` or `::: order`,
the learner says how sure they are: a guess, fairly sure, certain. It changes nothing in the story. The debrief comes back
first to what somebody was certain of and had wrong.

**When words are said.** `feedback` of a choice or option has a moment, `at`; a question and an order have one for all
their lines, `feedback_at`: `now`, with the next scene; `checkpoint`, in the next checkpoint, or at the ending if none
comes; or `debrief`, which also shows all lines of an answer or an order with what was right, what did not belong, and what
was missing. A `::: debrief` may be about a question or an order as well: it needs no `expert` then.

````markdown
{example}````

And beside it `bank.yaml`:

````yaml
{bank}````
"""


def write() -> str:
    """Return the section."""
    return TEXT.format(example=EXAMPLE, bank=BANK)
