"""The kinds of problem that a course (CO…) and its questions (QU…) can have: files 00x, lessons 02x, text 03x, style 04x."""

from lms.engine.source.problem import Code

NO_COURSE_FILE = Code("CO001", "no-course-file", "a course folder without course.yaml")
FOLDER_NAME = Code("CO002", "folder-name", "the course's id is not the name of its folder")
DUPLICATE_ID = Code("CO003", "duplicate-id", "the same id twice")
MISSING_LESSON = Code("CO004", "missing-lesson", "a lesson without its file")
LESSON_NAME = Code("CO005", "lesson-name", "the lesson's id is not the name of its file")
UNUSED_LESSON = Code("CO006", "unused-lesson", "a lesson file that the course does not name", "warning")
UNKNOWN_SCENARIO = Code("CO007", "unknown-scenario", "a scenario that does not exist")
UNKNOWN_BANK = Code("CO008", "unknown-bank", "a question bank that does not exist")
UNKNOWN_OUTCOME = Code("CO009", "unknown-outcome", "an outcome that is not declared")
UNKNOWN_REFERENCE = Code("CO010", "unknown-reference", "a reference that is not declared")
UNKNOWN_ACTIVITY = Code("CO011", "unknown-activity", "an activity that the course does not have")
CIRCULAR_NEEDS = Code("CO012", "circular-needs", "activities that wait for each other")
CERTIFICATE_MINUTES = Code(
    "CO013", "certificate-minutes", "a certificate for more time than the course takes", "warning"
)
REVIEW_OVERDUE = Code("CO014", "review-overdue", "a reference that should have been looked at again", "warning")
UNUSED_NAME = Code("CO015", "unused-name", "something is declared and never used", "warning")

UNKNOWN_BLOCK = Code("CO020", "unknown-block", "an unknown block")
OPEN_BLOCK = Code("CO021", "open-block", "a block that is not closed")
STRAY_CLOSE = Code("CO022", "stray-close", "':::' that closes nothing")
NESTED_BLOCK = Code("CO023", "nested-block", "a block inside a block")
BLOCK_LABEL = Code("CO024", "block-label", "words after a block's name that do not belong there, or are missing")
EMPTY_BLOCK = Code("CO025", "empty-block", "a block without content")
HEADING_LEVEL = Code("CO026", "heading-level", "a heading of the first level")
EMPTY_LESSON = Code("CO027", "empty-lesson", "a lesson without content")

NO_ALT_TEXT = Code("CO032", "no-alt-text", "a picture without alternative text")
REMOTE_PICTURE = Code("CO033", "remote-picture", "a picture from elsewhere")
PICTURE_IN_TEXT = Code("CO034", "picture-in-text", "a picture in the middle of a text")
MISSING_PICTURE = Code("CO035", "missing-picture", "a picture that is not in the folder 'media'")
NOT_A_PICTURE = Code("CO036", "not-a-picture", "a file that is no picture, and no video or recording either")

NO_CHECK = Code("CO040", "no-check", "a lesson without a question to check oneself", "warning")
NO_WORK = Code("CO041", "no-work", "a lesson that does not say what to do at work", "warning")
TOO_LONG = Code("CO042", "too-long", "a lesson longer than its minutes", "warning")

DRAWS_TOO_MANY = Code("QU008", "draws-too-many", "a quiz that draws more questions than the bank has")
DRAWS_TOO_FEW = Code("QU009", "draws-too-few", "a quiz that draws fewer questions than are critical")
FEW_TO_SPARE = Code("QU014", "few-to-spare", "a bank too small for a second try", "warning")
UNUSED_BANK = Code("QU015", "unused-bank", "a question bank that no quiz uses", "warning")
