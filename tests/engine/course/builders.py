"""A small course that has everything once, and ways to change it."""

from datetime import date

from lms.engine.course.compile import compile_course
from lms.engine.source.text import SourceFile

TODAY = date(2026, 11, 21)
FOLDER = "courses/hand-washing"

COURSE = """\
course: hand-washing
title: Hand washing
summary: When, how and how long.
nation: wales
audience: [care-worker]
content_note: Mentions soap.
reviewed: {by: A. Nurse, role: Infection control nurse, on: 2026-10-01}
outcomes: {when: Say when to wash, how: Wash well}
activities:
  - lesson: when-to-wash
  - quiz: questions
    title: Questions
    bank: hands
    draw: 2
    pass_percent: 75
    minutes: 3
    tries: 3
    wait_minutes: 5
  - scenario: the-visitor
    title: The visitor
    minutes: 10
    summary_credit: yes
certificate: {minutes: 15, valid_years: 2, says: Knowledge only.}
references:
  who: {title: Five moments, issuer: WHO, url: https://www.who.int/, checked: 2026-01-01, review_by: 2027-01-01}
"""

LESSON = """\
---
lesson: when-to-wash
title: When to wash
minutes: 2
outcomes: [when]
references: [who]
---

::: moment
You come in from the rain.
:::

Wash **before** you touch.

![A tap](media/tap.png)

::: try
Count to twenty.
:::

::: reveal See how long that is
Two songs.
:::

::: check
ask: When?
options:
  - text: Before
    right: yes
    feedback: Yes.
  - text: Never
    feedback: No.
:::

::: work
Find the sink.
:::
"""

BANK = """\
bank: hands
questions:
  - id: first
    type: single
    critical: yes
    outcome: when
    ask: When do you wash?
    options:
      - {id: before, text: Before touching, right: yes, feedback: Yes.}
      - {id: never, text: Never at all, feedback: No.}
  - id: second
    type: multiple
    outcome: how
    references: [who]
    ask: What do you need?
    options:
      - {id: soap, text: Soap, right: yes, feedback: Yes.}
      - {id: water, text: Water, right: yes, feedback: Yes.}
      - {id: glue, text: Glue, feedback: No.}
  - id: third
    type: single
    outcome: how
    ask: How long?
    options:
      - {id: brief, text: Two seconds, feedback: No.}
      - {id: long, text: Twenty seconds, right: yes, feedback: Yes.}
"""

FILES = {"course.yaml": COURSE, "lessons/when-to-wash.md": LESSON, "bank.yaml": BANK}
PICTURES = {"media/tap.png": b"not looked into"}


def folder_of(folder, files):
    return [SourceFile(f"{folder}/{name}", name, data) for name, data in files.items()]


def compiled(changes=None, *, today=TODAY, scenarios=frozenset({"the-visitor"})):
    """Compile the small course after replacements: file → (old, new), file → text, or file → None (taken away)."""
    files = dict(FILES)
    for name, change in (changes or {}).items():
        if change is None:
            del files[name]
        elif isinstance(change, tuple):
            assert change[0] in files[name]
            files[name] = files[name].replace(*change)
        else:
            files[name] = change
    sources = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    return compile_course(FOLDER, folder_of(FOLDER, {**sources, **PICTURES}), today=today, scenarios=scenarios)


def found(changes=None, **known):
    """Return the codes of the small course's problems after a change, with file and line."""
    return [
        (problem.code, problem.span.path.removeprefix(f"{FOLDER}/"), problem.span.line)
        for problem in compiled(changes, **known).problems
    ]
