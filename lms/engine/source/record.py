"""The base of everything that authors write as keys and values."""

from dataclasses import dataclass, field

from lms.engine.source.span import Span
from lms.engine.source.yaml_nodes import Mapping, Node, Scalar, Sequence

_NOWHERE = Mapping((), Span("", 1, 1))


@dataclass(frozen=True, kw_only=True)
class Record:
    """A mapping that was read; it knows where each of its values stands."""

    node: Mapping = field(default=_NOWHERE, repr=False, compare=False)
    unread: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """The known keys whose values, or whose own names, have a problem that is reported."""

    @property
    def span(self) -> Span:
        """The place of the whole record."""
        return self.node.span

    def node_of(self, *path: str | int) -> Node | None:
        """Return the node at a path of keys (as written) and list positions, or None."""
        node: Node | None = self.node
        for part in path:
            if isinstance(node, Mapping) and isinstance(part, str):
                node = node.get(part)
            elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            else:
                return None
        return node

    def is_unread(self, key: str) -> bool:
        """Tell whether a key is written, but misspelt or with a wrong value: what seems to be missing is reported there."""
        return key in self.unread

    def place_of(self, *path: str | int) -> Span:
        """Return the place of the value at a path; of what encloses it when it is not written."""
        for length in range(len(path), 0, -1):
            node = self.node_of(*path[:length])
            if node is not None:
                return node.span
        return self.node.span

    def place_of_key(self, *path: str | int) -> Span:
        """Return the place of the key at the end of a path, or of its value where there is no key."""
        parent = self.node_of(*path[:-1])
        found = parent.key(path[-1]) if isinstance(parent, Mapping) and isinstance(path[-1], str) else None
        return found.span if found else self.place_of(*path)

    def scalar_of(self, *path: str | int) -> Scalar | None:
        """Return the scalar at a path, for places within its text."""
        node = self.node_of(*path)
        return node if isinstance(node, Scalar) else None
