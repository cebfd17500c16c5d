"""A page looked at without a browser: is it well-formed, named, labelled, and free of anything that acts in line?"""

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "circle",
        "rect",
        "use",
        "line",
        "polyline",
        "polygon",
        "ellipse",
    ]
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
LABELLED = frozenset({"input", "select", "textarea"})
UNLABELLED = frozenset({"hidden", "submit", "button"})
ONCE = ("html", "head", "title", "body", "main", "h1")
SAFE = ("/", "#", "?", "https://", "http://", "mailto:", "tel:")


class Page(HTMLParser):
    """Reads a page once; `faults` says what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._count: Counter[str] = Counter()
        self._ids: Counter[str] = Counter()
        self._wanted: list[str] = []
        self._title = ""
        self._form: dict[str, object] | None = None
        if not text.lower().startswith("<!doctype html>"):
            self.faults.append("no doctype")
        self.feed(text)
        self.close()
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._count[tag] += 1
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        names = [name for name, _ in self._open]
        if tag in BLOCKS and "p" in names:
            self.faults.append(f"<{tag}> within <p>")
        if tag in {"a", "button"} and {"a", "button"} & set(names):
            self.faults.append(f"<{tag}> within {names}")
        if tag == "li" and names[-1] not in {"ul", "ol"}:
            self.faults.append(f"<li> within <{names[-1]}>")
        if tag in {"script", "style", "iframe", "object", "embed"} and not (
            tag == "script" and given.get("src", "").startswith("/static/")
        ):
            self.faults.append(f"<{tag}> in line")
        self._attributes(tag, given)
        self._forms(tag, given, names)
        if tag not in VOID:
            self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {[name for name, _ in self._open][-3:]}")
            return
        self._open.pop()
        if tag == "form" and self._form is not None:
            if self._form["method"] == "post" and not self._form["csrf"]:
                self.faults.append(f"a form without its token: {self._form['action']}")
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "title" and len(self._open) <= 3:
            self._title += data

    def _attributes(self, tag: str, given: dict[str, str | None]) -> None:
        for name, value in given.items():
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag} {name}> in line")
            if name in {"href", "src", "action", "formaction", "data-autosave"} and not (value or "").startswith(SAFE):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name == "src" and not (value or "").startswith("/"):
                self.faults.append(f"<{tag}> from elsewhere: {value}")
        if "id" in given:
            self._ids[given["id"] or ""] += 1
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list"):
            self._wanted += (given.get(name) or "").split()
        if (given.get("href") or "").startswith("#"):
            self._wanted.append((given["href"] or "")[1:])
        if tag == "html" and not given.get("lang"):
            self.faults.append("no language")
        if tag == "img" and given.get("alt") is None:
            self.faults.append("a picture without words")

    def _forms(self, tag: str, given: dict[str, str | None], names: list[str]) -> None:
        if tag == "form":
            if self._form is not None:
                self.faults.append("a form within a form")
            self._form = {
                "method": (given.get("method") or "get").lower(),
                "action": given.get("action"),
                "csrf": False,
            }
        if tag == "input" and given.get("name") == "csrf_token" and self._form is not None and given.get("value"):
            self._form["csrf"] = True
        if tag in LABELLED and given.get("type") not in UNLABELLED and "hidden" not in given and "label" not in names:
            if given.get("id"):
                self._wanted.append(f"label {given['id']}")
            elif not given.get("aria-label"):
                self.faults.append(f"<{tag} name={given.get('name')}> without a label")
        if tag == "label" and given.get("for"):
            self._ids[f"label {given['for']}"] = 1

    def _judge(self) -> None:
        if self._open:
            self.faults.append(f"left open: {[name for name, _ in self._open]}")
        self.faults += [f"{self._count[tag]} <{tag}>" for tag in ONCE if self._count[tag] != 1]
        if not self._title.split("·")[0].strip():
            self.faults.append("no title")
        self.faults += [f"the id {name!r} {count} times" for name, count in self._ids.items() if count > 1]
        self.faults += [f"nothing is called {name!r}" for name in self._wanted if name not in self._ids]
