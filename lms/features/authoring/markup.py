"""A page as a tree: made from safe HTML and from ours, and written as HTML or as plain values for a PDF's template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any

from lms.base.web.rich import render_block, render_inline

VOID = frozenset({"br", "hr", "img"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Node:
    """An element; `kind` among its attributes becomes its class."""

    tag: str
    attributes: Mapping[str, str]
    children: "Sequence[Node | str]"

    def html(self) -> str:
        """Return it as HTML."""
        named = {("class" if name == "kind" else name): value for name, value in self.attributes.items()}
        shown = "".join(
            f' {name}="{escape(value)}"' for name, value in named.items() if name not in {"columns", "lines"}
        )
        style = f' style="min-height:{1.7 * int(self.attributes["lines"]):.1f}em"' if "lines" in self.attributes else ""
        if self.tag in VOID:
            return f"<{self.tag}{shown}>"
        inner = "".join(child.html() if isinstance(child, Node) else escape(child) for child in self.children)
        return f"<{self.tag}{shown}{style}>{inner}</{self.tag}>"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        inner = [child.to_json() if isinstance(child, Node) else child for child in self.children]
        return {"tag": self.tag, **self.attributes, "in": inner}

    def text(self) -> str:
        """Return its words."""
        return "".join(child.text() if isinstance(child, Node) else child for child in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str], list[Node | str]]] = [("", {}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value or "" for name, value in attrs if name in {"lang", "href", "start"}}
        if tag in VOID:
            self.open[-1][2].append(Node(tag, kept, ()))
        else:
            self.open.append(("strong" if tag in HEADINGS else tag, kept, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or len(self.open) == 1:
            return
        name, attributes, children = self.open.pop()
        made = Node(name, attributes, tuple(children))
        self.open[-1][2].append(Node("p", {}, (made,)) if tag in HEADINGS else made)

    def handle_data(self, data: str) -> None:
        if data.strip() or self.open[-1][0] not in {"", "ul", "ol", "table", "thead", "tbody", "tr"}:
            self.open[-1][2].append(data)


def parsed(html: str) -> "list[Node | str]":
    """Return safe HTML as nodes."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0][2]


def el(tag: str, *children: "Node | str | Iterable[Node | str]", **attributes: str) -> Node:
    """Make a node; lists among its children are taken apart."""
    flat: list[Node | str] = []
    for child in children:
        flat += [child] if isinstance(child, Node | str) else child
    return Node(tag, attributes, flat)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], **attributes: str) -> Node:
    """Return a table; its first line is left out where it would be empty."""
    lines = [el("tr", [el("td", inline(cell)) for cell in row]) for row in rows]
    head = [el("tr", [el("th", name) for name in heads])] if any(heads) else []
    return el("table", head, lines, columns=str(len(heads)), **attributes)


def remarks(lines: int) -> Node:
    """Return an empty place to write in."""
    return el("div", el("p", "Remarks"), kind="remarks", lines=str(lines))


def inline(markdown: str) -> list[Node]:
    """Return a text without paragraphs as nodes."""
    return [el("span", parsed(str(render_inline(markdown.strip()))))]


def block(markdown: str) -> list[Node]:
    """Return a text as nodes; its headings are only bold, so that the script keeps its own order."""
    return (
        [node for node in parsed(str(render_block(markdown.strip()))) if isinstance(node, Node)]
        if markdown.strip()
        else []
    )


def page(nodes: Iterable[Node], *, title: str, language: str, picture: str = "") -> str:
    """Return a whole HTML page, which needs nothing else; `picture` is an SVG that stands before the story."""
    body: list[str] = []
    for node in nodes:
        if picture and node.tag == "h2" and node.text().startswith("The story"):
            body.append(f'<h2>The story as a picture</h2><div class="picture">{picture}</div>')
        body.append(node.html())
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main>{''.join(body)}</main></body></html>\n"
    )


STYLE = """\
:root{--paper:#fff;--ink:#20242c;--soft:#586070;--line:#d9d2c5;--best:#1f6f43;--defensible:#1d5f8a;--unsafe:#a4550b;
--critical:#a3243b;--tint:#faf7f1}
@media (prefers-color-scheme:dark){:root{--paper:#191714;--ink:#f1ebe2;--soft:#b3a999;--line:#4a443c;--best:#7fcf9c;
--defensible:#86c0ea;--unsafe:#f0a860;--critical:#f28ba0;--tint:#23201c}}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 Georgia,"Times New Roman",serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:2rem;line-height:1.2;margin:0}h2{margin:2.4rem 0 .6rem;border-bottom:1px solid var(--line)}
h3{margin:2.2rem 0 .4rem;break-after:avoid}small{font-weight:400;color:var(--soft)}
p{margin:.4rem 0}.lead{color:var(--soft);font-size:1.2rem}.note{color:var(--soft);font-size:.9rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}td,th{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}.sign td{height:3rem}.facts td:first-child{width:8rem;color:var(--soft)}
.card{border:1px solid var(--line);border-left:6px solid var(--line);border-radius:6px;padding:.3rem .8rem;margin:.6rem 0;break-inside:avoid}
.card.best{border-left-color:var(--best)}.card.defensible{border-left-color:var(--defensible)}
.card.unsafe{border-left-color:var(--unsafe)}.card.critical{border-left-color:var(--critical)}
.debrief,.paper{background:var(--tint)}.paper{border:1px solid var(--line);padding:.3rem .8rem;margin:.6rem 0}
.speech{border-left:2px solid var(--line);padding-left:.8rem;margin:.4rem 0}
.speech>p:first-child{margin-bottom:0}.if{border-left:2px dotted var(--soft);padding-left:.8rem;margin:.6rem 0}
.remarks{border:1px dashed var(--soft);border-radius:6px;padding:.2rem .8rem;margin:.8rem 0;break-inside:avoid;color:var(--soft)}
.picture{overflow:auto}.picture svg{max-width:100%;height:auto}
@media print{main{max-width:none;padding:0}h2{break-after:avoid}body{font-size:10.5pt}a{color:inherit}}
"""
