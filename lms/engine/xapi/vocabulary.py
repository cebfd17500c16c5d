"""The words of our statements, grouped by the profile that each comes from. Nothing here is made up twice.

A term is taken where it exists (ADL first, then cmi5, then the virtual-patient narrative, then the registries); only
context that nobody has named yet gets an IRI under `OWN`. We coin no verb (Data 3.1: a verb's IRI needs an owner).
"""

from dataclasses import dataclass

OWN = "https://w3id.org/xapi/ymarfer"
"""The root of our profile's own terms: the same for every installation, so that reports can be shared."""

PROFILE_VERSION = f"{OWN}/v1.0"
"""This version of our profile; every statement carries it as a category."""

VIRTUAL_PATIENT = "https://w3id.org/xapi/virtual-patient/v1.0"
"""MedBiquitous' virtual-patient profile; statements of a scenario carry it as a category."""

_ADL_VERB = "http://adlnet.gov/expapi/verbs"
_ADL_ACTIVITY = "http://adlnet.gov/expapi/activities"
_TINCAN = "http://id.tincanapi.com"


@dataclass(frozen=True, slots=True)
class Term:
    """An IRI, its word in English, and what it means here."""

    iri: str
    word: str
    meaning: str


# ADL's vocabulary: verbs
INITIALIZED = Term(f"{_ADL_VERB}/initialized", "initialized", "Started an attempt at a course, quiz or scenario.")
LAUNCHED = Term(f"{_ADL_VERB}/launched", "launched", "Opened an activity.")
RESPONDED = Term(f"{_ADL_VERB}/responded", "responded", "Took a decision in a scene.")
ANSWERED = Term(f"{_ADL_VERB}/answered", "answered", "Answered a question of a quiz.")
PASSED = Term(f"{_ADL_VERB}/passed", "passed", "Met the criterion of an activity.")
FAILED = Term(f"{_ADL_VERB}/failed", "failed", "Did not meet the criterion of an activity.")
COMPLETED = Term(f"{_ADL_VERB}/completed", "completed", "Did all that an activity asks for.")
VOIDED = Term(f"{_ADL_VERB}/voided", "voided", "Marked an earlier statement as not to be relied on.")

# the virtual-patient narrative, defense training, and the registry's verbs
ARRIVED = Term("http://w3id.org/xapi/medbiq/verbs/arrived", "arrived at", "Came to a scene of a scenario.")
DEBRIEFED = Term("https://w3id.org/xapi/dod-isd/verbs/debriefed", "debriefed", "Went through the debrief of a run.")
EARNED = Term(f"{_TINCAN}/verb/earned", "earned", "Was issued a certificate.")

VERBS = (LAUNCHED, INITIALIZED, ARRIVED, RESPONDED, ANSWERED, PASSED, FAILED, COMPLETED, DEBRIEFED, EARNED)
"""Every verb that we emit."""

# activity types
COURSE = Term(f"{_ADL_ACTIVITY}/course", "course", "A published learning path.")
LESSON = Term(f"{_ADL_ACTIVITY}/lesson", "lesson", "A page of a course.")
QUIZ = Term(f"{_ADL_ACTIVITY}/assessment", "quiz", "A set of questions.")
INTERACTION = Term(f"{_ADL_ACTIVITY}/cmi.interaction", "interaction", "A question or a decision, with its options.")
SIMULATION = Term(f"{_ADL_ACTIVITY}/simulation", "scenario", "A simulation in text.")
PROFILE = Term(f"{_ADL_ACTIVITY}/profile", "profile", "A profile that a statement follows.")
SCENE = Term("http://activitystrea.ms/schema/1.0/node", "scene", "A point in a scenario (the virtual-patient node).")
CERTIFICATE = Term(
    "https://www.opigno.org/en/tincan_registry/activity_type/certificate", "certificate", "An issued certificate."
)

ACTIVITY_TYPES = (COURSE, LESSON, QUIZ, INTERACTION, SIMULATION, SCENE, CERTIFICATE)
"""Every type of activity that we emit as an object."""

# extensions of other profiles
VALID_UNTIL = Term(f"{_TINCAN}/extension/valid-until", "valid until", "The date on which a certificate expires.")
MASTERY_SCORE = Term(
    "https://w3id.org/xapi/cmi5/context/extensions/masteryscore", "mastery score", "The scaled score that passes."
)

# our own extensions
AT_SCENE = Term(f"{OWN}/extensions/scene", "scene", "The id of the scene, as its author wrote it.")
OFFERED = Term(f"{OWN}/extensions/offered", "offered", "The ids of the options that were open to the learner.")
CONTENT = Term(f"{OWN}/extensions/content", "content", "SHA-256 of the content that the attempt is pinned to.")
CLOCK = Term(f"{OWN}/extensions/clock", "clock", "Simulated time of day or minutes elapsed in the scenario.")
ATTEMPT = Term(f"{OWN}/extensions/attempt", "attempt", "The UUID of the attempt within the registration.")
CONFIDENCE = Term(f"{OWN}/extensions/confidence", "confidence", "How sure the learner was, 0 to 1.")
ENDING = Term(f"{OWN}/extensions/ending", "ending", "The id of the ending that was reached.")
BANDS = Term(f"{OWN}/extensions/bands", "bands", "Competency id to the id of the band reached.")
MISSED = Term(f"{OWN}/extensions/missed", "missed", "The ids of critical actions or questions that were missed.")
MINUTES = Term(f"{OWN}/extensions/minutes", "minutes", "Whole minutes spent.")

CONTEXT_EXTENSIONS = (AT_SCENE, OFFERED, CONTENT, CLOCK, ATTEMPT, CONFIDENCE)
RESULT_EXTENSIONS = (ENDING, BANDS, MISSED, MINUTES)
