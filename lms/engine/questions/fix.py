"""The little that a machine may write into a bank: ids of questions and options that have none."""

from lms.engine.source import edits
from lms.engine.source.problem import Problems
from lms.engine.source.text import decode
from lms.engine.source.yaml_nodes import Mapping, Sequence, compose


def write_missing_ids(path: str, content: bytes) -> bytes:
    """Return a bank's file with every missing id written in; the same bytes when none is missing or it is no bank."""
    problems = Problems()
    source = decode(path, content, problems)
    node = compose(source, problems) if source is not None else None
    questions = node.get("questions") if isinstance(node, Mapping) else None
    if source is None or not isinstance(questions, Sequence):
        return content
    found = edits.id_edits(questions, edits.ids_in(questions), words="ask", otherwise="question")
    for question in questions.items:
        options = question.get("options") if isinstance(question, Mapping) else None
        if isinstance(options, Sequence):
            found += edits.id_edits(options, edits.ids_in(options), words="text", otherwise="option")
    return edits.apply(source, found) if found else content
