"""The kinds of problem that any file can have: text, YAML, front matter and typed reading (SO…)."""

from lms.engine.source.problem import Code

EMPTY_FILE = Code("SO001", "empty-file", "the file is empty", why="what a file is for stands in it")
NOT_TEXT = Code("SO002", "not-text", "the file is not UTF-8 text", why="a file that trainers write is text in UTF-8")
TOO_LARGE = Code(
    "SO003", "too-large", "the file is too large", why="it would take too long to read, and something else was meant"
)
CONTROL_CHARACTER = Code("SO004", "control-character", "a character that no text should hold")
UNREADABLE = Code("SO005", "unreadable", "the file cannot be read")
OUTSIDE_FOLDER = Code("SO006", "outside-folder", "a link that leads out of the content folder")

YAML_SYNTAX = Code(
    "SO010",
    "yaml-syntax",
    "YAML that cannot be read",
    why="what cannot be read as YAML cannot be read at all",
    fix="write keys and values as `key: value`, lists as `[a, b]`, and put text with special signs in quotes",
)
YAML_TAB = Code("SO011", "yaml-tab", "a tab in the indentation of YAML")
DUPLICATE_KEY = Code("SO012", "duplicate-key", "the same key twice")
YAML_ALIAS = Code("SO013", "yaml-alias", "an anchor or alias in YAML")
TOO_DEEP = Code(
    "SO014", "too-deep", "YAML nested too deeply", why="nobody can read it, and reading it would take without end"
)
YAML_TAG = Code(
    "SO015", "yaml-tag", "a tag in YAML", why="what a value is, is fixed by its key, and no tag changes that"
)
SEVERAL_DOCUMENTS = Code("SO016", "several-documents", "more than one YAML document")
KEY_NOT_TEXT = Code("SO017", "key-not-text", "a list or mapping used as a key", why="values are found by their keys")
NO_FRONT_MATTER = Code(
    "SO018",
    "no-front-matter",
    "the front matter is missing",
    why="what the file is, its title and its settings stand there",
)
OPEN_FRONT_MATTER = Code(
    "SO019",
    "open-front-matter",
    "the front matter is not closed",
    why="without its end, the whole file would be settings",
)

MISSING_KEY = Code("SO020", "missing-key", "a required key is missing")
UNKNOWN_KEY = Code(
    "SO021", "unknown-key", "an unknown key", why="a key that nobody reads is a mistake that nobody notices"
)
WRONG_TYPE = Code("SO022", "wrong-type", "a value of the wrong type")
OUT_OF_RANGE = Code(
    "SO023",
    "out-of-range",
    "a value outside its limits",
    why="beyond its limits it does not fit where it is shown, or means nothing",
    fix="keep to the limit",
)
NOT_ONE_OF = Code("SO024", "not-one-of", "a value that is not one of the allowed words", fix="write one of these words")
MALFORMED = Code("SO025", "malformed", "a value that is not written as expected")
EMPTY_VALUE = Code("SO026", "empty-value", "a value is empty", why="a key without a value says nothing")

RAW_HTML = Code("SO030", "raw-html", "HTML in the text")
BAD_LINK = Code("SO031", "bad-link", "a link that cannot be followed safely")
ACTIVE_DRAWING = Code("SO032", "active-drawing", "a drawing that holds more than a picture")
NO_CAPTIONS = Code("SO033", "no-captions", "a video without captions")
NO_TRANSCRIPT = Code("SO034", "no-transcript", "a video without a transcript", "warning")
UNWRITTEN_RECORDING = Code("SO035", "unwritten-recording", "a recording without a transcript")
BAD_CAPTIONS = Code("SO036", "bad-captions", "captions that cannot be read")
STRAY_WORDS = Code("SO037", "stray-words", "captions or a transcript that belong to nothing", "warning")
DEEP_LIST = Code("SO038", "deep-list", "lists or quotations nested too deeply")
