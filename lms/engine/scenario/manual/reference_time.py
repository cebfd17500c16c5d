"""The part of the reference that is about time and measuring: the clock, time limits, tracks and their scores."""

EXAMPLE = """\
---
scenario: not-her-day
title: Not her day
minutes: 3..5
characters: {olwen: {name: Olwen Price}}
competencies:
  noticing: {range: -5..5, says: Noticing early}
variables:
  clock: {from: "09:30", to: "15:00"}
  told: flag
tracks:
  breaths: {label: Respiratory rate, unit: breaths a minute, range: 0..60, usual: 12..20, visible_to_logic: true}
  temperature: {label: Temperature, unit: °C, range: 30.0..43.0, usual: 36.1..37.5, visible_to_logic: true}
  alertness: {label: Alertness, values: {alert: Alert, confused: New confusion}, visible_to_logic: true}
scales:
  early:
    label: Early warning score
    points:
      breaths: {..8: 3, 9..11: 1, 12..20: 0, 21..24: 2, 25..: 3}
      temperature: {..35.0: 3, 35.1..36.0: 1, 36.1..38.0: 0, 38.1..39.0: 1, 39.1..: 2}
      alertness: {alert: 0, confused: 3}
must:
  early-word: {when: told, before: afternoon, says: Spoke up the same morning, why: Hours matter., ref: policy}
pass: noticing >= 1 and kept(early-word)
references:
  policy: {title: The home’s escalation policy, review_by: 2027-05-01}
---

::: later {#niece}
clock: 13:00
if: not told
to: phone
:::

## Untouched toast {#toast}

::: scene
takes: 10 min
:::

Olwen has not touched her toast, and she does not hum.

- [Take her observations.](#half-past) {#measure}
  ::: choice
  rating: best
  effects: [noticing +1]
  takes: 20 min
  :::
- [Let her rest until lunch.](#afternoon) {#rest}
  ::: choice
  rating: unsafe
  effects: [noticing -1]
  takes: 4 h
  why_plausible: She may just be tired.
  :::

::: timeout 40s {#stand-there}
to: half-past
rating: defensible
why_plausible: One waits for somebody who knows more.
label: You stand there
says: The clock in the hall strikes ten.
takes: 30 min
:::

::: debrief {#toast-point}
for: [measure, rest, stand-there]
expert: measure
why: A change that you can see is reason enough to look closer, whatever the hour.
ref: policy
ask: What did you see first?
:::

## Half past ten {#half-past}

::: observe
title: Olwen, this morning
values: {breaths: 20, temperature: 37.9, alertness: alert}
:::

- [Tell the nurse that she is not herself.](#afternoon) {#tell}
  ::: choice
  rating: best
  effects: [set told, noticing +1]
  takes: 3 h
  :::
- [Her score is as always: carry on.](#afternoon) {#carry-on}
  ::: choice
  rating: unsafe
  takes: 3 h
  why_plausible: The numbers are what they usually are.
  :::

::: debrief {#score-point}
for: [tell, carry-on]
expert: tell
why: A worry counts even when the score does not.
ref: policy
:::

## A call {#phone}

“She sounded odd this morning,” her niece says.

- [Go on](#return) {#phone-on}

## Early afternoon {#afternoon}

::: observe
values: {breaths: +4, temperature: 38.2, alertness: confused}
:::

::: if early >= 5 and clock >= 13:45
Lunch is over. Her score has risen to what the policy calls urgent.
:::

- [Go on](#evening) {#afternoon-on}

## In the evening {#evening}

::: scene
kind: ending
band: secure
success: yes
:::

::: chart
title: The whole day
:::
"""

_TEXT = """\
## Time and observations

A whole scenario with a clock, a time limit, and observations:

````markdown
{example}````

- **The clock** is declared as a variable `clock` and moved by `takes` only: of a choice, an option, a route, a time limit,
  and of a scene, whose minutes pass when it is left, whichever way. It never runs backwards, goes on after midnight, and
  stops at its end. Conditions compare it with times (`clock >= 13:00`); a `later` with `clock:` comes before the first scene
  at that time or after it. `lms check` refuses times that it never shows.
- **A time limit** is a choice that time takes: `::: timeout 40s` has the keys of a choice, `to`, and `says` for what is shown
  then. It runs while the scene waits for a choice, a selection, an answer or an order, never while somebody writes or reads on.
- **Nobody is timed** who has not said so. Learners are asked before a story that has time limits: off (as chosen already),
  as written, twice or ten times as long; with `timing: asked` nothing is chosen already. They change it at any time, and
  nobody is told. Without scripts a limit is a sentence, and nothing happens when it is over. So every story must work
  without: where only time leads on, `lms check` calls a learner stuck.
- **Enough time** is time to read what everybody has to read here at 180 words a minute, and 5 seconds to answer.
- **A track** is a number with a range (as many decimals as the range is written with) or one of several words. `::: observe`
  measures on arriving at its scene: a value, a move such as `+4`, or `same`. Effects move tracks as well. What was measured
  is shown at that place as plain lines and as a table; `::: chart` shows it again. A condition around an observation holds
  for measuring and for showing. The last 24 times are kept.
- **A score** under `scales` adds up points of its tracks: the ranges of each follow each other without gaps. It is shown for
  every time at which all its tracks were measured.
- **Conditions read a track** only if it says `visible_to_logic: true`, because it then counts for what is proven; a score, if
  all its tracks do. Beside a track with decimals, numbers may have as many: `temperature >= 38.1`.
- **At a checkpoint** tracks are kept, whatever `keeps` says: how somebody is does not end with an act.
"""


def write() -> str:
    """Return this part of the page."""
    return _TEXT.format(example=EXAMPLE)
