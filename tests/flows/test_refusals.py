import pytest

from lms.app import MODULES, create_app
from lms.base.web import api as web
from lms.kernel.errors import Conflict
from lms.learning.people import service as people
from tests.application import Browser


@pytest.fixture
def app(settings, store):
    blueprint = web.blueprint("halfway", __name__)

    @web.post(blueprint, "/", allow=web.SIGNED_IN)
    def act(uow):
        people.rename(uow, web.me().id, "Somebody Else")
        web.tell(uow, Conflict("That was too late."))
        return web.redirect("people.profile")

    app = create_app(settings, store, secret_key="for tests only", modules=(*MODULES, web.Module("halfway", blueprint)))
    app.test_client_class = Browser
    return app


def test_an_act_that_is_refused_halfway_is_said_on_the_next_page_and_leaves_nothing(make_person, sign_in):
    browser = sign_in(make_person("menna@example.org", name="Menna Rees"))
    page = browser.get(browser.post("/halfway/").location).text
    assert "That was too late." in page
    assert "Menna Rees" in page
    assert "Somebody Else" not in page
