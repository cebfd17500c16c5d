"""What the record offers to the house."""

from lms.base.web.api import SIGNED_IN, Module, NavigationItem
from lms.features.record import service
from lms.features.record.views import blueprint
from lms.kernel.words import N_

MODULE = Module(
    name="record",
    blueprint=blueprint,
    own_data=service.own_data,
    navigation=(NavigationItem("record.mine", N_("My record"), "record", SIGNED_IN),),
)
