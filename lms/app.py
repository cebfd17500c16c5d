"""The composition root: settings, store and modules become one Flask application.

`MODULES` is the whole house, in order, by hand: no discovery, no entry points. Leaving a feature's line out leaves a
working application without that feature.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.base.store.work import Store, open_engine
from lms.base.web import errors, pages, security
from lms.base.web.module import Module
from lms.base.web.routing import policies
from lms.kernel.clock import Clock
from lms.kernel.ids import Ids
from lms.kernel.settings import Settings

MODULES: tuple[Module, ...] = ()


def open_store(
    settings: Settings,
    *,
    modules: Sequence[Module] = MODULES,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Store:
    """Open the store that `settings` name, with every module's subscriptions."""
    engine = open_engine(settings.database, synchronous=settings.sqlite_synchronous, threads=settings.threads)
    subscriptions = [(each.event, each.handler) for module in modules for each in module.subscriptions]
    return Store(engine, clock or Clock(), ids or Ids(), subscriptions, address=settings.address)


def create_app(settings: Settings, store: Store, *, secret_key: str, modules: Sequence[Module] = MODULES) -> Flask:
    """Make the WSGI application. Raises LookupError when a route declares no policy."""
    shell = Path(__file__).parent / "base" / "web"
    app = Flask(
        "lms",
        template_folder=str(shell / "templates"),
        static_folder=str(shell / "static"),
        root_path=str(Path(__file__).parent),
    )
    app.config.update(SECRET_KEY=secret_key, LMS_ADDRESS=settings.address, LMS_SETTINGS=settings)
    app.extensions["lms.work"] = store.work
    security.register(
        app,
        address=settings.address,
        is_secure=settings.is_secure,
        idle=timedelta(minutes=settings.idle_minutes),
    )
    navigation = tuple(item for module in modules for item in module.navigation)
    pages.register(app, navigation, default_time_zone=settings.time_zone)
    errors.register(app)
    CSRFProtect(app)
    login = LoginManager(app)
    login.session_protection = None  # the client's address changes on a phone; the epoch ends stolen cookies
    login.user_loader(lambda _key: None)
    for module in modules:
        if module.blueprint is not None:
            app.register_blueprint(module.blueprint)
    if settings.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    policies(app)
    return app
