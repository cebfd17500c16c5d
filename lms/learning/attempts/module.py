"""What attempts offer to the house."""

from lms.base.web.api import Module, Subscription
from lms.learning.attempts import lookup_service as lookup
from lms.learning.attempts.views import blueprint
from lms.learning.people.model import PersonErased

MODULE = Module(
    name="attempts",
    own_data=lookup.own_data,
    blueprint=blueprint,
    subscriptions=(Subscription(PersonErased, lookup.forget),),
    statements=("launched", "initialized", "arrived", "responded", "answered", "passed", "failed", "completed"),
)
