"""What attempts offer to the house."""

from lms.base.web.api import Module, Subscription
from lms.learning.attempts import service
from lms.learning.attempts.views import blueprint
from lms.learning.people.model import PersonErased

MODULE = Module(
    name="attempts",
    own_data=service.own_data,
    blueprint=blueprint,
    subscriptions=(Subscription(PersonErased, service.forget),),
    statements=("launched", "initialized", "arrived", "responded", "answered", "passed", "failed", "completed"),
)
