"""Pages: rendering, redirects, and the filters that templates may use."""

import re
from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, current_app, flash, make_response, render_template, session, url_for
from flask import redirect as flask_redirect
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    gettext,
    to_user_timezone,
)
from jinja2 import StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from lms.base.web import csrf, templating
from lms.base.web.chart import line_chart
from lms.base.web.identity import visitor
from lms.base.web.module import NavigationItem, Unfinished
from lms.base.web.rich import in_its_language, render_block, render_inline
from lms.base.web.security import nonce
from lms.base.web.templating import speech
from lms.kernel.errors import LmsError
from lms.kernel.settings import Settings

LOCALES = ("en_GB", "cy")
_NOTHING = Markup("")
_PATH = re.compile(r"[^\s\\\x00-\x20\x7f]+")


def render(template: str, /, *, status: int = 200, **view: Any) -> Response:
    """Render `template` with frozen view data; an unknown name in it is an error (StrictUndefined)."""
    return make_response(render_template(template, **view), status)


def redirect(endpoint: str, **values: Any) -> Response:
    """Redirect after a post (303) to one of our own pages; there is no redirect to anywhere else."""
    anchor = values.pop("anchor", None)
    return cast("Response", flask_redirect(url_for(endpoint, _anchor=anchor, **values), 303))


def redirect_to(path: str) -> Response:
    """Redirect (303) to a page of ours that a browser named; to home when it is not surely one (see `own_path`)."""
    return cast("Response", flask_redirect(own_path(path) or "/", 303))


def tell(uow: Any, error: LmsError) -> None:
    """Say an expected error on the next page instead of an error page; as with one, the unit of work is taken back."""
    uow.undo()
    flash(" ".join(gettext(text) for text in (error.what, error.fix) if text))


def collect_own_data(uow: Any, person_id: UUID) -> dict[str, Any]:
    """Return everything that every module keeps about a person, by module, for that person alone."""
    collectors: dict[str, Callable[[Any, UUID], Any]] = current_app.extensions["lms.own_data"]
    return {name: collect(uow, person_id) for name, collect in collectors.items()}


def collect_unfinished(uow: Any, person_id: UUID) -> list[Unfinished]:
    """Return what a person left in the middle, of every module, the latest first."""
    collectors: list[Callable[[Any, UUID], Sequence[Unfinished]]] = current_app.extensions["lms.unfinished"]
    found = [each for collect in collectors for each in collect(uow, person_id)]
    return sorted(found, key=lambda each: each.since, reverse=True)


def own_path(text: str) -> str | None:
    """Return `text` if it is an address on this site: a path, with nothing that a browser could read as another host."""
    if not text.startswith("/") or text.startswith("//") or not _PATH.fullmatch(text):
        return None
    return text


def here(at: datetime) -> datetime:
    """Return an instant as the clock on the visitor's wall shows it: the day and the hour that they live by."""
    return cast("datetime", to_user_timezone(at))


def settings() -> Settings:
    """Return the installation's settings."""
    return cast("Settings", current_app.config["LMS_SETTINGS"])


def link(endpoint: str, **values: Any) -> str:
    """Return an absolute link, made from the public address setting alone."""
    return f"{current_app.config['LMS_ADDRESS']}{url_for(endpoint, **values)}"


def register(app: Flask, navigation: tuple[NavigationItem, ...], *, default_time_zone: str) -> None:
    """Give `app` its template environment and languages."""
    templating.register(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.add_extension("jinja2.ext.do")
    Babel(
        app,
        default_locale="en_GB",
        default_translation_directories="translations",
        locale_selector=lambda: identity.locale if (identity := visitor()) else "en_GB",
        timezone_selector=lambda: ((identity := visitor()) and identity.time_zone) or default_time_zone,
    )
    app.jinja_env.globals.update({"_": say, "gettext": say, "ngettext": say_number})
    app.jinja_env.filters.update(
        markdown=lambda text: in_its_language("div", text, render_block(text)),
        inline=lambda text: in_its_language("span", text, render_inline(text)),
        date=_date,
        day=_day,
        datetime=_datetime,
        minutes=minutes,
        initials=initials,
        own_name=own_name,
    )
    app.jinja_env.globals.update(
        csrf=csrf.field,
        line_chart=line_chart,
        csp_nonce=nonce,
        visitor=visitor,
        media=lambda block: url_for("library.media", digest=block.hash),
        offers=lambda endpoint: endpoint in app.view_functions,
        language=lambda: speech().language,
        kept=kept,
        has_flashes=lambda: "_flashes" in session,
        spoken=_spoken,
        navigation=lambda: [item for item in navigation if item.allow.admits(visitor())],
    )


def _spoken(language: str) -> Markup:
    """Return the attribute of content in another language than the page's words, so that it is read out rightly."""
    return _NOTHING if speech().language.startswith(language) else Markup(' lang="{}"').format(language)


def kept(macro: Macro, *given: Hashable) -> Markup:
    """Say what a macro says of `given`: rendered once for each language, in the place of `macro(given)`.

    Only for macros that look at nothing else: not at who is asking, nor at the request (`test_templates` holds to it).
    """
    return speech().part(macro, *given)


def say(text: str, **values: Any) -> Markup:
    """Return `text` in the reader's language with `values` in their places; they are escaped, the text is ours."""
    said = speech().text(text)
    return said % values if "%" in said else said


def say_number(one: str, many: str, num: int, **values: Any) -> Markup:
    """Return the form of a text that goes with a number, which is its value `num`."""
    return Markup(speech().translations.ungettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - as in `say`


def minutes(count: int) -> str:
    """Say a length of time: '25 minutes'."""
    return say_number("%(num)d minute", "%(num)d minutes", count)


def initials(name: str) -> str:
    """Return up to two initials of a name, for a face without a picture."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def own_name(language: str) -> str:
    """Return what a language is called by those who speak it: 'Cymraeg'; its code where nobody has told us."""
    try:
        name = Locale.parse(language, sep="-").get_display_name() or language
    except (ValueError, UnknownLocaleError):
        return language
    return name[:1].upper() + name[1:]


def _date(value: date | datetime) -> str:
    return cast("str", format_date(value, "d MMMM y"))


def _day(value: str) -> str:
    """Say an ISO day of an author's file ('2026-11-01') as people say it; other text stays as it is."""
    try:
        return _date(date.fromisoformat(value))
    except ValueError:
        return value


def _datetime(value: datetime) -> str:
    return cast("str", format_datetime(value, "d MMMM y, HH:mm"))
