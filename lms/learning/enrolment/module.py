"""What enrolment offers to the house."""

from lms.base.web.api import SIGNED_IN, Module, NavigationItem
from lms.kernel.words import N_
from lms.learning.enrolment import service
from lms.learning.enrolment.views import blueprint

MODULE = Module(
    name="enrolment",
    own_data=service.own_data,
    blueprint=blueprint,
    navigation=(NavigationItem("enrolment.catalogue", N_("Catalogue"), "catalogue", SIGNED_IN),),
    statements=("initialized", "completed"),
)
