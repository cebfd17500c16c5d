"""The template environment: Jinja without what pages never use, and languages as pages speak them.

A page calls some fifty macros and functions and imports a dozen files of macros. None of them asks for the template's
context and every template has the same globals, so calls are calls, and a template that was found once is found.
"""

import operator
from collections.abc import Callable, Hashable, MutableMapping
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from babel.support import NullTranslations
from flask import Flask, current_app
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup

K = TypeVar("K")
KEPT = 2000
"""How many texts, and how many parts of pages, are kept in each language."""


class _Generator(CodeGenerator):
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802, FBT001, FBT002 - Jinja's name
        """Write a call as it stands; Jinja would first look whether the callee wants to be given the context."""
        self.write("environment.call(")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")


class _Template(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002
        """Return the macros of this file: the same for every importer, whose globals are the same too."""
        return self._module or super()._get_default_module()


class Templates(Environment):
    """The template environment. Every template has the same globals, so it gets the dictionary itself.

    Jinja would lay an empty layer over it for each, and look through that at every import and include of every page.
    """

    code_generator_class = _Generator
    template_class = _Template
    call = cast("Callable[..., Any]", staticmethod(operator.call))

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self._found: dict[str, Template] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template finds without being given it."""
        return super().make_globals(d) if d else self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        """Return a template by its name: looked for once, unless files are watched."""
        if globals or self.auto_reload or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = super().get_template(name, parent)
        return found


class Speech:
    """A language as pages speak it: its texts, and parts of pages that are the same for everybody who reads it."""

    def __init__(self, locale: str, translations: NullTranslations) -> None:
        self.language = locale.replace("_", "-")
        self.translations = translations
        self._texts: dict[str, Markup] = {}
        self._parts: dict[tuple[Any, ...], Markup] = {}

    def text(self, text: str) -> Markup:
        """Return a text of ours in this language, without its values."""
        said = self._texts.get(text)
        if said is None:
            said = Markup(self.translations.ugettext(text))  # noqa: S704 - a text of ours, or its translation
            _keep(self._texts, text, said)
        return said

    def part(self, macro: Macro, *given: Hashable) -> Markup:
        """Return what `macro` says of `given`: rendered the first time, since nothing else goes into it."""
        key = (macro, *given)
        said = self._parts.get(key)
        if said is None:
            said = Markup(macro(*given))  # noqa: S704 - what a template of ours gives
            _keep(self._parts, key, said)
        return said


def _keep(kept: dict[K, Markup], key: K, said: Markup) -> None:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = said


_spoken: ContextVar[Speech | None] = ContextVar("spoken", default=None)


def register(app: Flask) -> None:
    """Give `app` this environment, and each request the language of its reader."""
    app.jinja_environment = Templates  # type: ignore[assignment]
    app.extensions["lms.speech"] = {}

    @app.before_request
    def begin() -> None:
        _spoken.set(None)

    @app.teardown_appcontext
    def forget(_error: BaseException | None) -> None:
        _spoken.set(None)


def speech() -> Speech:
    """Return the reader's language: asked for once in a request, as a page has dozens of texts."""
    found = _spoken.get()
    if found is None:
        known: dict[str, Speech] = current_app.extensions["lms.speech"]
        locale = str(get_locale() or "en_GB")
        found = known.get(locale) or known.setdefault(locale, Speech(locale, get_translations()))
        _spoken.set(found)
    return found
