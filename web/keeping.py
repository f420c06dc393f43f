"""What a browser is given when somebody signs in or proves who they are, and what it says of itself."""

from datetime import datetime
from typing import Any

from litestar import Response

from marketplace.signing import SignedIn
from web.cookies import Cookies
from web.labels.devices import device_of
from web.rendering import HttpRequest


def keep_sign_in(response: Response[Any], signed_in: SignedIn, *, jar: Cookies, now: datetime) -> None:
    """Put the token where only this site can read it, for as long as the sign-in may last."""
    lifetime_s = int((signed_in.expires_at - now).total_seconds())
    response.set_cookie(jar.make(jar.sign_in, signed_in.token, max_age_s=lifetime_s))


def device(request: HttpRequest) -> str:
    """What the owner calls this browser."""
    return device_of(request.headers.get("User-Agent", ""))


def client(request: HttpRequest) -> str:
    """The address of the network that a request comes from: of who connects to us, whatever a header says."""
    return request.client.host if request.client else ""
