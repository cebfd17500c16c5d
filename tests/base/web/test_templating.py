"""The template environment does what Jinja does, where pages can tell; and speaks each language for itself."""

import itertools

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from jinja2 import DictLoader, StrictUndefined, UndefinedError

from lms.base.web import templating
from lms.base.web.pages import kept, say

FILES = {
    "parts.html": "{% macro part(name='you') %}<b>{{ name }}</b>{{ count() }}{% endmacro %}"
    "{% macro row(n) %}{{ n }}:{{ caller(n) }} {% endmacro %}",
    "base.html": "<{% block main %}base{% endblock %}>{{ self.main() }}",
    "child.html": "{% extends 'base.html' %}{% block main %}{{ super() }}{% from 'parts.html' import part %}"
    "{{ part(name) }}{% endblock %}",
}


@pytest.fixture
def app():
    app = Flask("templates")
    templating.register(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = DictLoader(FILES)
    reader = {"locale": "en_GB"}
    Babel(app, locale_selector=lambda: reader["locale"], default_translation_directories="translations")
    app.config["reader"] = reader
    counted = itertools.count()
    app.jinja_env.globals.update({"_": say, "kept": kept, "count": lambda: next(counted)})
    return app


def rendered(app, source, **values):
    with app.test_request_context():
        app.preprocess_request()
        return render_template_string(source, **values)


def test_macros_escape_blocks_inherit_and_callers_are_called(app):
    source = FILES["child.html"]
    assert rendered(app, source, name="<i>") == "<base<b>&lt;i&gt;</b>0>base<b>&lt;i&gt;</b>1"
    loop = "{% from 'parts.html' import row %}{% for n in (1, 2) %}{% call(x) row(n) %}{{ x * loop.index }}{% endcall %}{% endfor %}"
    assert rendered(app, loop) == "1:1 2:4 "


def test_a_name_that_nobody_gave_is_an_error_also_when_it_is_called(app):
    with pytest.raises(UndefinedError):
        rendered(app, "{{ nobody() }}")


def test_what_is_kept_is_rendered_once_for_each_language_and_value(app):
    source = "{% from 'parts.html' import part %}{{ kept(part, name) }}"
    assert [rendered(app, source, name=name) for name in ("<i>", "<i>", "she")] == [
        "<b>&lt;i&gt;</b>0",
        "<b>&lt;i&gt;</b>0",
        "<b>she</b>1",
    ]
    app.config["reader"]["locale"] = "cy"
    assert rendered(app, source, name="she") == "<b>she</b>2"
    assert rendered(app, source, name="she") == "<b>she</b>2"


def test_each_request_is_spoken_to_in_the_language_of_its_reader(app):
    said = []
    for locale in ("en_GB", "cy", "en_GB"):
        app.config["reader"]["locale"] = locale
        with app.test_request_context():
            app.preprocess_request()
            said.append(templating.speech().language)
    assert said == ["en-GB", "cy", "en-GB"]


def test_no_more_is_kept_than_fits(app):
    with app.test_request_context():
        spoken = templating.speech()
        for number in range(templating.KEPT + 1):
            spoken.text(f"text {number}")
        assert len(spoken._texts) <= templating.KEPT
