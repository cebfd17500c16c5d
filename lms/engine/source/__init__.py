"""Files as authors wrote them: text with places, findings about it, YAML and front matter, and typed reading.

    bytes ── text.decode ──► Source ── yaml_nodes.compose ──► Node ── typed.read ──► a frozen dataclass of yours
                               │                                                        │
                               └── front_matter.split                                   └── schema.export (JSON Schema)

Each step takes a `Problems` and adds what it finds; none raises on what an author can write, and every value keeps
the `Span` it came from. `edits` writes the little that machines may write into a file (missing ids).
"""
