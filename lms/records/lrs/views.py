"""/xapi, where other programs ask, and /lrs, where admins look after those programs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import g, request

from lms.base.store.work import UnitOfWork
from lms.base.web import api as web
from lms.engine.xapi.reading import write_json
from lms.kernel.clock import Clock
from lms.kernel.errors import Conflict, Invalid, LmsError
from lms.records.lrs import clients, resources
from lms.records.lrs.ask import (
    CONCURRENCY,
    ERROR_CODES,
    FIRST,
    JSON,
    PREFIXES,
    RESOURCES,
    SECOND,
    TEXT,
    Answer,
    Ask,
    Refusal,
    check_version,
    read_ask,
)
from lms.records.lrs.asking import consistent_through

BODY_MOST = 32 * 1024 * 1024
"""The largest request, attachments included, in bytes."""

_MORE = "statements/more/"
_NOWHERE = "There is no resource of xAPI at this address."
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_VERSION = "X-Experience-API-Version"
_THROUGH = "X-Experience-API-Consistent-Through"
_EXPOSED = f"ETag, Last-Modified, Retry-After, {_VERSION}, {_THROUGH}, X-Request-ID"
_ASKABLE = (
    "Authorization, Content-Type, If-Match, If-None-Match, Accept, Accept-Language, Content-Transfer-Encoding, "
    f"X-Experience-API-Hash, {_VERSION}"
)
_SHUT = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""What others keep here may be of any type; no browser may let it act as a page of ours."""

_LONG_AGO = timedelta(hours=1)
"""Until then all can be found that was stored, though nobody has looked whether somebody is storing."""

programs = web.blueprint("xapi", __name__, prefix=PREFIXES[FIRST])


def _failed(error: LmsError) -> web.Response:
    version = SECOND if request.path.startswith(f"{PREFIXES[SECOND]}/") else FIRST
    ask = Ask(request.method, request.path.removeprefix(f"{PREFIXES[version]}/"), version, {}, {})
    if "lrs_origin" not in g and isinstance(error, Invalid | Refusal):  # no view was reached
        g.lrs_origin = _declared_origin()
    if isinstance(error, web.TooLarge):
        error = Refusal(413, f"A request may hold {BODY_MOST} bytes.", ERROR_CODES)
    elif isinstance(error, Invalid):
        error = Refusal(400, str(error.what), ERROR_CODES)
    return _response(ask, _refused(ask, error))


@web.program(programs, "/2.0/<path:resource>", methods=_METHODS, most=BODY_MOST, failed=_failed)
def second(uow: UnitOfWork, resource: str) -> web.Response:
    """Answer as xAPI 2.0.0."""
    return _serve(uow, _asked(SECOND, resource))


@web.program(programs, "/<path:resource>", methods=_METHODS, most=BODY_MOST, failed=_failed)
def first(uow: UnitOfWork, resource: str) -> web.Response:
    """Answer as xAPI 1.0.3."""
    return _serve(uow, _asked(FIRST, resource))


@programs.after_app_request
def _answer_as_lrs(response: web.Response) -> web.Response:
    """Communication 3.2, 3.3: every answer names the version, and what no route took is refused as anything else here.

    A route takes no method that no resource knows, and no address that cannot be read.
    """
    if request.path.startswith(f"{PREFIXES[FIRST]}/") and _VERSION not in response.headers:
        version = SECOND if request.path.startswith(f"{PREFIXES[SECOND]}/") else FIRST
        response.headers[_VERSION] = version
        if response.status_code in {404, 405}:
            refused = _failed(_not_taken(request.path.removeprefix(f"{PREFIXES[version]}/")))
            response.headers.pop("Allow", None)
            response.headers.update(refused.headers)
            response.status_code = refused.status_code
            response.set_data(refused.get_data())
        else:
            _share(response)
    return response


def _not_taken(resource: str) -> Refusal:
    methods = _methods(resource)
    if not methods:
        return Refusal(404, _NOWHERE, RESOURCES)
    allow = ", ".join(methods)
    return Refusal(405, f"This resource knows {allow}.", RESOURCES, headers={"Allow": allow})


def _methods(resource: str) -> list[str]:
    """Return the methods of what is at an address below the base: none where nothing is."""
    if resource in resources.RESOURCE:
        return resources.allowed_methods(resource)
    return ["GET", "HEAD", "OPTIONS"] if resource == "about" or resource.startswith(_MORE) else []


def _declared_origin() -> str | None:
    origin = request.headers.get("Origin")
    try:
        return origin if origin and web.ask(lambda uow: clients.is_declared(uow, origin)) else None
    except LmsError:  # the database cannot be asked now; the refusal is the answer all the same
        return None


def _asked(version: str, resource: str) -> Ask:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Ask(request.method, resource, version, {}, headers, request.get_data(parse_form_data=False))


def _serve(uow: UnitOfWork, raw: Ask) -> web.Response:
    g.lrs_settled = uow.now - _LONG_AGO
    origin = raw.headers.get("origin")
    g.lrs_origin = origin if origin and clients.is_declared(uow, origin) else None
    more = raw.resource.removeprefix(_MORE)
    is_more = more != raw.resource
    methods = _methods(raw.resource)
    if not methods:
        raise Refusal(404, _NOWHERE, RESOURCES)
    if raw.method == "OPTIONS":
        return _response(raw, _options(methods))
    ask = read_ask(raw, request.query_string)
    if ask.resource == "about":
        return _response(ask, resources.about(ask))
    if not is_more:
        resources.check_method(ask)
    client = clients.authenticate(uow, ask.headers.get("authorization"))
    check_version(ask)
    is_reading = ask.method in {"GET", "HEAD"}
    if _is_of_statements(ask.resource) and is_reading:
        g.lrs_settled = consistent_through(uow)  # before: who asks for what is not there is told as well
    answered = resources.get_more(uow, client, ask, more) if is_more else resources.answer(uow, client, ask)
    if _is_of_statements(ask.resource) and not is_reading:
        g.lrs_settled = answered.stored or consistent_through(uow)  # while it is stored, nothing newer is
    return _response(ask, answered)


def _options(methods: list[str]) -> Answer:
    headers = {"Allow": ", ".join(methods)}
    if g.lrs_origin:
        headers |= {
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Access-Control-Allow-Headers": _ASKABLE,
            "Access-Control-Max-Age": "600",
        }
    return Answer(204, b"", "", headers)


def _refused(ask: Ask, error: LmsError) -> Answer:
    if isinstance(error, Refusal):
        status, section, headers = error.status, error.rule.cite(ask.version), dict(error.headers)
        problems, is_plain = [str(each) for each in error.problems], error.rule is CONCURRENCY
    else:
        status = next(code for kind, code in web.STATUS.items() if isinstance(error, kind))
        section, headers, problems, is_plain = ERROR_CODES.cite(ask.version), {"Retry-After": "5"}, [], False
    best = request.accept_mimetypes.best_match([JSON, "text/plain"], default=JSON)
    if is_plain or best != JSON:  # Communication 3.1 wants plain text
        lines = [f"{error.what} ({section})", *problems]
        return Answer(status, "\n".join(lines).encode(), TEXT, headers)
    said = {"status": status, "what": error.what, "section": section, "problems": problems}
    if error.fix:
        said["fix"] = error.fix
    return Answer(status, write_json({"error": said}).encode(), JSON, headers)


def _response(ask: Ask, answered: Answer) -> web.Response:
    body = b"" if ask.method == "HEAD" and request.method != "HEAD" else answered.body
    response = web.Response(body, answered.status)
    if answered.content_type:
        response.headers["Content-Type"] = answered.content_type
    else:
        del response.headers["Content-Type"]
    for name, value in (*answered.headers.items(), *_SHUT.items()):
        response.headers[name] = value
    response.headers[_VERSION] = ask.version
    if _is_of_statements(ask.resource):
        through: datetime = g.get("lrs_settled") or Clock().now() - _LONG_AGO
        response.headers[_THROUGH] = f"{through.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    response.headers["Vary"] = "Origin, Accept, Accept-Language"
    _share(response)
    return response


def _share(response: web.Response) -> None:
    """Let pages of a declared origin read an answer."""
    if g.get("lrs_origin"):
        response.headers["Access-Control-Allow-Origin"] = g.lrs_origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _is_of_statements(resource: str) -> bool:
    return resource.startswith("statements")  # ADL's suite asks once for 'statementslimit=1', and means this


# ── the page of admins ────────────────────────────────────────────────────────────────────────────────────────────

blueprint = web.blueprint("lrs", __name__)
ADMIN = web.roles("admin")


@dataclass(frozen=True, slots=True)
class NewClient:
    """The form that makes a client."""

    name: str
    scope: tuple[str, ...] = ()
    origins: str = field(default="", metadata={"most": 2000})


@web.get(blueprint, "/", allow=ADMIN)
def index(uow: UnitOfWork) -> web.Response:
    """Show which programs may use the LRS."""
    return _page(uow)


@web.post(blueprint, "/clients", allow=ADMIN)
def add(uow: UnitOfWork) -> web.Response:
    """Make a client and show its secret: now and never again, so this act answers with a page."""
    form = web.read_form(NewClient)
    try:
        client, secret = clients.add_client(uow, form.name.strip(), form.scope, form.origins.split())
    except (Invalid, Conflict) as error:
        uow.undo()
        said = [str(each) for each in getattr(error, "problems", ())] or [web.gettext(error.what)]
        answer = _page(uow, said=said, name=form.name, chosen=form.scope, origins=form.origins)
        answer.status_code = 422
        return answer
    return _page(uow, made=client, secret=secret)


@web.post(blueprint, "/clients/<name>/rotate", allow=ADMIN)
def rotate(uow: UnitOfWork, name: str) -> web.Response:
    """Give a client a new secret and show it: now and never again."""
    client, secret = clients.rotate(uow, name)
    return _page(uow, made=client, secret=secret)


@web.post(blueprint, "/clients/<name>/revoke", allow=ADMIN)
def revoke(uow: UnitOfWork, name: str) -> web.Response:
    """Refuse a client from now on."""
    clients.revoke(uow, name)
    web.flash(web.gettext("This program is refused from now on. What it sent is kept."))
    return web.redirect("lrs.index")


def _page(
    uow: UnitOfWork,
    *,
    made: clients.Client | None = None,
    secret: str = "",
    said: list[str] | None = None,
    name: str = "",
    chosen: tuple[str, ...] = (),
    origins: str = "",
) -> web.Response:
    address = web.settings().address
    return web.render(
        "lrs/clients.html",
        clients=clients.list_clients(uow),
        addresses=[f"{address}{PREFIXES[version]}/" for version in (FIRST, SECOND)],
        made=made,
        secret=secret,
        said=said or [],
        name=name,
        chosen=chosen,
        origins=origins,
    )
