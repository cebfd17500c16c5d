"""An example of each block, as the reference shows it; `SETTING` is the scenario in which a test compiles each.

`{here}` in the setting is the place for an example that stands in a scene, `{below}` for one that stands below a choice.
"""

SETTING = """\
---
scenario: tea
title: Tea
minutes: 3..5
characters:
  olwen: {{name: Olwen Price}}
competencies:
  attention: {{range: -5..5, says: Noticing}}
variables:
  told: flag
  clock: {{from: 09:00, to: 21:00}}
tracks:
  pulse: {{label: Pulse, unit: a minute, range: 20..220, usual: 60..95}}
references:
  policy: {{title: Policy on food and drink}}
---

## Morning {{#morning}}

The tea is cold.

- [Go on](#noon) {{#on}}
  {below}

## Noon {{#noon}}

{here}

- [Ask her.](#evening) {{#ask-her}}
- [Take it away.](#evening) {{#take-away}}
- [Wait.](#question) {{#wait}}

## A question {{#question}}

- [Go on](#evening) {{#answered}}

## Evening {{#evening}}

{ending}
"""

ENDING = """\
::: scene
kind: ending
band: secure
success: yes
:::"""

BANK = """\
bank: observations
questions:
  - id: score
    type: single
    ask: What is her score?
    options:
      - {id: one, text: One, right: yes, feedback: "Yes: one for the pulse."}
      - {id: two, text: Two, feedback: "Only the pulse counts."}
"""

EXAMPLES: dict[str, str] = {
    "scene": ENDING,
    "choice": """\
::: choice
rating: defensible
effects: [attention +1, {if: not told, do: [set told]}]
takes: 5 min
why_plausible: It is her decision what she drinks.
:::""",
    "timeout": """\
::: timeout 40s {#froze}
rating: unsafe
why_plausible: One waits for somebody else to speak.
to: evening
:::""",
    "options": """\
::: options
ask: What do you write down?
choose: 1..2
options:
  - {id: time, text: The time, effects: [attention +1], rating: best}
  - {id: mood, text: “She was difficult.”, rating: unsafe, why_plausible: It is how the morning felt.}
:::""",
    "question": """\
::: question {#score}
bank: observations
right: [attention +1]
wrong: [attention -1]
:::""",
    "order": """\
::: order {#call}
ask: Put the call together. Leave out what does not help.
items:
  - {id: situation, text: “I’m calling about Olwen Price.”}
  - {id: request, text: “Please look in on her today.”}
  - {id: sorry, text: “It may be nothing.”, feedback: It tells them that it can wait.}
order: [situation, request]
right: [attention +1]
:::""",
    "free-text": """\
::: free-text {#own-words}
ask: What do you say to her?
routes:
  - {id: asked, phrases: [would you like, what can I get], effects: [attention +1]}
:::""",
    "later": """\
::: later {#asked}
at: evening
if: not told
to: question
:::""",
    "debrief": """\
::: debrief {#first-look}
for: [ask-her, take-away]
expert: ask-her
why: She has said what she does not want, and nobody had asked what she does want.
ref: policy
ask: What did you look at first?
:::""",
    "debrief-plan": """\
::: debrief-plan
prompts:
  - {id: tomorrow, ask: What will you look at tomorrow?}
:::""",
    "summary": """\
::: summary
Olwen does not drink her tea. A care worker asks her what she would like, and tells the nurse.
:::""",
    "if": """\
::: if told and clock >= 12:00
There is a fresh jug on her table.
:::""",
    "document": """\
::: document
title: Care plan
text: |
  **Drinks**: likes it cold, with a straw.
:::""",
    "observe": """\
::: observe
title: The first set
values: {pulse: 92}
:::""",
    "chart": """\
::: chart
title: Since the morning
tracks: [pulse]
:::""",
}
"""By the name of the block."""
