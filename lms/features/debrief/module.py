"""What the debrief offers to the house."""

from lms.base.web.api import Module
from lms.features.debrief.views import blueprint

MODULE = Module(name="debrief", blueprint=blueprint, statements=("debriefed",))
