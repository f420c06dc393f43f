"""What somebody chooses for their own browser alone: light or dark, and which postcode "nearby" counts from."""

from typing import Any

from litestar import Controller, Response, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from web.cookies import Cookies, safe_path
from web.dependencies import Given
from web.forms.reading import read_line
from web.rendering import THEMES, HttpRequest, redirect


class LooksController(Controller):
    """Open to everybody; changes nothing but a cookie."""

    @post("/weergave", sync_to_thread=False)
    def choose(
        self, request: HttpRequest, data: URLEncodedBody[dict[str, Any]], jar: Given[Cookies]
    ) -> Redirect | Response[str]:
        """Light, dark, or as the device has it; and back to the page where it was chosen."""
        chosen = read_line(data, "kleuren")
        response = redirect(safe_path(read_line(data, "terug")) or "/", request=request)
        response.cookies.append(jar.keep_choice(jar.looks, chosen if chosen in THEMES else ""))
        return response
