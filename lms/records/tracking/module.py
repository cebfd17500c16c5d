"""What tracking offers to the house: the delivery page, and an ear for what other programs send to the LRS."""

from lms.base.web import api as web
from lms.kernel.words import N_
from lms.records.lrs.model import StatementsComing
from lms.records.tracking import others
from lms.records.tracking.views import blueprint

MODULE = web.Module(
    name="tracking",
    blueprint=blueprint,
    subscriptions=(web.Subscription(StatementsComing, others.forward),),
    navigation=(web.NavigationItem("tracking.index", N_("Delivery"), "delivery", web.roles("admin")),),
)
