"""A scenario of any length, as text: what an author could write, so that it compiles without a problem."""

FRONT = """\
---
scenario: long-night
title: A long night
minutes: 20..60
characters:
  olwen: {{name: Olwen Price, language: cy}}
competencies:
  calm: {{range: -20..20, says: Being calm}}
variables:
{flags}
must:
  told: {{when: f0, says: Told someone, why: It is easy to mend early., ref: policy}}
pass: calm >= 1 and kept(told)
references:
  policy: {{title: A policy, review_by: 2030-01-01}}
reviewed: none
---
"""
SCENE = """
## Scene {at} {{#s{at}}}

It is {at} o’clock, and the corridor is quiet. You hear the trolley two doors away and think of the note by the phone.

**Olwen:** [Dim diolch.]{{lang=cy}} I’m not thirsty, thank you for asking.

- [Ask her what she would like instead, and sit down.](#s{near}) {{#ask-{at}}}
  ::: choice
  rating: best
  effects: [calm +1, set f{flag}]
  :::
  She looks at you for the first time today.
- [Leave the tray and come back when the round is done.](#s{far}) {{#leave-{at}}}
  ::: choice
  rating: defensible
  effects: [calm -1]
  why_plausible: The round is late, and others wait as well.
  :::

::: debrief {{#about-{at}}}
for: [ask-{at}, leave-{at}]
expert: ask-{at}
why: She said what she does not want, and nobody had asked what she does want.
ref: policy
:::

::: if f{flag}
There is an empty glass on her table.
:::
"""
END = """
## Morning {{#s{at}}}

::: scene
kind: ending
band: secure
success: yes
:::

The night is over.
"""


def story(scenes: int, flags: int = 12) -> str:
    """Return a scenario of so many scenes, its ending among them."""
    last = scenes - 1
    declared = "\n".join(f"  f{number}: flag" for number in range(flags))
    parts = [FRONT.format(flags=declared)]
    parts += [SCENE.format(at=at, near=at + 1, far=min(last, at + 2), flag=at * flags // scenes) for at in range(last)]
    return "".join([*parts, END.format(at=last)])
