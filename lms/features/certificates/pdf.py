"""A certificate as PDF/UA-1, made of `certificate.typ` (see `lms.base.paper`).

A character that none of the fonts has is printed as □; the PDF then says where the name stands in full.
"""

import gettext
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
from babel.dates import format_date

from lms.base.paper.press import Unprinted, press, printable
from lms.base.web.rich import render_inline
from lms.features.certificates.model import Certificate, Facts

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "certificate.typ"
TRANSLATIONS = FOLDER.parents[1] / "translations"
_QUOTED = re.compile(r"`[^`]*`")


class Unprintable(Exception):  # noqa: N818 - it says what the certificate is
    """A certificate that could not be made into a PDF."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language; English where it has none for certificates yet, so that a PDF speaks one language."""

    locale: str
    catalogue: gettext.NullTranslations

    def say(self, message: str, **values: object) -> str:
        return self.catalogue.gettext(message) % values if values else self.catalogue.gettext(message)

    def minutes(self, count: int) -> str:
        return self.catalogue.ngettext("%(num)d minute", "%(num)d minutes", count) % {"num": count}

    def day(self, day: date) -> str:
        return format_date(day, "d MMMM y", locale=self.locale)


def render(certificate: Certificate, address: str, locale: str) -> bytes:
    """Return the PDF of a certificate whose public page is at `address`, in the language of `locale`.

    The same arguments give the same bytes. Raises Unprintable.
    """
    if certificate.name is None:
        raise Unprintable("its holder's data has been erased")
    issued_at = datetime.fromisoformat(certificate.facts.issued_at).replace(microsecond=0)
    try:
        try:
            return press(TEMPLATE, inputs(certificate, address, locale), issued_at)
        except Unprinted:
            name, lost = printable(certificate.name)
            data = inputs(certificate, address, locale, name=name, is_name_whole=not lost)
            return press(TEMPLATE, {key: _only_printable(value) for key, value in data.items()}, issued_at)
    except Unprinted as error:
        raise Unprintable(_QUOTED.sub("…", str(error))) from None  # no name in a log


def inputs(
    certificate: Certificate, address: str, locale: str, *, name: str | None = None, is_name_whole: bool = True
) -> dict[str, Any]:
    """Return everything that the template prints."""
    facts, words = certificate.facts, _words(locale)
    _ = words.say
    name = name or certificate.name or ""
    return {
        "title": f"{_('Certificate of knowledge')}: {_plain(facts.title)}",
        "language": words.locale.partition("_")[0],
        "region": words.locale.partition("_")[2] or None,
        "content-language": facts.language.partition("-")[0],
        "issuer": facts.issuer,
        "heading": _("Certificate of knowledge"),
        "certifies": _("This certifies that"),
        "name": name,
        "name-is-rtl": is_right_to_left(name),
        "name-language": "und",
        "name-note": ""
        if is_name_whole
        else _("Some letters of this name cannot be printed here; it stands in full on the page named below."),
        "completed": _("has completed the course"),
        "course": _plain(facts.title),
        "says": _plain(facts.says),
        "outcomes-title": _("What its holder has learned to do"),
        "outcomes": [_plain(each) for each in facts.outcomes],
        "facts": _rows(facts, words),
        "qr": _qr(address),
        "qr-alt": _("QR code that opens the page of this certificate"),
        "verify-title": _("Is it genuine?"),
        "verify": _("This page says whether the certificate is genuine and still valid:"),
        "address": address,
    }


def _rows(facts: Facts, words: _Words) -> list[tuple[str, str]]:
    _ = words.say
    rows = [
        (_("Issued"), words.day(facts.issued_on)),
        (_("Valid until"), words.day(facts.last_day) if facts.last_day else _("does not expire")),
        (_("Length"), words.minutes(facts.minutes)),
        (_("Content version"), facts.short_version),
    ]
    if facts.way:
        played, read = _("played"), _("its summary was read instead of playing it")
        rows.append((_("Simulation"), played if facts.way == "played" else read))
    if facts.reviewed is None:
        rows.append((_("Content"), _("no expert has reviewed it yet")))
    else:
        rows.append(
            (
                _("Content"),
                _(
                    "reviewed by %(who)s, %(role)s, on %(day)s",
                    who=facts.reviewed.by,
                    role=facts.reviewed.role,
                    day=words.day(date.fromisoformat(facts.reviewed.on)),
                ),
            ),
        )
    return [*rows, (_("Number"), facts.id)]


def is_right_to_left(text: str) -> bool:
    """Tell whether text begins in a script that is written from right to left: its first letter with a direction says."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((each in {"R", "AL"} for each in directions if each in {"L", "R", "AL"}), False)


def _only_printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)[0]
    if isinstance(value, list | tuple):
        return [_only_printable(each) for each in value]
    return value


@cache
def _words(locale: str) -> _Words:
    found = gettext.translation("messages", TRANSLATIONS, [locale], fallback=True)
    heading = "Certificate of knowledge"
    return _Words(locale, found) if found.gettext(heading) != heading else _Words("en_GB", gettext.NullTranslations())


def _plain(text: str) -> str:
    """Return Markdown's words without its marks."""
    return render_inline(text).striptags()


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=0)
    return drawn.getvalue().decode()
