"""The kinds of problem that questions and their banks can have (QU…), whoever asks them."""

from lms.engine.source.problem import Code

MISSING_ID = Code("QU001", "missing-id", "an id is missing")
DUPLICATE_QUESTION = Code("QU002", "duplicate-id", "the same id twice")
NO_RIGHT = Code("QU003", "no-right", "a question without a right option", why="whoever answers could never be right")
SEVERAL_RIGHT = Code(
    "QU004",
    "several-right",
    "a single choice with several right options",
    why="of a single choice exactly one option can be right",
)
ALL_RIGHT = Code("QU005", "all-right", "a question whose options are all right", "warning")
NO_FEEDBACK = Code("QU006", "no-feedback", "an option without feedback", "warning")
SAME_TEXT = Code(
    "QU007", "same-text", "two options with the same text", why="whoever chooses could not tell the two apart"
)
LONGEST_TELLS = Code("QU010", "longest-tells", "the right option is too often the longest", "warning")
SHORTEST_TELLS = Code("QU011", "shortest-tells", "the right option is too often the shortest", "warning")
PLACE_TELLS = Code("QU012", "place-tells", "the right option is too often in the same place", "warning")
PLACE_WORDS = Code("QU013", "place-words", "an option that speaks of the place of others", "warning")
