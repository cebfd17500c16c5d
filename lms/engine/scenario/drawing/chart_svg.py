"""A chart as an SVG: one picture for light and dark, with a title and a description, and no colour that alone says anything.

Each way out is a small sign at the foot of its scene, and its arrow starts there: ● best · ◐ defensible · ▲ unsafe ·
■ critical · ○ only a way on. A condition stands beside its sign in brackets of its own; pointing at anything says all.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from lms.engine.scenario.drawing.chart import Box, Chart, Port, describe, kind_of
from lms.engine.scenario.drawing.chart_layout import Line, place

WIDTH, HEAD, FOOT = 184.0, 54.0, 24.0
HEIGHT = HEAD + FOOT
GAP = 62.0
MARGIN = 24.0
OVER = 20.0
"""Room above the first layer, for arrows that come back to it."""
LEGEND = 64.0
PORT = 20.0
LINE_LETTERS = 23
WHEN_LETTERS = 17

STYLE = """\
.c{--paper:#fbf8f3;--card:#fff;--ink:#26221d;--soft:#6b6359;--line:#8a8176;--edge:#d9d0c3;--accent:#1d5f63;
--best:#1f6f43;--defensible:#1d5f8a;--unsafe:#a4550b;--critical:#a3243b;--good:#e3f1e6;--other:#f6e6e3;--turn:#fff3d6;
font-family:system-ui,-apple-system,"Segoe UI",sans-serif}
@media (prefers-color-scheme:dark){.c{--paper:#191714;--card:#26231f;--ink:#f1ebe2;--soft:#b3a999;--line:#9a9083;
--edge:#4a443c;--accent:#7cc4c8;--best:#7fcf9c;--defensible:#86c0ea;--unsafe:#f0a860;--critical:#f28ba0;--good:#203a2a;
--other:#44272a;--turn:#423413}}
.c .p{fill:var(--paper)}.c .b{fill:var(--card);stroke:var(--edge);stroke-width:1.2}
.c .t{fill:var(--ink);font-size:13px;font-weight:600}.c .s{fill:var(--soft);font-size:10.5px}
.c .w{fill:var(--soft);font-size:10px;font-style:italic;paint-order:stroke;stroke:var(--paper);stroke-width:3px}.c .turn{fill:var(--turn)}.c .good{fill:var(--good)}
.c .other{fill:var(--other)}.c .start{stroke:var(--accent);stroke-width:2.6}.c .end{stroke-width:2.2}
.c .a{fill:none;stroke:var(--line);stroke-width:1.5}.c .tip{fill:var(--line);stroke:none}
.c .later{stroke-dasharray:6 5;stroke:var(--accent)}.c .tip-later{fill:var(--accent)}
.c .call{stroke-width:4.5;stroke:var(--line)}.c .hollow{stroke:var(--paper);stroke-width:2;fill:none}
.c .back{stroke-dasharray:1.5 4;stroke-linecap:round}.c .time-out{stroke:var(--unsafe);stroke-dasharray:9 3 2 3}
.c .best{fill:var(--best)}.c .defensible{fill:var(--defensible)}.c .unsafe{fill:var(--unsafe)}
.c .critical{fill:var(--critical)}.c .plain{fill:var(--card);stroke:var(--line);stroke-width:1.5}
.c .flag{fill:none;stroke:var(--accent);stroke-width:1.6}.c .mark{fill:var(--accent)}
.c g:hover>.a{stroke:var(--ink);stroke-width:2.6}.c g:hover>.b{stroke:var(--ink)}
"""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow to draw: the port that it belongs to, and where it leads."""

    box: int
    port: int
    target: int
    style: str


def _line(arrow: Arrow) -> tuple[int, int, str]:
    """Return what arrows have in common that are drawn along one line."""
    return arrow.box, arrow.target, arrow.style


def svg(chart: Chart) -> str:
    """Return the picture of a chart."""
    return _Picture(chart).draw()


class _Picture:
    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.number = {box.id: at for at, box in enumerate(chart.boxes)}
        first = next((at for at, box in enumerate(chart.boxes) if box.is_start), 0)
        self.title_of = {box.id: box.title for box in reversed(chart.boxes)}
        self.arrows = list(self._arrows())
        self.coming = Counter(arrow.target for arrow in self.arrows)
        lines = list(dict.fromkeys(_line(arrow) for arrow in self.arrows))
        self.line_of = {line: at for at, line in enumerate(lines)}
        widths = [max(WIDTH, PORT * (len(box.ports) + 1)) for box in chart.boxes]
        self.widths = widths
        self.placed = place(widths, [Line(box, target) for box, target, _ in lines], first)
        self.layers = max(self.placed.layer, default=0) + 1
        first_of = {(arrow.box, arrow.port): arrow for arrow in reversed(self.arrows)}
        self.ports = [self._order_ports(at, first_of) for at in range(len(chart.boxes))]
        self.entries = self._entries(lines)

    def _arrows(self) -> Iterator[Arrow]:
        for at, box in enumerate(self.chart.boxes):
            for number, port in enumerate(box.ports):
                style = "call" if port.is_call else port.way if port.way in {"later", "time-out"} else ""
                if port.to in self.number:
                    yield Arrow(at, number, self.number[port.to], style)
                if port.is_call and port.back in self.number:
                    yield Arrow(at, number, self.number[port.back], "back")

    # --- places -------------------------------------------------------------------------------------------------

    def left(self, box: int) -> float:
        return MARGIN + self.placed.x[box] - self.widths[box] / 2

    def top(self, layer: int) -> float:
        return MARGIN + OVER + layer * (HEIGHT + GAP)

    def _order_ports(self, box: int, first_of: Mapping[tuple[int, int], Arrow]) -> dict[int, int]:
        """Return where each port of a box stands from left to right, so that their arrows do not cross at its foot."""

        def wanted(number: int) -> tuple[float, int]:
            leads = first_of.get((box, number))
            if leads is None:
                return self.placed.x[box], number
            passes = self.passes(leads)
            return (passes[0][1] if passes else self.placed.x[leads.target]), number

        return {port: place for place, port in enumerate(sorted(range(len(self.chart.boxes[box].ports)), key=wanted))}

    def port_at(self, box: int, port: int) -> tuple[float, float]:
        order = self.ports[box]
        middle = MARGIN + self.placed.x[box]
        across = middle + (order[port] - (len(order) - 1) / 2) * min(
            PORT * 1.6, (self.widths[box] - PORT) / max(1, len(order) - 1)
        )
        return across, self.top(self.placed.layer[box]) + HEIGHT - FOOT / 2

    # --- drawing ------------------------------------------------------------------------------------------------

    def draw(self) -> str:
        width = max(self.placed.width + 2 * MARGIN, 560)
        height = self.top(self.layers - 1) + HEIGHT + MARGIN + LEGEND
        parts = [
            _opening(width, height),
            f'<title id="chart-title">{escape(self.chart.title)}</title>',
            f'<desc id="chart-says">{escape(describe(self.chart))}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="p" width="{width:.0f}" height="{height:.0f}"/>',
        ]
        parts += [self.draw_arrow(arrow) for arrow in self.arrows]
        parts += [self.draw_box(at, box) for at, box in enumerate(self.chart.boxes)]
        parts += self.draw_legend(height - LEGEND)
        return "\n".join([*parts, "</svg>\n"])

    def draw_arrow(self, arrow: Arrow) -> str:
        port = self.chart.boxes[arrow.box].ports[arrow.port]
        start = self.port_at(arrow.box, arrow.port)
        source, target = self.placed.layer[arrow.box], self.placed.layer[arrow.target]
        end_x = MARGIN + self.entries[_line(arrow)]
        end_y = self.top(target) - 1
        passes = self.passes(arrow)
        if arrow.box == arrow.target:
            right = self.left(arrow.box) + self.widths[arrow.box]
            y = start[1]
            path = f"M{start[0]:.1f} {y + 6:.1f} C{start[0]:.1f} {y + 40:.1f} {right + 34:.1f} {y + 30:.1f} {right + 20:.1f} {y - 30:.1f} "
            path += f"C{right + 12:.1f} {end_y - 24:.1f} {end_x + 40:.1f} {end_y - 26:.1f} {end_x:.1f} {end_y - 6:.1f}"
        elif source < target:
            points = [(start[0], start[1] + 6)]
            for layer, x in passes:
                points += [(MARGIN + x, self.top(layer)), (MARGIN + x, self.top(layer) + HEIGHT)]
            path = _smooth([*points, (end_x, end_y - 6)])
        else:
            path = self._upwards(start, passes, (end_x, end_y - 6))
        said = escape(_said(port, self.chart.boxes[arrow.target].title))
        tip = "tip tip-later" if arrow.style == "later" else "tip"
        head = f'<path class="{tip}" d="M{end_x - 4.5:.1f} {end_y - 8:.1f}h9l-4.5 8z"/>'
        hollow = f'<path class="hollow" d="{path}"/>' if arrow.style == "call" else ""
        words = self._condition(arrow, end_x, end_y)
        return f'<g><title>{said}</title><path class="a {arrow.style}" d="{path}"/>{hollow}{head}{words}</g>'

    def _condition(self, arrow: Arrow, x: float, y: float) -> str:
        """Return the words of a condition beside the tip of its arrow, where no other arrow comes in."""
        when = self.chart.boxes[arrow.box].ports[arrow.port].when
        if not when or self.coming[arrow.target] > 1:
            return ""
        lines = _wrapped(when, WHEN_LETTERS)
        return "".join(
            f'<text class="w" x="{x + 8:.1f}" y="{y - 6 - 11 * above:.1f}">{escape(text)}</text>'
            for above, text in enumerate(reversed(lines))
        )

    def _entries(self, lines: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int, str], float]:
        """Return where each line comes in at the top of its target: side by side with the others, in their order."""
        comes: dict[int, list[tuple[float, tuple[int, int, str]]]] = {}
        for number, line in enumerate(lines):
            passes = self.placed.passes[number]
            comes.setdefault(line[1], []).append((passes[-1][1] if passes else self.placed.x[line[0]], line))
        found: dict[tuple[int, int, str], float] = {}
        for target, order in comes.items():
            room = min(26.0, (self.widths[target] - 40) / len(order))
            for number, (_, line) in enumerate(sorted(order)):
                found[line] = self.placed.x[target] + (number - (len(order) - 1) / 2) * room
        return found

    def passes(self, arrow: Arrow) -> tuple[tuple[int, float], ...]:
        """Return the places beside boxes that an arrow passes."""
        return self.placed.passes[self.line_of[_line(arrow)]]

    def _upwards(
        self, start: tuple[float, float], passes: tuple[tuple[int, float], ...], end: tuple[float, float]
    ) -> str:
        """Return the way of an arrow that closes a circle: under its box, up beside it, and over its target."""
        first_layer, first_x = passes[0]
        last_layer, last_x = passes[-1]
        low, high = self.top(first_layer) + HEIGHT, self.top(last_layer)
        x, y = start[0], start[1] + 6
        path = f"M{x:.1f} {y:.1f} C{x:.1f} {low + 30:.1f} {MARGIN + first_x:.1f} {low + 30:.1f} {MARGIN + first_x:.1f} {low - 6:.1f}"
        points = [(MARGIN + first_x, low - 6), (MARGIN + first_x, self.top(first_layer))]
        for layer, across in passes[1:]:
            points += [(MARGIN + across, self.top(layer) + HEIGHT), (MARGIN + across, self.top(layer))]
        path += _smooth(points, start=False)
        return (
            path + f" C{MARGIN + last_x:.1f} {high - 34:.1f} {end[0]:.1f} {end[1] - 34:.1f} {end[0]:.1f} {end[1]:.1f}"
        )

    def draw_box(self, at: int, box: Box) -> str:
        left, top = self.left(at), self.top(self.placed.layer[at])
        width = self.widths[at]
        classes = ["b"]
        classes += ["start"] if box.is_start else []
        classes += ["turn"] if box.turning else []
        classes += ["end", "good" if box.success else "other"] if box.kind == "ending" else []
        round_ = 22 if box.kind == "ending" else 9
        height = HEAD if box.kind == "ending" else HEIGHT
        parts = [f'<g id="scene-{escape(box.id)}"><title>{escape(f"{box.title} ({box.id}): {kind_of(box)}")}</title>']
        dash = ' stroke-dasharray="6 4"' if box.brought_by else ""
        parts.append(
            f'<rect class="{" ".join(classes)}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="{round_}"{dash}/>'
        )
        is_marked = box.turning or box.success
        lines = _wrapped(box.title, LINE_LETTERS - 5 * is_marked)
        first = top + (20 if len(lines) > 1 else 24)
        for number, text in enumerate(lines):
            parts.append(f'<text class="t" x="{left + 12:.1f}" y="{first + 15 * number:.1f}">{escape(text)}</text>')
        below = first + 15 * len(lines)
        parts.append(f'<text class="s" x="{left + 12:.1f}" y="{below:.1f}">{escape(_note(box))}</text>')
        if box.turning:
            parts.append(f'<path class="mark" d="M{left + width - 18:.1f} {top + 8:.1f}l5 5-5 5-5-5z"/>')
        if box.success:
            x, y = left + width - 24, top + 27
            parts.append(f'<path class="flag" d="M{x:.1f} {y:.1f}l4 5 8-11"/>')
        parts += [self.draw_port(at, number) for number in range(len(box.ports))]
        return "".join([*parts, "</g>"])

    def draw_port(self, box: int, number: int) -> str:
        port = self.chart.boxes[box].ports[number]
        x, y = self.port_at(box, number)
        shape = _sign(port, x, y)
        guard = (
            f'<path class="flag" d="M{x - 7:.1f} {y - 6:.1f}q-3 6 0 12M{x + 7:.1f} {y - 6:.1f}q3 6 0 12"/>'
            if port.when
            else ""
        )
        back = f'<text class="s" x="{x:.1f}" y="{y + 22:.1f}" text-anchor="middle">↩</text>' if not port.to else ""
        said = escape(_said(port, self.title_of.get(port.to, "")))
        return f"<g><title>{said}</title>{shape}{guard}{back}</g>"

    def draw_legend(self, top: float) -> list[str]:
        shown = [
            Port("", "best", "x", "choice", "best"),
            Port("", "defensible", "x", "choice", "defensible"),
            Port("", "unsafe", "x", "choice", "unsafe"),
            Port("", "critical", "x", "choice", "critical"),
            Port("", "a way on", "x", "go"),
            Port("", "under a condition", "x", "choice", "", "x"),
        ]
        parts, x, y = [], MARGIN + 8, top + 18
        for port in shown:
            guard = (
                f'<path class="flag" d="M{x - 7:.1f} {y - 6:.1f}q-3 6 0 12M{x + 7:.1f} {y - 6:.1f}q3 6 0 12"/>'
                if port.when
                else ""
            )
            parts.append(
                f'{_sign(port, x, y)}{guard}<text class="s" x="{x + 13:.1f}" y="{y + 3.5:.1f}">{port.label}</text>'
            )
            x += 30 + 6.1 * len(port.label)
        x, y = MARGIN + 2, top + 42
        for style, label in (
            ("", "leads to"),
            ("later", "comes later"),
            ("call", "calls"),
            ("back", "goes on after a call"),
            ("time-out", "when time runs out"),
        ):
            hollow = f'<path class="hollow" d="M{x:.1f} {y:.1f}h26"/>' if style == "call" else ""
            parts.append(
                f'<path class="a {style}" d="M{x:.1f} {y:.1f}h26"/>{hollow}<text class="s" x="{x + 32:.1f}" y="{y + 3.5:.1f}">{label}</text>'
            )
            x += 50 + 5.6 * len(label)
        parts.append(
            f'<path class="mark" d="M{x + 4:.1f} {y - 5:.1f}l5 5-5 5-5-5z"/><text class="s" x="{x + 15:.1f}" y="{y + 3.5:.1f}">turning point</text>'
        )
        return parts


def _sign(port: Port, x: float, y: float) -> str:
    match port.rating:
        case "best":
            return f'<circle class="best" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        case "defensible":
            return (
                f'<circle class="plain" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
                f'<path class="defensible" d="M{x:.1f} {y - 5:.1f}a5 5 0 0 0 0 10z"/>'
            )
        case "unsafe":
            return f'<path class="unsafe" d="M{x:.1f} {y - 5.5:.1f}l5.5 10h-11z"/>'
        case "critical":
            return f'<rect class="critical" x="{x - 4.8:.1f}" y="{y - 4.8:.1f}" width="9.6" height="9.6"/>'
    return f'<circle class="plain" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _said(port: Port, target: str) -> str:
    """Return what pointing at a way out says; `target` is the title of what it leads to, if that is a scene."""
    said = [f"{port.label} → {target or 'back'}"]
    said += [f"rated {port.rating}"] if port.rating else []
    said += [f"when {port.when}"] if port.when else []
    return "\n".join(said)


def _note(box: Box) -> str:
    return (
        f"{box.id} · {box.band}"
        if box.kind == "ending"
        else box.id
        if len(box.id) > LINE_LETTERS - 8
        else f"{box.id} · {box.kind}"
    )


def _opening(width: float, height: float) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="c" role="img" aria-labelledby="chart-title chart-says" {size}>'
    )


def _wrapped(text: str, letters: int) -> list[str]:
    """Return a text in one line or two."""
    if len(text) <= letters:
        return [text]
    cut = text.rfind(" ", 0, letters + 1)
    cut = cut if cut > 0 else letters
    rest = text[cut:].strip()
    return [text[:cut], rest if len(rest) <= letters else f"{rest[: letters - 1].rstrip()}…"]


def _smooth(points: list[tuple[float, float]], *, start: bool = True) -> str:
    """Return a path through points that leaves and reaches each one straight down."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}" if start else f" L{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        middle = (y + to_y) / 2
        path += f" C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
    return path
