"""Leaving a feature's line out of MODULES leaves a working application without that feature, and no way into it."""

import re
from pathlib import Path

import pytest
from flask import url_for
from werkzeug.exceptions import HTTPException

from lms.app import MODULES, create_app, open_store
from tests.application import Browser
from tests.databases import ON_SQLITE
from tests.flows.test_visibility import CAST, rows, world
from tests.learning.walks import COURSE, SCENARIO

__all__ = ["world"]
ROOT = Path(__file__).parents[2]
FEATURES = sorted(module.name for module in MODULES if (ROOT / "lms" / "features" / module.name).is_dir())
WAY_IN = re.compile(r'(?:href|action|data-autosave)="(/[^"#?]*)')


@pytest.fixture
def left_out(request, settings, store, clock, world):
    """The application without one feature, on the same database."""
    modules = [module for module in MODULES if module.name != request.param]
    without = open_store(settings, modules=modules, clock=clock, ids=store.ids)
    app = create_app(settings, without, secret_key="for tests only", modules=modules)
    app.test_client_class = Browser
    yield app
    without.engine.dispose()


def dead_ends(app, page):
    """The links and forms of a page that lead nowhere."""
    routes = app.url_map.bind("here")
    for path in set(WAY_IN.findall(page)):
        found = []
        for method in ("GET", "POST"):
            try:
                found.append(routes.match(path, method))
            except HTTPException:
                continue
        if not found and path != "/":
            yield path


def test_every_feature_is_known_to_the_house():
    assert {"home", "debrief", "teams", "insights"} <= set(FEATURES)


@ON_SQLITE
@pytest.mark.parametrize("left_out", FEATURES, indirect=True)
def test_without_a_feature_every_other_page_answers_and_none_leads_into_it(left_out, world, sign_in):
    wrong = []
    for who in CAST[1:]:
        browser = sign_in(world.people[who], left_out.test_client())
        for row in rows():
            if row.method != "GET" or row.endpoint not in left_out.view_functions:
                continue
            with left_out.test_request_context(base_url=left_out.config["LMS_ADDRESS"]):
                address = url_for(row.endpoint, **world.things[row.thing])
            answer = browser.get(address)
            if answer.status_code != row.statuses[CAST.index(who)]:
                wrong.append(f"{row} for {who}: {answer.status_code}")
            page = answer.text if answer.mimetype == "text/html" else ""
            wrong += [f"{row} leads {who} to {path}" for path in dead_ends(left_out, page)]
    assert wrong == []


@ON_SQLITE
@pytest.mark.parametrize("left_out", FEATURES, indirect=True)
def test_without_a_feature_one_still_learns_and_practises(left_out, world, sign_in):
    browser = sign_in(world.people["other"], left_out.test_client())
    assert browser.get("/enrolment/catalogue").status_code == 200
    assert browser.post(f"/enrolment/courses/{COURSE}/enrol").status_code == 303
    assert browser.get(f"/enrolment/courses/{COURSE}/lessons/noticing").status_code in {200, 409}
    run = browser.post(f"/attempts/practice/{SCENARIO}/start").location
    assert browser.post(f"{run}/begin").status_code == 303
    scene = browser.get(run)
    assert scene.status_code == 200
    assert f'action="{run}/decide"' in scene.text
