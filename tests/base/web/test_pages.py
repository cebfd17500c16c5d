"""What templates are given: texts in the reader's language, with values that cannot become HTML."""

import pytest
from flask import render_template_string


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{{ _("Signed in as %(name)s", name="<b>") }}', "Signed in as &lt;b&gt;"),
        ('{{ gettext("Signed in as %(name)s", name="<b>") }}', "Signed in as &lt;b&gt;"),
        ("{% trans name='<b>' %}Signed in as {{ name }}{% endtrans %}", "Signed in as &lt;b&gt;"),
        ('{{ _("Sign in") }} {{ _("Sign in") ~ "<b>" }}', "Sign in Sign in&lt;b&gt;"),
        ('{{ _("100 %%") }}', "100 %"),
        ('{{ ngettext("%(num)d try", "%(num)d tries", 1) }}', "1 try"),
        ('{{ ngettext("%(num)d try by %(who)s", "%(num)d tries by %(who)s", 3, who="<b>") }}', "3 tries by &lt;b&gt;"),
        ("{{ 2|minutes }}", "2 minutes"),
    ],
)
def test_texts_are_ours_and_what_stands_in_them_is_escaped(gallery_app, source, said):
    with gallery_app.test_request_context("/"):
        assert render_template_string(source) == said
