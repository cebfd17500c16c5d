"""What certificates offer to the house."""

from lms.base.web.api import Module, Subscription
from lms.features.certificates import service
from lms.features.certificates.views import blueprint
from lms.learning.enrolment.model import CertificateDue

MODULE = Module(
    name="certificates",
    blueprint=blueprint,
    subscriptions=(Subscription(CertificateDue, service.issue),),
    statements=("earned",),
    own_data=service.own_data,
)
