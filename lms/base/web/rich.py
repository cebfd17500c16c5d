"""Markdown to safe HTML: the only importer of `markdown` and `nh3`.

Authors' text is rendered once per distinct text and kept. Raw HTML, script, `javascript:` links, remote pictures and
frames never survive; `[words]{lang=cy}` marks a span in another language. Text that is nested deeper than anybody means is
shown as it is written: what is done with a page later goes as deep as the page does.
"""

import re
from functools import lru_cache
from itertools import accumulate
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.inlinepatterns import InlineProcessor
from markupsafe import Markup

from lms.kernel.words import Foreign

_TAGS = {
    "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "img",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd",
    "details", "summary", "figure", "figcaption", "abbr", "sup", "sub", "div",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "loading"},
    "span": {"lang"},
    "th": {"scope"},
    "abbr": {"title"},
    "ol": {"start"},
}
_SPAN = r"\[([^\[\]]+)\]\{lang=([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\}"
_HEADING = re.compile(r"<h([1-6])\b")
_HEADING_TAG = re.compile(r"(</?)h([1-6])\b")
_TAG = re.compile(r"<(/?)(?!(?:br|hr|img)\b)[a-z]")
DEEPEST = 32
"""How deep tags may lie in one another."""
_LOCAL = re.compile(r"/(?!/)[^\s\\]*")
"""A path on this site; browsers read a backslash as a slash."""


class _LanguageSpan(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802
        element = Element("span", {"lang": m.group(2)})
        element.text = m.group(1)
        return element, m.start(0), m.end(0)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _LOCAL.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"https", "http", "mailto", "tel"},
    link_rel="noopener noreferrer",
    generic_attribute_prefixes=set(),
)


def _converter() -> markdown.Markdown:
    converter = markdown.Markdown(extensions=["tables", "def_list", "sane_lists", "md_in_html"], output_format="html")
    converter.inlinePatterns.register(_LanguageSpan(_SPAN, converter), "language-span", 175)
    return converter


@lru_cache(maxsize=8192)
def render_block(text: str) -> Markup:
    """Render Markdown `text` as safe block HTML; its highest heading is of level 2, below the page's own."""
    try:
        html = _converter().convert(text)
    except RecursionError:
        return _as_written(text)
    shift = 2 - min(map(int, _HEADING.findall(html)), default=2)
    html = _HEADING_TAG.sub(lambda m: f"{m.group(1)}h{min(int(m.group(2)) + shift, 6)}", html)
    clean = Markup(_CLEANER.clean(html))  # noqa: S704 - cleaned on this line
    steps = (-1 if closes else 1 for closes in _TAG.findall(clean))
    return clean if max(accumulate(steps), default=0) <= DEEPEST else _as_written(text)


def _as_written(text: str) -> Markup:
    """Return a text as its author wrote it, sign by sign."""
    return Markup("<pre>{}</pre>").format(text)


def in_its_language(tag: str, text: str, html: Markup) -> Markup:
    """Return rendered text in an element that says its language, where that differs from the page's around it."""
    if not text or not isinstance(text, Foreign):
        return html
    return Markup('<{tag} lang="{language}">{html}</{tag}>').format(tag=tag, language=text.language, html=html)


@lru_cache(maxsize=8192)
def render_inline(text: str) -> Markup:
    """Render Markdown `text` as safe inline HTML: the words of a choice or a title."""
    html = str(render_block(text)).strip()
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        html = html[3:-4]
    return Markup(html)  # noqa: S704 - made of cleaned HTML
