"""A file that is read again with a memory of its last reading is read as if there were none."""

import random

import pytest

from lms.engine.scenario.language.compile import compile_scenario
from lms.engine.source.text import SourceFile
from tests.engine.scenario import whole
from tests.engine.scenario.test_shipped_sources import SLIPS


def files(**changed):
    named = whole.texts() | changed
    made = [SourceFile(f"scenarios/whole/{name}", name, text.encode()) for name, text in named.items()]
    return made + [SourceFile(f"scenarios/whole/{name}", name, data) for name, data in whole.MEDIA.items()]


def written(text, draw):
    """The text after something that an author does: typing, deleting, a new line, moving lines, a remark."""
    at, slip = draw.randrange(len(text)), draw.choice(SLIPS)
    lines = text.split("\n")
    line = draw.randrange(len(lines))
    moved = lines[:line] + lines[line + 3 :] + lines[line : line + 3]
    remark = [*lines[:line], "<!-- later", *lines[line:]]
    return draw.choice(
        [text[:at] + slip + text[at:], text[:at] + text[at + 1 :], "\n".join(moved), "\n".join(remark), text + "\n"]
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_is_remembered_changes_nothing(seed):
    draw = random.Random(seed)  # noqa: S311 - repeatable
    memory, story = {}, dict(whole.texts())
    for _ in range(20):
        name = draw.choice([whole.STORY, whole.STORY, *story])
        now = files(**{**story, name: written(story[name], draw)})
        again = compile_scenario(now, today=whole.TODAY, memory=memory)
        fresh = compile_scenario(now, today=whole.TODAY)
        assert again == fresh
        if draw.random() < 0.3:  # most slips are mended at once, some stay
            story[name] = next(file.data.decode() for file in now if file.name == name)


def test_only_the_scene_that_has_changed_is_read_again():
    memory, story = {}, whole.texts()[whole.STORY]
    compile_scenario(files(), today=whole.TODAY, memory=memory)
    path = f"scenarios/whole/{whole.STORY}"
    before = {id(piece) for piece in memory[path].values()}
    line = next(line for line in story.split("\n")[story.count("\n") // 2 :] if line.endswith("."))
    compile_scenario(files(**{whole.STORY: story.replace(line, f"{line} More.", 1)}), today=whole.TODAY, memory=memory)
    assert len({id(piece) for piece in memory[path].values()} - before) == 1


def test_nothing_is_remembered_but_the_last_reading():
    memory, story = {}, whole.texts()[whole.STORY]
    for number in range(5):
        now = story.replace("\n## ", f"\n\n{'x' * number}\n\n## ")
        compile_scenario(files(**{whole.STORY: now}), today=whole.TODAY, memory=memory)
    assert all(len(pieces) <= story.count("\n## ") + 1 for pieces in memory.values())
