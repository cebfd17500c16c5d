"""What certificates offer to the house."""

from lms.base.web.api import Module, Subscription
from lms.features.certificates import service
from lms.features.certificates.views import blueprint
from lms.learning.enrolment.model import CertificateDue
from lms.learning.people.model import PersonErased

MODULE = Module(
    name="certificates",
    blueprint=blueprint,
    subscriptions=(Subscription(CertificateDue, service.issue), Subscription(PersonErased, service.forget)),
    statements=("earned",),
    own_data=service.own_data,
)
