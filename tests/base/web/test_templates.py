"""Every template: its words can be translated, and nothing in it acts or dresses itself in line."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

LMS = Path(__file__).parents[3] / "lms"
TEMPLATES = {path.relative_to(LMS).as_posix(): path for path in sorted(LMS.rglob("templates/**/*.html"))}
OWN = {"Ymarfer"}
"""Words that are the same in every language."""
SPOKEN = {"alt", "aria-label", "aria-description", "content", "label", "placeholder", "summary", "title"}
"""Attributes whose text is read by people."""
PLAIN_META = {"viewport", "color-scheme", "theme-color", "robots"}
VOID = "\ue000"
"""Stands for whatever an expression or a tag of the template language gives."""
WORD = re.compile(r"[^\W\d_]{2,}")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
"""A macro may give attributes without a tag around them."""
BANDS = {"Growing", "Secure", "Strong"}
"""Values of the engine, which look like words; `band_word` says them to people."""
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}

environment = Environment(
    extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def literal(source):
    """Return the template's own HTML, each expression and tag being a void."""
    parts, tag, silent = [], [], False
    for _line, kind, text in environment.lex(source):
        if kind.endswith("_begin"):
            tag = []
            parts.append(VOID)
        elif kind == "block_end":
            silent = tag in (["trans"], ["block", "width"]) or (silent and tag not in (["endtrans"], ["endblock"]))
        elif kind == "name":
            tag.append(text)
        elif kind == "data" and not silent:
            parts.append(text)
    return "".join(parts)


class Reader(HTMLParser):
    """Collects what is wrong with one template's HTML."""

    def __init__(self):
        super().__init__()
        self.wrong = []

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        for name, value in given.items():
            spoken = name in SPOKEN and not (tag == "meta" and given.get("name") in PLAIN_META)
            if spoken and self.words(value):
                self.wrong.append(f"{tag} {name}={value!r} is not translated")
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{tag} has {name}")
            if "javascript:" in value.lower():
                self.wrong.append(f"{tag} {name} is a script")
        if tag == "style":
            self.wrong.append("a style sheet stands in the page")
        if tag == "script" and "src" not in given and "nonce" not in given:
            self.wrong.append("a script stands in the page without a nonce")
        if tag == "form" and "method" not in given:
            self.wrong.append("a form does not say its method")

    def handle_data(self, data):
        if found := self.words(data):
            self.wrong.append(f"{' '.join(found)!r} is not translated")

    @staticmethod
    def words(text):
        return [word for word in WORD.findall(ATTRIBUTE.sub(" ", text).replace(VOID, " ")) if word not in OWN]


def findings(source):
    reader = Reader()
    reader.feed(literal(source))
    reader.close()
    wrong = reader.wrong
    tree = environment.parse(source)
    spoken = {
        id(const) for call in tree.find_all(nodes.Call) if is_translator(call) for const in call.find_all(nodes.Const)
    }
    wrong += [
        f"{const.value!r} is handed on without being translated"
        for call in tree.find_all(nodes.Call)
        if not is_translator(call)
        for argument in [*call.args, *(each.value for each in call.kwargs)]
        for const in constants(argument)
        if id(const) not in spoken
        and isinstance(const.value, str)
        and const.value not in BANDS
        and re.match(r"[A-Z][a-z]+\b(?!/)", const.value)
    ]
    posts = source.count('method="post"')
    if posts > source.count("csrf()"):
        wrong.append(f"{posts} forms, but csrf() only {source.count('csrf()')} times")
    return wrong


def is_translator(call):
    return isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS


def constants(node):
    """Return the words of an argument itself: not those it is compared with, nor those of a call inside it."""
    if isinstance(node, nodes.Const):
        yield node
    elif isinstance(node, nodes.CondExpr | nodes.Or | nodes.Concat | nodes.Add | nodes.List | nodes.Tuple):
        children = [node.expr1, node.expr2] if isinstance(node, nodes.CondExpr) else node.iter_child_nodes()
        for child in children:
            if child is not None:
                yield from constants(child)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_speaks_every_language_and_does_nothing_in_line(name):
    assert findings(TEMPLATES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("<p>Hello there</p>", "'Hello there' is not translated"),
        ('<p>{{ _("Hello") }} friend</p>', "'friend' is not translated"),
        ('<img alt="A chair">', "img alt='A chair' is not translated"),
        ('{{ button("Send it") }}', "'Send it' is handed on without being translated"),
        ('<p style="color: red"></p>', "p has style"),
        ('<button onclick="go()"></button>', "button has onclick"),
        ("<script>{{ code }}</script>", "a script stands in the page without a nonce"),
        ('<a href="javascript:go()"></a>', "a href is a script"),
        ('<form method="post"></form>', "1 forms, but csrf() only 0 times"),
        ("<form></form>", "a form does not say its method"),
    ],
)
def test_the_check_of_templates_finds_what_it_should(source, finding):
    assert finding in findings(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p class="quiet">{{ _("Hello") }} · {{ name }}</p>',
        '{{ button(_("Send it"), "go") }}',
        "{% trans %}Hello there{% endtrans %}",
        '<a href="/">Ymarfer</a>',
        '{# A note #}<p lang="{{ language() }}"></p>',
    ],
)
def test_the_check_of_templates_leaves_good_ones_alone(source):
    assert findings(source) == []


@pytest.mark.parametrize("name", ["shell/page.html", "shell/stage.html"])
def test_the_shell_hides_no_value_of_a_view(name):
    tree = environment.parse((LMS / "base/web/templates" / name).read_text(encoding="utf-8"))
    hiding = [
        each
        for each in tree.body
        if isinstance(each, nodes.Assign | nodes.AssignBlock | nodes.FromImport | nodes.Import)
    ]
    assert hiding == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_macros_see_globals_only_so_that_they_are_made_once_and_not_for_every_page(name):
    tree = environment.parse(TEMPLATES[name].read_text(encoding="utf-8"))
    assert [each.lineno for each in tree.find_all((nodes.Import, nodes.FromImport)) if each.with_context] == []


SAME_FOR_ALL = {"_", "gettext", "ngettext", "language", "static_url"}
"""What a part of a page may ask for when it is rendered once for everybody who reads a language."""


def kept_macros(sources):
    """Return the macros that are given to kept(), and those that these call."""
    trees = [environment.parse(source) for source in sources]
    macros = {each.name: each for tree in trees for each in tree.find_all(nodes.Macro)}
    wanted = [
        call.args[0].name
        for tree in trees
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "kept"
    ]
    found = {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = macros[name]
            wanted += [each.name for each in macros[name].find_all(nodes.Name) if each.name in macros]
    return found


def personal(sources):
    """Return what kept macros ask for that may differ from one person or request to the next."""
    found = kept_macros(sources)
    file_wide = {
        target.name
        for source in sources
        for each in environment.parse(source).find_all(nodes.Assign)
        for target in [each.target]
        if isinstance(target, nodes.Name)
    }
    for name, macro in found.items():
        own = {each.name for each in macro.find_all(nodes.Name) if each.ctx in {"store", "param"}}
        allowed = SAME_FOR_ALL | own | file_wide | found.keys()
        yield from (f"{name} asks for {each.name}" for each in macro.find_all(nodes.Name) if each.name not in allowed)


def test_what_is_rendered_once_is_the_same_for_everybody():
    sources = [path.read_text(encoding="utf-8") for path in TEMPLATES.values()]
    assert {"head", "brand", "support", "icon"} <= kept_macros(sources).keys()
    assert list(personal(sources)) == []


def test_the_check_of_what_is_rendered_once_looks_into_what_it_calls():
    inner = "{% macro inner(x) %}{{ x }}{{ visitor().name }}{% endmacro %}"
    outer = "{% macro outer() %}{{ _('Hello') }}{{ inner(1) }}{% endmacro %}"
    assert list(personal([inner, outer, "{{ kept(outer) }}"])) == ["inner asks for visitor"]
    assert list(personal([inner, outer])) == []
