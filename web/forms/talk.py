"""The form in which somebody says how they want to hear from us."""

from typing import Final

from marketplace.models import ContactBy, Digest
from marketplace.talk.wishing import Wishes
from web.forms.reading import Form, read_line, read_minute

CLOCKS: Final = ("quiet_from", "quiet_until")


def read_wishes(form: Form) -> tuple[Wishes, dict[str, str]]:
    """What was ticked, and what of it is no time of day or no choice."""
    problems = {
        name: "quiet_form" for name in CLOCKS if read_line(form, name) and read_minute(read_line(form, name)) is None
    }
    by, digest = read_line(form, "contact_by"), read_line(form, "digest")
    if by not in set(ContactBy):
        problems["contact_by"] = "contact_missing"
    wishes = Wishes(
        ContactBy(by) if by in set(ContactBy) else ContactBy.EMAIL,
        Digest(digest) if digest in set(Digest) else Digest.SINGLE,
        read_minute(read_line(form, "quiet_from")),
        read_minute(read_line(form, "quiet_until")),
    )
    return wishes, problems
