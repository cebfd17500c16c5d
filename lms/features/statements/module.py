"""What the record as statements offers to the house."""

from lms.base.web.api import Module, NavigationItem
from lms.features.statements.views import READERS, blueprint
from lms.kernel.words import N_

MODULE = Module(
    name="statements",
    blueprint=blueprint,
    navigation=(NavigationItem("statements.index", N_("Statements"), "audit", READERS),),
)
