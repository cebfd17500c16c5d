"""The gallery as an application, and a browser that asks it without a network."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from tests.base.web.gallery import make_gallery


@pytest.fixture(scope="session")
def gallery_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The gallery, somebody being signed in."""
    return make_gallery(tmp_path_factory.mktemp("gallery"))


@pytest.fixture
def client(gallery_app: Flask) -> Iterator[FlaskClient]:
    """Somebody who asks the gallery for pages and files."""
    with gallery_app.test_client() as client:
        yield client


@pytest.fixture
def open_page(browser: Browser, gallery_app: Flask) -> Iterator[Callable[..., Page]]:
    """open_page(width=360, height=740, scheme="light", …) -> a page whose requests the gallery answers.

    `page.said` holds what the browser wrote to its console: what a policy refused, what a script stumbled over.
    """
    contexts = []

    def answer(route: Route) -> None:
        request = route.request
        address = urlsplit(request.url)
        given = gallery_app.test_client().open(
            f"{address.path}?{address.query}",
            method=request.method,
            base_url=gallery_app.config["LMS_ADDRESS"],
            headers={name: value for name, value in request.headers.items() if name not in {"host", "accept-encoding"}},
            data=request.post_data_buffer,
        )
        route.fulfill(status=given.status_code, headers=dict(given.headers), body=given.data)

    def make(width: int = 360, height: int = 740, scheme: str = "light", **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            base_url=gallery_app.config["LMS_ADDRESS"],
            **more,
        )
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
