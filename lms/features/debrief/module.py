"""What the debrief offers to the house."""

from lms.base.web.api import Module, Subscription
from lms.features.debrief import service
from lms.features.debrief.views import blueprint, unfinished
from lms.learning.people.model import PersonErased

MODULE = Module(
    name="debrief",
    blueprint=blueprint,
    subscriptions=(Subscription(PersonErased, service.forget),),
    statements=("debriefed",),
    own_data=service.own_data,
    unfinished=unfinished,
)
