"""The cookies of the site. With https their names bind them to this host alone."""

from dataclasses import dataclass
from typing import Final, Literal

from itsdangerous import BadSignature, URLSafeTimedSerializer
from litestar.datastructures import Cookie

FLASH_SECONDS: Final = 120
RETURN_SECONDS: Final = 15 * 60

# What somebody chose for this browser: kept for a year, and known to nobody else.
CHOICE_SECONDS: Final = 365 * 24 * 60 * 60

FlashKind = Literal["info", "done", "error"]


@dataclass(frozen=True)
class Flash:
    """A sentence for the next page: what just happened."""

    kind: FlashKind
    text: str


class Cookies:
    """Makes and reads our cookies. Nobody else writes a cookie's name."""

    def __init__(self, secret: str, *, is_https: bool) -> None:
        self._is_https = is_https
        self._flash = URLSafeTimedSerializer(secret, salt="flash")
        self._return = URLSafeTimedSerializer(secret, salt="return")
        self.sign_in = self.name("signin")
        self.flash = self.name("flash")
        self.return_to = self.name("return")
        self.csrf = self.name("csrf")
        self.looks = self.name("looks")
        self.nearby = self.name("nearby")

    def name(self, plain: str) -> str:
        """With https, browsers refuse a ``__Host-`` cookie that another host or an insecure page tries to set."""
        return f"__Host-{plain}" if self._is_https else f"meer-{plain}"

    def make(self, name: str, value: str, *, max_age_s: int) -> Cookie:
        """A cookie that scripts cannot read."""
        return Cookie(
            key=name, value=value, max_age=max_age_s, path="/", secure=self._is_https, httponly=True, samesite="lax"
        )

    def keep_choice(self, name: str, value: str) -> Cookie:
        """Remember what somebody chose in this browser; nothing chosen takes the cookie away."""
        return self.make(name, value, max_age_s=CHOICE_SECONDS if value else 0)

    def clear(self, name: str) -> Cookie:
        """Take a cookie away."""
        return self.make(name, "", max_age_s=0)

    def make_flash(self, flash: Flash) -> Cookie:
        """Carry a sentence to the next page."""
        return self.make(self.flash, str(self._flash.dumps([flash.kind, flash.text])), max_age_s=FLASH_SECONDS)

    def read_flash(self, value: str | None) -> Flash | None:
        """The sentence that the page before left, if we wrote it and lately."""
        try:
            kind, text = self._flash.loads(value or "", max_age=FLASH_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        return Flash(kind, text)

    def make_return(self, path: str) -> Cookie:
        """Remember, in this browser only, where somebody was going when they had to sign in."""
        return self.make(self.return_to, str(self._return.dumps(path)), max_age_s=RETURN_SECONDS)

    def read_return(self, value: str | None) -> str | None:
        """Where somebody was going."""
        try:
            return safe_path(self._return.loads(value or "", max_age=RETURN_SECONDS))
        except (BadSignature, ValueError, TypeError):
            return None


def safe_path(path: object) -> str | None:
    """A path on this site; None for anything that could lead elsewhere."""
    if not isinstance(path, str) or not path.startswith("/") or len(path) > 500:
        return None
    if path.startswith("//") or "\\" in path or any(ord(character) < 33 for character in path):
        return None
    return path
