"""What the debrief offers to the house."""

from lms.base.web.api import Module
from lms.features.debrief import service
from lms.features.debrief.views import blueprint, unfinished

MODULE = Module(
    name="debrief",
    blueprint=blueprint,
    statements=("debriefed",),
    own_data=service.own_data,
    unfinished=unfinished,
)
