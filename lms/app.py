"""The composition root: settings, store and modules become one Flask application.

`MODULES` is the whole house, in order, by hand: no discovery, no entry points. Leaving a feature's line out leaves a
working application without that feature.
"""

import gc
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask, g
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.base.store.folding import fold
from lms.base.store.jobs import Job
from lms.base.store.keys import read_key
from lms.base.store.schema import require_current
from lms.base.store.work import Store, UnitOfWork, open_engine
from lms.base.web import assets, csrf, errors, pages, security, trace
from lms.base.web.identity import Identity, SignedIn
from lms.base.web.module import Module
from lms.base.web.routing import policies, probes
from lms.base.web.server import Answer, OneAtATime
from lms.features.certificates import service as certificates
from lms.features.certificates.job import make_pdfs
from lms.features.certificates.module import MODULE as CERTIFICATES
from lms.features.debrief.module import MODULE as DEBRIEF
from lms.features.home.module import MODULE as HOME
from lms.features.insights.module import MODULE as INSIGHTS
from lms.features.operations.folder import make_folder
from lms.features.operations.house import House
from lms.features.operations.module import MODULE as OPERATIONS
from lms.features.operations.worker import leave_with_supervisor
from lms.features.record.module import MODULE as RECORD
from lms.features.statements.module import MODULE as STATEMENTS
from lms.features.teams.module import MODULE as TEAMS
from lms.kernel import logs
from lms.kernel.clock import Clock
from lms.kernel.errors import Unavailable
from lms.kernel.ids import Ids
from lms.kernel.settings import Settings, load
from lms.learning.attempts.module import MODULE as ATTEMPTS
from lms.learning.enrolment.module import MODULE as ENROLMENT
from lms.learning.library.module import MODULE as LIBRARY
from lms.learning.library.watch import ContentWatch, refresh
from lms.learning.people import service as people
from lms.learning.people.model import DEMO_PASSWORD
from lms.learning.people.module import MODULE as PEOPLE
from lms.records.lrs import clients
from lms.records.lrs.module import MODULE as LRS
from lms.records.tracking.module import MODULE as TRACKING
from lms.records.tracking.relay import DeliveryJob

MODULES: tuple[Module, ...] = (
    HOME,
    ENROLMENT,
    RECORD,
    LIBRARY,
    ATTEMPTS,
    DEBRIEF,
    CERTIFICATES,
    INSIGHTS,
    TEAMS,
    PEOPLE,
    LRS,
    STATEMENTS,
    TRACKING,
    OPERATIONS,
)
WORK: tuple[Job, ...] = (
    Job("content", ContentWatch().look),
    Job("certificates", make_pdfs),
    Job("delivery", DeliveryJob().look),
    Job("log", fold),
)
"""What the worker process does beside the web server."""
FIRST: tuple[Callable[[Store, Settings], object], ...] = (refresh,)
"""What is done, in order, before anybody is let in."""


def open_store(
    settings: Settings,
    *,
    modules: Sequence[Module] = MODULES,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Store:
    """Open the store that `settings` name, with every module's subscriptions; the data folder exists from then on."""
    make_folder(settings)
    engine = open_engine(settings.database, synchronous=settings.sqlite_synchronous, threads=settings.threads)
    subscriptions = [(each.event, each.handler) for module in modules for each in module.subscriptions]
    return Store(
        engine,
        clock or Clock(),
        ids or Ids(),
        subscriptions,
        address=settings.address,
        organisation=settings.organisation,
        keys=settings.data / "keys",
    )


def create_app(settings: Settings, store: Store, *, secret_key: str, modules: Sequence[Module] = MODULES) -> Flask:
    """Make the WSGI application. Raises LookupError when a route declares no policy."""
    shell = Path(__file__).parent / "base" / "web"
    app = Flask(
        "lms",
        template_folder=str(shell / "templates"),
        static_folder=None,
        root_path=str(Path(__file__).parent),
    )
    app.response_class = Answer
    app.config.update(SECRET_KEY=secret_key, LMS_ADDRESS=settings.address, LMS_SETTINGS=settings)
    app.extensions["lms.work"] = store.work
    app.extensions["lms.own_data"] = {each.name: each.own_data for each in modules if each.own_data is not None}
    app.extensions["lms.unfinished"] = [each.unfinished for each in modules if each.unfinished is not None]
    trace.register(app)
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
    programs = [each.programs for each in modules if each.programs is not None]
    csrf.register(app, apart=[each.name for each in programs])
    login = LoginManager(app, add_context_processor=False)  # templates ask visitor()
    login.session_protection = None  # the client's address changes on a phone; the epoch ends stolen cookies
    app.extensions["lms.visitor"] = login.user_loader(partial(_signed_in, store, settings))
    for module in modules:
        if module.blueprint is not None:
            app.register_blueprint(module.blueprint)
        if module.programs is not None:
            app.register_blueprint(module.programs)
    if settings.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    policies(app)
    beside = [each.url_prefix or "" for each in programs]
    app.wsgi_app = OneAtATime(app.wsgi_app, store.turns, probes(app), beside)  # type: ignore[method-assign]
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


def web_application() -> Flask:
    """Make the application of one web process, as the environment's settings say.

    Raises Invalid for bad settings, Unavailable when the database is not ready.
    """
    settings = load()
    logs.configure(settings.log)
    leave_with_supervisor()
    store = open_store(settings)
    require_current(store.engine)
    store.engine.dispose()  # a server that forks must find no open connection
    app = create_app(settings, store, secret_key=secret_key(settings))
    gc.freeze()  # what lives as long as the process is not searched for rubbish: that took 0.1 s of somebody's page
    return app


def _invite(store: Store, settings: Settings) -> tuple[str, ...]:
    with store.work() as uow:
        demo = people.make_demo_people(uow, is_loopback=settings.is_loopback, memory=settings.password_memory)
    width = max(len(person.mail) for person in demo)
    return (
        f"Sign in as one of these, with the password: {DEMO_PASSWORD}",
        *(f"  {person.mail:{width}}  {person.name}, {person.roles[0]}" for person in demo),
        *_first_client(store),
        *_lost_key(store, settings),
    )


def _greet(store: Store, settings: Settings) -> tuple[str, ...]:
    with store.work() as uow:
        has_admin = bool(people.list_with_role(uow, "admin"))
    admin = "It has no administrator yet: lms person add MAIL --name NAME --role admin"
    return (*(() if has_admin else (admin,)), *_first_client(store), *_lost_key(store, settings))


def _first_client(store: Store) -> tuple[str, ...]:
    with store.work() as uow:
        has_client = bool(clients.list_clients(uow))
    return () if has_client else ("No other program uses its LRS yet: lms client add NAME --scope statements/read",)


def _lost_key(store: Store, settings: Settings) -> tuple[str, ...]:
    try:
        with store.work() as uow:
            is_lost = certificates.is_key_lost(uow)
    except Unavailable as error:
        return (error.what, f"  {error.fix}")
    key = settings.data / "keys" / certificates.KEY
    said = (
        "Certificates that were issued do not verify: their key is lost, or another one.",
        f"  Bring {key} back from a backup that was made before: it lies in its folder keys/.",
    )
    return said if is_lost else ()


HOUSE = House(
    application=f"{__name__}:{web_application.__name__}",
    modules=MODULES,
    jobs=WORK,
    first=FIRST,
    make_app=lambda settings, store: create_app(settings, store, secret_key=secret_key(settings)),
    invite=_invite,
    greet=_greet,
)
