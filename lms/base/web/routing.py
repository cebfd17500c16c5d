"""Routes: one decorator gives each its policy, its unit of work and its transaction.

A view is `view(uow, **url_values) -> Response`. The unit commits after the view has returned and rolls back when it
raises. Every route has a policy, or the application does not start; `policies()` is the list that tests and
`lms map` read.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from flask import redirect as flask_redirect
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lms.base.web.identity import ANYONE, CREDENTIALS, Policy, visitor
from lms.base.web.security import BODY_MOST
from lms.kernel.errors import Invalid, LmsError, NotAllowed
from lms.kernel.words import N_

P = ParamSpec("P")
U = TypeVar("U")
T = TypeVar("T")
View = Callable[Concatenate[U, P], Response]
OpenWork = Callable[[], AbstractContextManager[Any]]

_POLICY = "__lms_policy__"
_PROBE = "__lms_probe__"


def blueprint(name: str, import_name: str, *, prefix: str | None = None) -> Blueprint:
    """Make a module's blueprint: URL prefix and template folder carry the module's name."""
    return Blueprint(
        name,
        import_name,
        url_prefix=f"/{name}" if prefix is None else prefix,
        template_folder="templates",
    )


def get(target: Blueprint, rule: str, *, allow: Policy) -> Callable[[View[U, P]], Callable[P, Response]]:
    """Declare a page. Its view only reads."""
    return _route(target, rule, "GET", allow)


def post(target: Blueprint, rule: str, *, allow: Policy) -> Callable[[View[U, P]], Callable[P, Response]]:
    """Declare an act. Its view changes something and redirects (303) to a page."""
    return _route(target, rule, "POST", allow)


def _route(target: Blueprint, rule: str, method: str, allow: Policy) -> Callable[[View[U, P]], Callable[P, Response]]:
    def declare(view: View[U, P]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            with cast("OpenWork", current_app.extensions["lms.work"])() as uow:
                g.uow = uow  # whoever loads the visitor asks the same connection
                try:
                    identity = visitor()
                finally:
                    del g.uow
                if not allow.admits(identity):
                    if identity is None:
                        return to_sign_in()
                    raise NotAllowed(N_("This page is for other roles than yours."))
                return view(uow, *args, **kwargs)

        setattr(guarded, _POLICY, allow)
        target.add_url_rule(rule, endpoint=view.__name__, view_func=guarded, methods=[method])
        return guarded

    return declare


def probe(target: Blueprint, rule: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Declare an address for machines that must answer whatever the database does: anyone, no unit of work."""

    def declare(view: Callable[P, Response]) -> Callable[P, Response]:
        setattr(view, _POLICY, ANYONE)
        setattr(view, _PROBE, True)
        target.add_url_rule(rule, endpoint=view.__name__, view_func=view, methods=["GET"])
        return view

    return declare


def program(
    target: Blueprint, rule: str, *, methods: Sequence[str], most: int, failed: Callable[[LmsError], Response]
) -> Callable[[View[U, P]], Callable[P, Response]]:
    """Declare an address for other programs: its view knows them by credentials of their own, sign-ins do not count.

    The body, of at most `most` bytes, is read before the unit of work opens; without credentials in a header it may be
    as large as a form and no larger. `failed` answers an expected error.
    """

    def declare(view: View[U, P]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            try:
                _read_body(most if "Authorization" in request.headers else min(most, BODY_MOST))
                with cast("OpenWork", current_app.extensions["lms.work"])() as uow:
                    return view(uow, *args, **kwargs)
            except LmsError as error:
                return failed(error)

        setattr(guarded, _POLICY, CREDENTIALS)
        target.add_url_rule(
            rule, endpoint=view.__name__, view_func=guarded, methods=methods, provide_automatic_options=False
        )
        return guarded

    return declare


def ask(question: Callable[[Any], T]) -> T:
    """Ask the database where no unit of work is open: an answer that is refused before a view is reached."""
    with cast("OpenWork", current_app.extensions["lms.work"])() as uow:
        return question(uow)


def _read_body(most: int) -> None:
    request.max_content_length = most
    try:
        request.get_data(parse_form_data=False)
    except RequestEntityTooLarge:
        raise TooLarge(N_("That is more than can be sent at once.")) from None
    except (HTTPException, OSError):
        raise Invalid(N_("The request broke off.")) from None


class TooLarge(Invalid):
    """The body of a request is larger than its address takes."""


def to_sign_in() -> Response:
    """Send somebody to the sign-in page, and back here afterwards if this was a page."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return cast("Response", flask_redirect(url_for("people.sign_in", next=back), 303))


def policies(app: Flask) -> dict[str, Policy]:
    """Return endpoint → policy for every route but static files.

    Raises LookupError when a route has none: such an application must not start.
    """
    found = {}
    for endpoint, view in app.view_functions.items():
        if endpoint.split(".")[-1] == "static":
            continue
        policy = getattr(view, _POLICY, None)
        if policy is None:
            raise LookupError(f"the route {endpoint!r} declares no policy")
        found[endpoint] = policy
    return found


def probes(app: Flask) -> frozenset[str]:
    """Return the addresses of what machines ask (see `probe`)."""
    return frozenset(
        rule.rule for rule in app.url_map.iter_rules() if hasattr(app.view_functions[rule.endpoint], _PROBE)
    )
