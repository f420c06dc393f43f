"""Telephone numbers: which can be sent a text message. Pure."""

import re
from typing import Final

_MOBILE: Final = re.compile(r"(?:0|\+31|0031)6[0-9]{8}")
_BETWEEN: Final = re.compile(r"[\s.\-()]")


def is_mobile(telephone: str) -> bool:
    """Whether this is a Dutch mobile number, however it is written."""
    return _MOBILE.fullmatch(bare(telephone)) is not None


def bare(telephone: str) -> str:
    """``06 12345678`` → ``0612345678``."""
    return _BETWEEN.sub("", telephone)
