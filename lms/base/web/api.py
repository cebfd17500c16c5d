"""The names that views use: `from lms.base.web import api as web`."""

from flask import Response, flash, jsonify, send_file
from flask_babel import gettext, ngettext

from lms.base.web.errors import STATUS
from lms.base.web.forms import FieldProblem, entered, entered_all, read_all, read_form, read_query
from lms.base.web.identity import ANYONE, ROLES, SIGNED_IN, Identity, Policy, SignedIn, me, roles, visitor
from lms.base.web.module import Module, NavigationItem, Subscription, Unfinished
from lms.base.web.pages import (
    collect_own_data,
    collect_unfinished,
    here,
    link,
    own_path,
    redirect,
    redirect_to,
    render,
    settings,
    tell,
)
from lms.base.web.routing import TooLarge, ask, blueprint, get, policies, post, probe, program
from lms.base.web.security import is_local

__all__ = [
    "ANYONE", "ROLES", "SIGNED_IN", "STATUS", "FieldProblem", "Identity", "Module", "NavigationItem", "Policy", "Response",
    "SignedIn", "Subscription", "TooLarge", "Unfinished", "ask", "blueprint", "collect_own_data", "collect_unfinished", "entered", "entered_all", "flash", "get", "gettext", "here", "is_local", "jsonify", "link", "me", "ngettext", "own_path", "policies", "post", "probe", "program",
    "read_all", "read_form", "read_query", "redirect", "redirect_to", "render", "roles", "send_file", "settings", "tell", "visitor",
]  # fmt: skip
