"""What tracking offers to the house: the delivery page."""

from lms.base.web import api as web
from lms.kernel.words import N_
from lms.records.tracking.views import blueprint

MODULE = web.Module(
    name="tracking",
    blueprint=blueprint,
    navigation=(web.NavigationItem("tracking.index", N_("Delivery"), "delivery", web.roles("admin")),),
)
