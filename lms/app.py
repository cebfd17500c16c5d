"""The composition root: settings, store and modules become one Flask application.

`MODULES` is the whole house, in order, by hand: no discovery, no entry points. Leaving a feature's line out leaves a
working application without that feature.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask, g
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.base.store.keys import read_key
from lms.base.store.work import Store, UnitOfWork, open_engine
from lms.base.web import assets, errors, pages, security
from lms.base.web.identity import Identity, SignedIn
from lms.base.web.module import Module
from lms.base.web.routing import policies
from lms.features.debrief.module import MODULE as DEBRIEF
from lms.features.home.module import MODULE as HOME
from lms.features.insights.module import MODULE as INSIGHTS
from lms.features.record.module import MODULE as RECORD
from lms.features.teams.module import MODULE as TEAMS
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import Ids
from lms.kernel.settings import Settings
from lms.learning.attempts.module import MODULE as ATTEMPTS
from lms.learning.enrolment.module import MODULE as ENROLMENT
from lms.learning.library.module import MODULE as LIBRARY
from lms.learning.people import service as people
from lms.learning.people.module import MODULE as PEOPLE

MODULES: tuple[Module, ...] = (
    HOME,
    ENROLMENT,
    RECORD,
    LIBRARY,
    ATTEMPTS,
    DEBRIEF,
    INSIGHTS,
    TEAMS,
    PEOPLE,
)


def open_store(
    settings: Settings,
    *,
    modules: Sequence[Module] = MODULES,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Store:
    """Open the store that `settings` name, with every module's subscriptions; the data folder exists from then on."""
    _make_folder(settings.data)
    engine = open_engine(settings.database, synchronous=settings.sqlite_synchronous, threads=settings.threads)
    subscriptions = [(each.event, each.handler) for module in modules for each in module.subscriptions]
    return Store(engine, clock or Clock(), ids or Ids(), subscriptions, address=settings.address)


def create_app(settings: Settings, store: Store, *, secret_key: str, modules: Sequence[Module] = MODULES) -> Flask:
    """Make the WSGI application. Raises LookupError when a route declares no policy."""
    shell = Path(__file__).parent / "base" / "web"
    app = Flask(
        "lms",
        template_folder=str(shell / "templates"),
        static_folder=None,
        root_path=str(Path(__file__).parent),
    )
    app.config.update(SECRET_KEY=secret_key, LMS_ADDRESS=settings.address, LMS_SETTINGS=settings)
    app.extensions["lms.work"] = store.work
    app.extensions["lms.own_data"] = {each.name: each.own_data for each in modules if each.own_data is not None}
    security.register(
        app,
        address=settings.address,
        is_secure=settings.is_secure,
        idle=timedelta(minutes=settings.idle_minutes),
        clock=store.clock,
    )
    navigation = tuple(item for module in modules for item in module.navigation)
    pages.register(app, navigation, default_time_zone=settings.time_zone)
    assets.register(app)
    errors.register(app)
    CSRFProtect(app)
    login = LoginManager(app)
    login.session_protection = None  # the client's address changes on a phone; the epoch ends stolen cookies
    login.user_loader(partial(_signed_in, store, settings))
    for module in modules:
        if module.blueprint is not None:
            app.register_blueprint(module.blueprint)
    if settings.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    policies(app)
    return app


def secret_key(settings: Settings) -> str:
    """Return the key that signs sessions and forms: made once, kept in the data folder."""
    return read_key(settings.data / "keys", "session").hex()


def _signed_in(store: Store, settings: Settings, key: str) -> SignedIn | None:
    """Load who a session's cookie speaks of, on the request's own connection where there is one."""
    uow: UnitOfWork | None = g.get("uow")
    if uow is None:
        with store.work() as own:
            person = people.identity(own, key)
    else:
        person = people.identity(uow, key)
    if person is None or (person.is_demo and not (settings.is_loopback and security.is_local())):
        return None
    identity = Identity(
        id=person.id,
        name=person.name,
        token=person.token,
        roles=person.roles,
        locale=person.locale,
        time_zone=person.time_zone,
        epoch=person.epoch,
    )
    return SignedIn(identity)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be made: {error.strerror}.",
            fix="Set LMS_DATA to a folder that can be written.",
        ) from error
