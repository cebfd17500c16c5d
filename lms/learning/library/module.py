"""What the library offers to the house."""

from lms.base.web.api import Module
from lms.learning.library.views import blueprint

MODULE = Module(name="library", blueprint=blueprint)
