"""What operations offer to the house."""

from lms.base.web.module import Module
from lms.features.operations.views import blueprint

MODULE = Module("operations", blueprint=blueprint)
