"""What insights offers to the house."""

from lms.base.web.api import Module, NavigationItem
from lms.features.insights.views import TRAINERS, blueprint
from lms.kernel.words import N_

MODULE = Module(
    name="insights",
    blueprint=blueprint,
    navigation=(NavigationItem("insights.library", N_("Library"), "library", TRAINERS),),
)
