"""The kinds of problem that a scenario can have (SC…).

Structure 01x, names 03x, story 05x, teaching 07x, tasks 09x, proofs 10x, files and languages 2xx.
"""

from lms.engine.source.problem import Code

NO_SCENARIO_FILE = Code("SC001", "no-scenario-file", "a scenario folder without scenario.md")
TEXT_BEFORE_SCENES = Code("SC010", "text-before-scenes", "text before the first scene")
HEADING_LEVEL = Code("SC011", "heading-level", "a heading of the first level")
NO_TITLE = Code("SC012", "no-title", "a scene without a title", fix="write it between ## and {#id}")
NO_SCENES = Code("SC013", "no-scenes", "a scenario without scenes")
MALFORMED_CHOICE = Code(
    "SC014",
    "malformed-choice",
    "a choice that is not written as one",
    why="a choice is a list item that is a link to a scene",
)
UNKNOWN_BLOCK = Code(
    "SC015",
    "unknown-block",
    "an unknown block",
    why="blocks have fixed names, so that a slip is noticed and not read out to learners",
)
OPEN_BLOCK = Code(
    "SC016", "open-block", "a block that is not closed", why="where it ends is not known, so nothing in it can be read"
)
STRAY_CLOSE = Code("SC017", "stray-close", "':::' that closes nothing")
MISPLACED_BLOCK = Code(
    "SC018",
    "misplaced-block",
    "a block where it cannot stand",
    why="some blocks belong to a whole scene, others to a choice or to prose",
    fix="move it to where it belongs",
)
REPEATED_BLOCK = Code("SC019", "repeated-block", "a block that may stand once only")
BLOCK_ARGUMENT = Code(
    "SC020",
    "block-argument",
    "words after a block's name that do not belong there, or are missing",
    why="what stands behind the name of a block is fixed for each: words, an id, or nothing",
)
EMPTY_BLOCK = Code(
    "SC021",
    "empty-block",
    "a block without content",
    why="a block without content says nothing",
    fix="write something, or remove the block",
)
NESTED_TOO_DEEP = Code(
    "SC022",
    "nested-too-deep",
    "blocks nested too deeply",
    why="nobody can follow conditions in conditions in conditions",
)
MISSING_ID = Code("SC023", "missing-id", "an id is missing")
MALFORMED_ID = Code("SC024", "malformed-id", "an id that is not written as one")
PICTURE_IN_TEXT = Code(
    "SC025",
    "picture-in-text",
    "a picture in the middle of a text",
    why="in the middle of a line nobody who hears the text would know what it is",
)
STRAY_ID = Code("SC027", "stray-id", "an id at the end of ordinary text")
FILE_ID = Code("SC026", "file-id", "the scenario's id is not the name of its folder")

DUPLICATE_ID = Code(
    "SC030", "duplicate-id", "the same id twice", why="links, saved attempts and records name things by their ids"
)
BROKEN_TARGET = Code("SC031", "broken-target", "a target that does not exist")
UNKNOWN_SPEAKER = Code("SC032", "unknown-speaker", "somebody speaks who is not declared")
UNKNOWN_NAME = Code(
    "SC033",
    "unknown-name",
    "a name that is not declared",
    why="a name that nothing declares would mean nothing, and nobody would notice",
)
AMBIGUOUS_NAME = Code("SC034", "ambiguous-name", "one name for two things", why="it could be read in two ways")
BAD_DECLARATION = Code(
    "SC035",
    "bad-declaration",
    "a declaration that contradicts itself",
    why="what contradicts itself can hold nothing that a story could rely on",
    fix="correct it",
)
BAD_LATER = Code(
    "SC036",
    "bad-later",
    "a later that is not due at exactly one moment",
    why="due at no moment it would never come, and due at two it would be a riddle which counts",
)
BAD_SELECTION = Code(
    "SC037",
    "bad-selection",
    "a number of options that cannot be selected",
    why="a learner could not hand in what is asked for",
)
EXPERT_ELSEWHERE = Code("SC038", "expert-elsewhere", "an expert's choice that the debrief is not about")
UNHEARD = Code(
    "SC039",
    "unheard-phrase",
    "words of a free text that never lead where they should",
    "warning",
    why="the first route is taken one of whose phrases occurs in what was written",
)
EXPRESSION = Code(
    "SC040",
    "expression",
    "an expression that cannot be read",
    why="conditions and effects are read word by word, and this has another form",
    fix="write it as in the reference of the language",
)
EXPRESSION_TYPE = Code(
    "SC041",
    "expression-type",
    "values of types that do not go together",
    why="values of different types have nothing to compare or to change",
    fix="compare or change values of one type",
)
SCORE_IN_LOGIC = Code(
    "SC043",
    "score-in-logic",
    "a score or a must read by the story",
    why="what decides whether a run is passed is hidden from the story",
)
CIRCULAR_NAME = Code("SC044", "circular-name", "derived names that define each other", fix="write one of them out")
TOO_LARGE = Code(
    "SC045",
    "expression-too-large",
    "an expression that is too large",
    why="it would take too long to find out whether it holds",
    fix="give parts of it a name under `derive`, or write less",
)

UNREACHABLE_SCENE = Code("SC050", "unreachable-scene", "a scene that can never be reached")
UNREACHABLE_CHOICE = Code("SC051", "unreachable-choice", "a choice that is never open")
DEAD_END = Code("SC052", "dead-end", "a scene without a way on")
NO_WAY_OUT = Code("SC053", "no-way-out", "no ending can be reached from here")
ENDING_GOES_ON = Code("SC054", "ending-goes-on", "an ending with a way on")
NO_ENDING = Code("SC055", "no-ending", "a scenario without an ending")
NO_RETURN = Code("SC057", "no-return", "a way back from a scene that nothing brings or calls")
SCENE_KIND = Code(
    "SC056",
    "scene-kind",
    "a scene whose content does not fit its kind",
    why="what belongs to another kind of scene would never be read",
)

HUB_EXIT = Code("SC060", "hub-exit", "a hub without its exit")
HUB_SPOKES = Code("SC061", "hub-spokes", "a hub with too few or too many things to look at")
CALL_SHAPE = Code("SC062", "call-shape", "a call that does not say where it goes or comes back")
CALL_CIRCLE = Code("SC063", "call-circle", "calls that come round to themselves")
CALL_DEPTH = Code("SC064", "call-depth", "calls inside calls, too deep")
CALL_ENDS = Code("SC065", "call-ends", "an ending inside a call")
CHECKPOINT_INSIDE = Code("SC066", "checkpoint-inside", "a checkpoint inside a call, or in what a later brings")
CHECKPOINT_SHAPE = Code("SC067", "checkpoint-shape", "a checkpoint that does not say what the next act keeps")
BAD_DRAW = Code("SC068", "bad-draw", "a draw from values or weights that do not fit")
LATER_IN_CALL = Code("SC069", "later-in-call", "a later that waits for a scene inside a call")

NO_RATING = Code("SC070", "no-rating", "a choice of a decision without a rating", "warning")
NO_DEBRIEF = Code("SC071", "no-debrief", "a decision without a debrief", "warning")
NO_WHY_PLAUSIBLE = Code(
    "SC072", "no-why-plausible", "a choice that is not best, and does not say why one would take it"
)
NO_ALT_TEXT = Code("SC073", "no-alt-text", "a picture without alternative text")
REMOTE_PICTURE = Code("SC074", "remote-picture", "a picture from elsewhere")
PICTURE_OUTSIDE = Code("SC075", "picture-outside", "a picture outside the folder 'media'")
MISSING_PICTURE = Code(
    "SC076", "missing-picture", "a picture that is not there", why="learners would see an empty frame"
)
REVIEW_OVERDUE = Code("SC077", "review-overdue", "a reference that should have been looked at again", "warning")
LENGTH_TELLS = Code("SC078", "length-tells", "the best answer can be told by its length", "warning")
PLACE_TELLS = Code("SC079", "place-tells", "the best answer can be told by its place", "warning")
NO_BEST = Code("SC080", "no-best", "a decision without a best choice", "warning")
UNUSED_REFERENCE = Code(
    "SC081",
    "unused-reference",
    "a reference that nothing refers to",
    "warning",
    why="a source that nothing rests on has to be looked after for nothing",
)
NO_REASON_REFERENCE = Code("SC082", "no-reference", "a debrief without a reference", "warning")
NOT_A_PICTURE = Code("SC083", "not-a-picture", "a file that is no picture, and no video or recording either")
HURTING_WORD = Code("SC084", "hurting-word", "a word that hurts those whom it means", "warning")
READING_AGE = Code("SC085", "reading-age", "a text that is harder to read than is declared", "warning")

UNKNOWN_QUESTION = Code("SC090", "unknown-question", "a question or option that no bank has")
BAD_ORDER = Code(
    "SC091", "bad-order", "things that cannot be put in one order", why="an order names each of its things once"
)
BAD_RESULT = Code(
    "SC092", "bad-result", "a result that cannot come to pass", why="what can never happen changes nothing"
)
UNUSED_QUESTION = Code(
    "SC093",
    "unused-question",
    "a question beside a scenario that no scene asks",
    "warning",
    why="a question that is never asked is not worth looking after",
)
NO_EXPERT = Code("SC095", "no-expert", "a debrief that does not say what an expert would take")
EXPERT_NOT_BEST = Code("SC096", "expert-not-best", "an expert who would take what is not rated best", "warning")
TOO_MANY_ITEMS = Code("SC094", "too-many-items", "more things than anybody can weigh")
BAD_TIME_LIMIT = Code("SC130", "bad-time-limit", "a time limit that cannot run")
SHORT_TIME_LIMIT = Code("SC131", "short-time-limit", "a time limit that leaves no time to read", "warning")
IDLE_CLOCK = Code("SC132", "idle-clock", "minutes that pass without a clock, or a clock that nothing moves", "warning")
OUTSIDE_CLOCK = Code("SC133", "outside-clock", "a time that the clock never shows", fix="correct the time or the clock")
BAD_TRACK = Code(
    "SC134",
    "bad-track",
    "a track or a score of tracks that contradicts itself",
    why="what contradicts itself cannot be measured, nor added up",
)
BAD_OBSERVATION = Code("SC135", "bad-observation", "an observation that its track cannot hold")
NEVER_MEASURED = Code("SC136", "never-measured", "a track that nothing measures", "warning")
HIDDEN_TRACK = Code(
    "SC137",
    "hidden-track",
    "a condition that reads a track that is not open to it",
    fix="say `visible_to_logic: true` of it",
)

NEVER_REACHED = Code("SC100", "never-reached", "a scene that no way through the story reaches")
NEVER_OPEN = Code("SC101", "never-open", "a condition that never holds", "warning")
ALWAYS_OPEN = Code("SC102", "always-open", "a condition that always holds", "warning")
STUCK = Code("SC103", "stuck", "a scene in which a learner can be stuck")
CIRCLE = Code("SC104", "circle", "a way from which no ending can be reached any more")
NEVER_COMES = Code("SC105", "never-comes", "a later that never comes", "warning")
PASSED_WITHOUT = Code("SC106", "passed-without", "a run can be passed without what must be done", "warning")
NEVER_PASSED = Code("SC107", "never-passed", "no run can be passed", "warning")
NEVER_FAILED = Code("SC108", "never-failed", "every run is passed", "warning")
NEVER_READ = Code("SC109", "never-read", "a variable that nothing reads", "warning")
TOO_LATE = Code("SC110", "too-late", "a later that is due only after the story has ended", "warning")
LOST = Code("SC111", "lost-without-knowing", "a choice after which no good ending can be reached", "warning")
STOPS = Code("SC112", "stops-at-bound", "a number that stops at its bound", "warning")
REFUTED = Code("SC113", "refuted", "an assertion that does not hold")
BYPASSED = Code("SC115", "bypassed", "a checkpoint that can be passed by", "warning")

INCLUDE_MISSING = Code(
    "SC200", "include-missing", "an included file that is not there", why="what stands in it belongs to the story"
)
INCLUDE_OUTSIDE = Code("SC201", "include-outside", "an included file outside the content folder")
INCLUDE_CIRCLE = Code("SC202", "include-circle", "files that include each other in a circle")
INCLUDE_TOO_MUCH = Code("SC203", "include-too-much", "more files than one scenario may include")
INCLUDE_KIND = Code("SC204", "include-kind", "a file of a kind that cannot be included")
PLAN_STEP = Code("SC120", "plan-step", "a step of a plan that is not possible")
PLAN_UNFINISHED = Code("SC121", "plan-unfinished", "a plan that stops before an ending")
PLAN_DIFFERS = Code("SC122", "plan-differs", "a plan that comes out otherwise")
UNPLANNED = Code("SC123", "unplanned", "an ending to which no plan leads", "warning")
UNREAD_PLAN = Code("SC124", "unread-plan", "a file among the plans that is not read as one", "warning")

LANGUAGE_NAME = Code(
    "SC210",
    "language-name",
    "a language file whose name and content say different languages",
    why="the name of a file says whose words it holds",
)
OTHER_STORY = Code(
    "SC211",
    "other-story",
    "a language file that tells another story",
    why="a language file says the same in other words, and nothing else",
)
UNTRANSLATED = Code("SC212", "untranslated", "a language file in which texts are missing", "warning")

UNKNOWN_TERM = Code("SC220", "unknown-term", "a term that the story does not declare")
OVERLAY_NAME = Code("SC221", "overlay-name", "an overlay for a nation that is not one")
OVERLAY_STORY = Code(
    "SC222",
    "overlay-story",
    "an overlay that touches the story",
    why="it holds what is otherwise in another nation; the story is the same everywhere",
)
