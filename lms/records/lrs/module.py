"""What the LRS offers to the house: the resources of xAPI, and the page of the programs that use them."""

from lms.base.web import api as web
from lms.kernel.words import N_
from lms.records.lrs.views import blueprint, programs

MODULE = web.Module(
    name="lrs",
    blueprint=blueprint,
    programs=programs,
    navigation=(web.NavigationItem("lrs.index", N_("Programs"), "endpoint", web.roles("admin")),),
)
