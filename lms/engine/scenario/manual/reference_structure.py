"""The part of the reference that is about how scenes hang together: hubs, calls, checkpoints and draws."""

EXAMPLE = """\
---
scenario: two-shifts
title: Two shifts
minutes: 5..8
summary: An evening and a morning with Olwen.
characters:
  olwen: {name: Olwen Price, language: cy}
  sian: {name: Sian, role: nurse in charge}
variables:
  dry: flag
  told: flag
draws:
  slept: {one of: [well, badly], at: morning, says: How Olwen slept}
references: {policy: {title: Policy on food and drink, review_by: 2027-05-01}}
must:
  told-sian: {when: told, before: evening-ends, says: Told the nurse in charge the same day, why: It is easy to mend early., ref: policy}
pass: kept(told-sian)
prebrief: This is a rehearsal.
---

## Olwen’s room {#room}

::: scene
kind: hub
ask: Where do you look?
exit: enough
least: 2
:::

The curtains are drawn. **Olwen** is awake.

- [At the cup on her table](#cup) {#see-cup}
- [At the chart by the door](#chart) {#see-chart}
  ::: choice
  back: room
  :::
- [At Olwen herself](#olwen) {#see-olwen}
  ::: choice
  back: room
  :::
- [I have seen enough](#decide) {#enough}

## The cup {#cup}

It is full, and cold.

- [Put it back](#room) {#cup-back}
  ::: choice
  effects: [set dry]
  :::

## The chart {#chart}

::: document
title: Fluid chart
text: |
  | Time | Drink |
  |---|---|
  | 08:00 | – |
  | 12:00 | 100 ml |
:::

- [Hang it up again](#return) {#chart-back}

## Olwen {#olwen}

**Olwen:** [Dim diolch.]{lang=cy} I’m not thirsty.

- [Leave her in peace](#return) {#olwen-back}

## At the door {#decide}

::: if dry
Her cup is as full as it was this morning.
:::

What do you do with what you have seen?

- [Ring Sian.](#phone) {#ring}
  ::: choice
  back: evening-ends
  rating: best
  effects: [set told]
  feedback: {says: You rang before the shift was over., at: checkpoint}
  :::
- [Write it down, and go home.](#evening-ends) {#write}
  ::: choice
  rating: unsafe
  why_plausible: The chart is where such things belong.
  feedback: {says: Who reads the chart tonight?, at: checkpoint}
  :::

::: debrief {#at-the-door}
for: [ring, write]
expert: ring
why: She has had 100 ml since the morning.
ref: policy
:::

## On the phone {#phone}

**Sian:** Thank you. I’ll see her at once.

- [Ring off](#return) {#off}

## The first shift is over {#evening-ends}

::: scene
kind: checkpoint
to: morning
keeps: [told]
:::

You hang up your tunic. Outside it has become dark.

## The next morning {#morning}

::: if slept is well
Olwen is still asleep.
:::
::: if slept is badly
Olwen has been awake since four.
:::

- [Sit down with her](#home) {#sit}

## Home {#home}

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

_TEXT = """\
## Rooms, calls, acts and chance

**A hub** (`kind: hub`) is a scene to look round in. Each choice can be taken once; `exit` names the one that leaves, and it
opens after `least` of the others. Scenes that are looked at lead back to the hub by its id, or are called with
`back: hub-id`. A learner sees what they have looked at already.

**A call** plays scenes and comes back. A choice calls with `back: scene` in its block, a scene without choices with
`kind: call`, `to` and `back`. What is called goes on until one of its scenes leads to `#return`; then the story goes on at
`back` (`back: return` goes back from there as well). So one scene, such as a telephone, can be used from many places.
Calls may stand in calls, eight deep, but never come round to themselves; no story ends inside one, and no act.

**A checkpoint** (`kind: checkpoint`) ends an act. The learner sees that a part is over, reads the feedback kept for this
moment (`at: checkpoint`), and may take a break. `keeps` names the variables that the next act goes on with; on leaving, the
others are set back to what they were at the start. What was visited and chosen, scores, musts, the clock and delayed
consequences live on. After a run, learners may go again from a checkpoint that they came to, in practice.

**A draw** is decided by chance, anew in each attempt, at the start or on entering a scene (`at`). Conditions read it like a
variable, and no effect changes it. Until it is drawn it is its first value. `lms check` counts on every way in which it can
come out; a way that it shows says what chance decided. `lms play --state 'slept=badly'` and `draws: {{slept: badly}}` in a
plan force it.

**Delayed consequences** wait while a call lasts: its scenes count for `after: 3 scenes`, and what has become due comes once
the call has returned, in the order in which it became due, and in the order of the file where that is one moment. While the
scenes of one are played, no other comes and nothing counts; they may call as well. Each waits once only, however often its
scene is entered, and what still waits when the story ends never comes.

A whole scenario with all of them:

````markdown
{example}````
"""


def write() -> str:
    """Return this part of the page."""
    return _TEXT.format(example=EXAMPLE)
