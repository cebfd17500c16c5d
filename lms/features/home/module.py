"""What home offers to the house."""

from lms.base.web.api import SIGNED_IN, Module, NavigationItem
from lms.features.home.views import blueprint
from lms.kernel.words import N_

MODULE = Module(
    name="home",
    blueprint=blueprint,
    navigation=(NavigationItem("home.index", N_("Home"), "home", SIGNED_IN),),
)
