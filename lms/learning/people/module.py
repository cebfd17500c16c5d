"""What people offers to the house: everybody's profile, and the list of people for admins."""

from lms.base.web import api as web
from lms.kernel.words import N_
from lms.learning.people import service
from lms.learning.people.views import blueprint

MODULE = web.Module(
    name="people",
    own_data=service.own_data,
    blueprint=blueprint,
    navigation=(
        web.NavigationItem("people.index", N_("People"), "people", web.roles("admin")),
        web.NavigationItem("people.profile", N_("Profile"), "person", web.SIGNED_IN),
    ),
)
