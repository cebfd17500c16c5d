"""The application as a plain WSGI callable, for servers other than the one of `lms run`: `gunicorn wsgi:application`."""

from lms.app import web_application

application = web_application()
