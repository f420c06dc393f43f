"""Reading passwords, codes and addresses out of forms."""

from typing import Any

from web.cookies import safe_path
from web.forms.reading import Form, read_line

LONGEST_SECRET = 1000  # more than any password, so that a page can say that it is too long


def read_secret(form: Form, name: str) -> str:
    """A password exactly as it was typed: a space at the end is part of it."""
    value: Any = form.get(name, "")
    return str(value[-1] if isinstance(value, list) and value else value or "")[:LONGEST_SECRET]


def read_code(form: Form, name: str) -> str:
    """A code as it may be copied: with spaces anywhere."""
    return "".join(read_line(form, name).split())[:40]


def read_back(form: Form) -> str:
    """Where somebody was going, on this site."""
    return safe_path(read_line(form, "terug")) or ""
