"""A picture on its way: from a trainer's folder to the page of a scene, and no further."""

import re
import shutil

import pytest

from lms.engine.source import media
from lms.learning.library import service as library

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63fcffff3f030005fe02fea72d1e560000000049454e44ae426082"
)
SCENARIO = """\
---
scenario: tray
title: The tray
minutes: 5
references: {wsp: {title: Procedures, review_by: 2027-05-01}}
must: {told: {when: chose(tell), says: Told somebody, why: Because, ref: wsp}}
---

## Supper tray {#tray}

![A tray with a cold supper](media/tray.png)

- [Tell Mair](#home) {#tell}

## Home {#home}

::: scene
kind: ending
band: secure
success: yes
:::
"""


@pytest.fixture
def tray(content, refresh):
    for name in ("courses", "scenarios"):
        shutil.rmtree(content / name)
    folder = content / "scenarios" / "tray"
    (folder / "media").mkdir(parents=True)
    (folder / "scenario.md").write_text(SCENARIO, encoding="utf-8")
    (folder / "media" / "tray.png").write_bytes(PNG)
    assert refresh().published == ("scenarios/tray",)
    return folder


def test_a_picture_beside_a_scenario_is_on_its_scene_and_stays_there_when_its_file_is_gone(
    tray, refresh, make_person, sign_in, new_client
):
    browser = sign_in(make_person("menna@example.org"))
    address = browser.post("/attempts/practice/tray/start").location
    browser.post(f"{address}/begin")
    (tray / "media" / "tray.png").write_bytes(PNG + b"changed")
    refresh()
    page = browser.get(address).text
    assert 'alt="A tray with a cold supper"' in page
    picture = re.search(r'src="(/library/media/[0-9a-f]{64})"', page).group(1)
    sent = browser.get(picture)
    assert (sent.status_code, sent.data, sent.mimetype) == (200, PNG, "image/png")
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert new_client().get(picture).status_code == 303


def test_what_only_lies_in_the_folder_is_not_served(tray, store, refresh):
    (tray / "media" / "notes.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    refresh()
    with store.work() as uow:
        assert media.type_of("media/notes.html") == "application/octet-stream"
        assert media.type_of("media/tray.png") == "image/png"
        assert library.get_card(uow, "scenario", "tray").title == "The tray"
