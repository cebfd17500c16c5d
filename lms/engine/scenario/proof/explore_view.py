"""A state of the exploration as `turn` knows states: its parts are read one by one, and which were read is noted."""

from collections.abc import Mapping
from typing import Any

from lms.engine.scenario.proof.explore_layout import Field


class View:
    """A state read field by field. Notes what was read, in order; keeps what was written apart."""

    def __init__(self, fields: Mapping[str, Field], state: int) -> None:
        self.fields = fields
        self.state = state
        self.log: list[tuple[int, int]] = []
        self.known: dict[str, Any] = {}
        self.written: dict[str, int] = {}

    def read(self, name: str) -> Any:
        """Return a field's value as it is now."""
        if name in self.written:
            return self.fields[name].value(self.written[name])
        if name not in self.known:
            field = self.fields[name]
            bits = self.state & field.place
            self.log.append((field.place, bits))
            self.known[name] = field.value(bits >> field.shift)
        return self.known[name]

    def write(self, name: str, value: Any) -> None:
        """Change a field."""
        self.written[name] = self.fields[name].number(value)


class Part(dict[str, Any]):
    """A mapping of a State (`vars`, `seen`, `musts`) that is a window on a view."""

    def __init__(self, view: View, prefix: str) -> None:
        super().__init__()
        self.view, self.prefix = view, prefix

    def __getitem__(self, name: str) -> Any:
        return self.view.read(self.prefix + name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.view.write(self.prefix + name, value)

    def __contains__(self, name: object) -> bool:
        return bool(self.view.read(f"{self.prefix}{name}"))

    def get(self, name: str, _default: Any = None) -> Any:
        """Return what the state holds: every name has its field."""
        return self.view.read(self.prefix + name)


class Chosen(list[str]):
    """The list of what was chosen, as a window on a view."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self.view = view

    def __contains__(self, name: object) -> bool:
        return bool(self.view.read(f"chose:{name}"))
