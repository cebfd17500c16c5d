"""What enrolment offers to the house."""

from lms.base.web.api import SIGNED_IN, Module, NavigationItem
from lms.learning.enrolment.views import blueprint

MODULE = Module(
    name="enrolment",
    blueprint=blueprint,
    navigation=(NavigationItem("enrolment.catalogue", "Catalogue", "book", SIGNED_IN),),
    statements=("initialized", "completed"),
)
