"""What teams offers to the house."""

from lms.base.web.api import Module, NavigationItem
from lms.features.teams.views import MANAGERS, blueprint
from lms.kernel.words import N_

MODULE = Module(
    name="teams",
    blueprint=blueprint,
    navigation=(NavigationItem("teams.index", N_("My people"), "team", MANAGERS),),
)
