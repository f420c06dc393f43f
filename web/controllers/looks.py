"""What somebody chooses for their own browser alone: light or dark, and which postcode "nearby" counts from."""

from litestar import Controller, post

from web.cookies import Cookies, safe_path
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_line
from web.rendering import THEMES


class LooksController(Controller):
    """Open to everybody; changes nothing but a cookie."""

    @post("/weergave", sync_to_thread=False)
    def choose(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Light, dark, or as the device has it; and back to the page where it was chosen."""
        chosen = read_line(data, "kleuren")
        response = visit.redirect(safe_path(read_line(data, "terug")) or "/")
        response.cookies.append(jar.keep_choice(jar.looks, chosen if chosen in THEMES else ""))
        return response
