"""The part of the reference that is about files: what a scenario includes, languages, nations; its examples are tests."""

from lms.engine.scenario.language import front, include
from lms.engine.scenario.language.language_file import TEXTS
from lms.engine.scenario.language.overlay import NATIONS
from lms.engine.source.kinds import record_kind

STORY = """\
---
scenario: cold-soup
title: Cold soup
minutes: 2..3
nation: wales
include: [people.yaml, evening.md, _shared/wales.yaml]
terms:
  board: Regional Safeguarding Board
---

## The bowl {#bowl}

**Olwen:** I’m not hungry.

- [Take the bowl away.](#evening) {#take}
  ::: choice
  rating: defensible
  why_plausible: She says that she is not hungry.
  :::
- [Ask what she would like.](#evening) {#ask}
  ::: choice
  rating: best
  :::

::: debrief {#first}
for: [take, ask]
expert: ask
why: Whoever is asked may answer. What is noticed can matter to the {term:board}, too.
ref: code
:::
"""

PEOPLE = """\
characters:
  olwen: {name: Olwen Price, role: lives in room 2}
"""

EVENING = """\
## The evening {#evening}

She sleeps.

::: scene
kind: ending
band: secure
success: yes
:::
"""

SHARED = """\
references:
  code: {title: The code of practice, review_by: 2099-01-01}
"""

WELSH = """\
---
title: Cawl oer
terms:
  board: Bwrdd Diogelu Rhanbarthol
---

## Y bowlen {#bowl}

**Olwen:** Does dim chwant bwyd arna i.

- [Mynd â’r bowlen i ffwrdd.](#evening) {#take}
"""

ENGLAND = """\
terms:
  board: Safeguarding Adults Board
references:
  code: {title: The code of conduct, url: "https://example.org/code", review_by: 2099-01-01}
"""

FILES = {
    "scenario.md": STORY,
    "people.yaml": PEOPLE,
    "evening.md": EVENING,
    "_shared/wales.yaml": SHARED,
    "scenario.cy.md": WELSH,
    "scenario.england.yaml": ENGLAND,
}
"""A story in several files, by their names."""

_SAYS = {
    "scenario.md": "The story.",
    "people.yaml": "Beside it. A YAML file holds declarations, or a bank of questions.",
    "evening.md": "Beside it. A Markdown file holds scenes, and in its own front matter declarations if it needs any.",
    "_shared/wales.yaml": "In the folder `_shared` beside the folders of all scenarios.",
    "scenario.cy.md": "The same story in Welsh, as far as somebody has translated it.",
    "scenario.england.yaml": "What is otherwise in England.",
}


def write() -> str:
    """Return the part of the page."""
    keys = ", ".join(f"`{key}`" for key in record_kind(front.Shared).keys)
    overlay = ", ".join(f"`{key}`" for key in record_kind(front.Overlay).keys)
    texts = ", ".join(f"`{key}`" for key in sorted(TEXTS))
    parts = [
        "## Files\n",
        (
            f"A story may stand in several files. `include` names them: beside the story, or in `{include.SHARED}`; nothing is\n"
            "included from elsewhere. An included YAML file, and the front matter of an included Markdown file, may hold\n"
            f"{keys}. Scenes that are included follow the story’s own. An id may stand in one of the files only. At most\n"
            f"{include.FILES} files, {include.DEPTH} deep, with {include.BYTES // 1_000_000} million bytes together, make one"
            " story. Of what is shared, a version holds\nonly what its story refers to.\n"
        ),
        (
            "**Languages.** `scenario.cy.md` tells the story in Welsh, `scenario.pl.md` in Polish: the same scenes, choices and\n"
            "blocks with the same ids, and other words. Copy the story, translate, and leave out what holds no text. What is\n"
            "left out, or not translated yet, is shown in the story’s own language; so is a sentence that is word for word the\n"
            "story’s, for it was only copied. Whatever is repeated must be as in the\n"
            f"story, but for texts, speeches, titles, labels, and the keys {texts};\n"
            "`phrases` are understood beside the story’s. In a scene or below a choice, either all paragraphs are translated\n"
            "or none. Banks and included files are told\nin Welsh beside themselves: `bank.cy.yaml`, `people.cy.yaml`.\n"
        ),
        (
            f"**Nations.** `scenario.england.yaml` says what is otherwise there (one of {', '.join(NATIONS)}):\n"
            f"{overlay}, by the ids of the story; a document needs an id for that: `::: document {{#poster}}`. Its Welsh\n"
            "texts stand in `scenario.england.cy.yaml`. `{term:board}` in a text is the name that the learner’s nation gives to\n"
            "`board` under `terms`. In a course it is the course’s nation; else the story’s own.\n"
        ),
    ]
    for name, text in FILES.items():
        style = "markdown" if name.endswith(".md") else "yaml"
        parts.append(f"**`{name}`** {_SAYS[name]}\n\n```{style}\n{text}```\n")
    return "\n".join(parts)
