"""The IRIs that an installation gives to its things, all made from its base URL.

N1  an IRI is made from ids that authors wrote or that were drawn at random, never from a position or a title
N2  the same thing has the same IRI for ever: changing this file changes the record's meaning, and a test pins it
N3  a person is an account: home page = base URL, name = a random token; never a name or a mail address
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from uuid import UUID

from lms.engine.xapi.vocabulary import PROFILE_VERSION, VIRTUAL_PATIENT


@lru_cache(maxsize=8192)
def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="-._~") for part in parts)


@dataclass(frozen=True, slots=True)
class Names:
    """Names under one base URL, written without a slash at its end."""

    base: str

    def __post_init__(self) -> None:
        if self.base.endswith("/"):
            raise ValueError("the base URL is written without a slash at its end")

    def course(self, course: str) -> str:
        """Return the IRI of a course."""
        return f"{self.base}/id/{_path('course', course)}"

    def lesson(self, course: str, lesson: str) -> str:
        """Return the IRI of a lesson of a course."""
        return f"{self.base}/id/{_path('course', course, 'lesson', lesson)}"

    def quiz(self, course: str, quiz: str) -> str:
        """Return the IRI of a quiz of a course."""
        return f"{self.base}/id/{_path('course', course, 'quiz', quiz)}"

    def question(self, course: str, question: str) -> str:
        """Return the IRI of a question in a course's banks (question ids are unique within a course)."""
        return f"{self.base}/id/{_path('course', course, 'question', question)}"

    def scenario(self, scenario: str) -> str:
        """Return the IRI of a scenario."""
        return f"{self.base}/id/{_path('scenario', scenario)}"

    def scene(self, scenario: str, scene: str) -> str:
        """Return the IRI of a scene: the place that somebody arrives at."""
        return f"{self.base}/id/{_path('scenario', scenario, 'scene', scene)}"

    def decision(self, scenario: str, scene: str) -> str:
        """Return the IRI of the decision that a scene asks for: an interaction, so another activity than the scene."""
        return f"{self.base}/id/{_path('scenario', scenario, 'scene', scene, 'decision')}"

    def selection(self, scenario: str, scene: str) -> str:
        """Return the IRI of the selection that a scene asks for: another interaction than its decision."""
        return f"{self.base}/id/{_path('scenario', scenario, 'scene', scene, 'selection')}"

    def asked(self, scenario: str, scene: str) -> str:
        """Return the IRI of the question that a scene asks."""
        return f"{self.base}/id/{_path('scenario', scenario, 'scene', scene, 'question')}"

    def order(self, scenario: str, scene: str) -> str:
        """Return the IRI of what a scene asks a person to put in order."""
        return f"{self.base}/id/{_path('scenario', scenario, 'scene', scene, 'order')}"

    def text(self, scenario: str, scene: str) -> str:
        """Return the IRI of what a scene asks a person to write: another interaction than its decision."""
        return f"{self.base}/id/{_path('scenario', scenario, 'scene', scene, 'text')}"

    def certificate(self, certificate: str) -> str:
        """Return the IRI of an issued certificate: not the address of its public page, which states a name."""
        return f"{self.base}/id/{_path('certificate', certificate)}"

    @property
    def category(self) -> str:
        """Return the IRI of our profile's version, the category of every statement."""
        return PROFILE_VERSION

    @property
    def scenario_categories(self) -> tuple[str, ...]:
        """Return the categories of a statement about a scenario."""
        return (PROFILE_VERSION, VIRTUAL_PATIENT)

    def actor(self, token: str) -> dict[str, Any]:
        """Return the agent of the person whose token this is."""
        return {"objectType": "Agent", "account": {"homePage": self.base, "name": token}}

    def statement(self, statement: UUID) -> dict[str, Any]:
        """Return a reference to a statement."""
        return {"objectType": "StatementRef", "id": str(statement)}
