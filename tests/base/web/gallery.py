"""Every macro and every state of the shell, with sample data: a real application with one extra module.

It is what the browser tests look at, and what a designer opens: `python -m tests.base.web.gallery` serves it.
"""

import tempfile
from io import BytesIO
from pathlib import Path
from uuid import UUID
from wsgiref.simple_server import make_server

from flask import Flask, g, url_for
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from lms.app import create_app, open_store
from lms.base.web import api as web
from lms.base.web.forms import FieldProblem
from lms.base.web.identity import Identity
from lms.engine.source.media import type_of
from lms.kernel.errors import Conflict, Invalid, NotFound
from lms.kernel.settings import load
from tests.base.web import samples

PAGES = (
    "home", "controls", "wrong", "tables", "empty", "prose", "library", "signin", "course", "lesson", "question",
    "feedback", "result", "certificate", "catalogue",
)  # fmt: skip
STAGES = (
    "prebrief", "scene", "watch", "select", "write", "answer", "order", "sure", "go", "hub", "checkpoint", "observed", "ending", "felt",
    "path", "asked", "revealed", "bands", "plan",
)  # fmt: skip
MENNA = Identity(
    id=UUID(int=7),
    name="Menna Llŷr-Wŷn",
    token="t0ken",
    roles=frozenset({"learner", "trainer", "admin"}),
    locale="en_GB",
    time_zone="Europe/London",
)

MEDIA = Path(__file__).parents[2] / "media"
blueprint = web.blueprint("gallery", __name__)


@web.get(blueprint, "/<any(page, stage):kind>/<name>", allow=web.ANYONE)
def show(_uow, kind, name):
    if name not in PAGES + STAGES:
        raise NotFound("There is nothing here.")
    if name == "home":
        web.flash("Your answer is saved.", "good")
    return web.render(f"gallery/{name}.html", samples=samples, kind=kind)


@web.get(blueprint, "/media/<name>", allow=web.ANYONE)
def medium(_uow, name):
    return web.send_file(BytesIO((MEDIA / name).read_bytes()), mimetype=type_of(name), conditional=True)


@web.get(blueprint, "/", allow=web.ANYONE)
def index(_uow):
    return web.render("gallery/index.html", pages=PAGES, stages=STAGES)


@web.get(blueprint, "/error/<kind>", allow=web.ANYONE)
def error(_uow, kind):
    if kind == "conflict":
        raise Conflict(
            "This scene has moved on.", fix="You had it open twice. Nothing is lost: go on where the story is now."
        )
    raise Invalid("Some of what you entered needs another look.", problems=[FieldProblem("name", "Too long.")])


NAVIGATION = tuple(
    web.NavigationItem(endpoint, label, icon, web.ANYONE)
    for endpoint, label, icon in (
        ("gallery.index", "Home", "home"),
        ("gallery.catalogue", "Catalogue", "catalogue"),
        ("gallery.record", "My record", "record"),
        ("gallery.library", "Library", "library"),
        ("gallery.people", "People", "people"),
        ("gallery.delivery", "Delivery", "delivery"),
    )
)
for _endpoint in ("catalogue", "record", "library", "people", "delivery"):
    blueprint.add_url_rule(f"/{_endpoint}", _endpoint, index)


def make_gallery(folder: Path, *, person: Identity | None = MENNA, port: int = 8000) -> Flask:
    """Make the application with the gallery in it, `person` being signed in."""
    settings = load({"LMS_DATA": str(folder), "LMS_PORT": str(port)})
    modules = (web.Module("gallery", blueprint=blueprint, navigation=NAVIGATION if person else ()),)
    store = open_store(settings, modules=modules)
    app = create_app(settings, store, secret_key="gallery", modules=modules)
    app.jinja_env.globals.update(
        sample_buttons=Markup("<b>Menna</b>"), sample_media=lambda block: url_for("gallery.medium", name=block.hash)
    )
    app.jinja_loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), app.jinja_loader])

    @app.before_request
    def sign_in():
        g.identity = person

    @app.teardown_request
    def let_go(_error):
        store.engine.dispose()  # nobody closes a gallery, so it holds no connection

    return app


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data:
        make_server("127.0.0.1", 8765, make_gallery(Path(data), port=8765)).serve_forever()
