"""The form in which somebody changes their own details."""

from typing import Any

from marketplace.people import Details
from web.forms.reading import Form, is_ticked, read_line


def read_details(form: Form) -> Details:
    """What was typed; `marketplace.people` says whether it can be taken."""
    return Details(
        first_name=read_line(form, "first_name"),
        last_name=read_line(form, "last_name"),
        telephone=read_line(form, "telephone"),
        share_telephone=is_ticked(form, "share_telephone"),
        share_email=is_ticked(form, "share_email"),
    )


def write_details(person: Any) -> Details:
    """What we know of somebody, as the form would have had it."""
    return Details(
        first_name=person.first_name,
        last_name=person.last_name,
        telephone=person.telephone or "",
        share_telephone=person.share_telephone,
        share_email=person.share_email,
    )
