"""What attempts offer to the house."""

from lms.base.web.api import Module
from lms.learning.attempts import service
from lms.learning.attempts.views import blueprint

MODULE = Module(
    name="attempts",
    own_data=service.own_data,
    blueprint=blueprint,
    statements=("launched", "initialized", "arrived", "responded", "answered", "passed", "failed", "completed"),
)
