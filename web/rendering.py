"""Drawing pages: one template and one frozen page object in, a response out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.response import Redirect
from litestar.template.base import csrf_token

from web.cookies import Cookies, Flash, FlashKind, safe_path

# A request as handlers take it; not a hulpvraag, which is a HelpRequest.
HttpRequest: TypeAlias = Request[Any, Any, Any]
TEMPLATES: Final = Path(__file__).parent / "templates"
# What one may choose in the footer; nothing chosen follows the device.
THEMES: Final[Mapping[str, str]] = {"licht": "Licht", "donker": "Donker", "": "Zoals mijn apparaat"}


@dataclass(frozen=True)
class Site:
    """What every page says about where one is."""

    name: str
    municipality: str
    municipality_id: UUID
    organisation: str
    telephone: str
    is_demo: bool
    privacy_url: str
    base_url: str


@dataclass(frozen=True)
class Looks:
    """Light, dark, or as the device has it; and the page that the choice in the footer goes back to."""

    theme: str
    # Empty where a form came back: choosing there would throw away what was typed.
    back: str

    @property
    def options(self) -> tuple[tuple[str, str, bool], ...]:
        """The choices, as (value, words, whether it is so now)."""
        return tuple((value, words, value == self.theme) for value, words in THEMES.items())


@cache
def make_environment() -> Environment:
    """Templates as we use them: escaped, strict about what is missing, Dutch passing through ``_`` unchanged.

    One for the whole process: a template is compiled once, and what a page says comes with each drawing of it.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",), default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    return environment


class Renderer:
    """Turns templates into text. One for the whole site; safe to share between threads."""

    def __init__(self, site: Site, cookies: Cookies) -> None:
        self.site, self.cookies = site, cookies
        self._environment = make_environment()

    def text(self, template: str, context: Mapping[str, Any]) -> str:
        """A template that is no page, such as a mail."""
        return self._environment.get_template(template).render({"site": self.site, "lang": "nl", **context})

    def page(
        self, template: str, page: object, *, request: HttpRequest, status: int, headers: Mapping[str, str]
    ) -> Response[str]:
        """A whole page, with who is signed in and what the page before left to say."""
        flash = self.cookies.read_flash(request.cookies.get(self.cookies.flash))
        context = {
            "page": page,
            "actor": request.scope.get("user"),
            "flash": flash,
            "path": request.scope["path"],
            "looks": looks_of(request, self.cookies, is_whole=status < 400),
            "csrf_token": lambda: csrf_token({"request": request}),
        }
        if hasattr(page, "title"):
            context["title"] = page.title
        cookies = [self.cookies.clear(self.cookies.flash)] if flash else []
        text = self.text(template, context)
        return Response(text, media_type=MediaType.HTML, status_code=status, headers=dict(headers), cookies=cookies)


def looks_of(request: HttpRequest, cookies: Cookies, *, is_whole: bool) -> Looks:
    """What this browser chose. A theme that does not exist is none."""
    chosen = request.cookies.get(cookies.looks, "")
    query = request.scope["query_string"].decode("latin-1")
    here = safe_path(request.scope["path"] + (f"?{query}" if query else ""))
    can_come_back = request.method == "GET" and is_whole
    return Looks(chosen if chosen in THEMES else "", (here or "/") if can_come_back else "")


def renderer_of(request: HttpRequest) -> Renderer:
    """The site's renderer."""
    found = request.app.state.renderer
    assert isinstance(found, Renderer)
    return found


def render(
    template: str,
    page: object,
    *,
    request: HttpRequest,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Draw a page. The template gets ``page``, and ``title`` where the page object has one."""
    return renderer_of(request).page(template, page, request=request, status=status, headers=headers or {})


def redirect(path: str, *, request: HttpRequest, flash: str = "", kind: FlashKind = "done") -> Redirect:
    """Go to another page of the site after something was done (303), perhaps with a sentence to show there."""
    if safe_path(path) is None:
        raise ValueError("redirect: a path on this site begins with one /")
    cookies = [renderer_of(request).cookies.make_flash(Flash(kind, flash))] if flash else []
    return Redirect(path, status_code=303, cookies=cookies)
