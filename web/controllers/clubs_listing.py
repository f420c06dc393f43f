"""Open vacancies on other sites, and what search engines are told. The same for everybody: it may be kept a while."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from marketplace.models import Organisation
from marketplace.settings import Settings
from web.dependencies import Given, Visit
from web.middleware import let_others_frame
from web.pages import clubs_listing as pages
from web.rendering import renderer_of

KEPT: dict[str, str] = {"Cache-Control": "public, max-age=300"}


class ListingController(Controller):
    """Nothing here shows who is signed in, takes a form or sets a cookie."""

    opt = {"exclude_from_csrf": True}

    @get("/inbed/vacatures", sync_to_thread=True)
    def embed_all(self, visit: Given[Visit], settings: Given[Settings]) -> Response[str]:
        """What all organisations seek, on the sites that the settings name."""
        return _embed(visit, None, pages.origins_of(settings.embed_on))

    @get("/inbed/organisaties/{organisation_id:uuid}", sync_to_thread=True)
    def embed_one(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[str]:
        """What one organisation seeks, on its own site."""
        with visit.sessions.read() as session:
            organisation = pages.get_listed(session, organisation_id, visit.site.municipality_id)
        return _embed(visit, organisation, pages.origin_of(organisation.website))

    @get("/sitemap.xml", sync_to_thread=True)
    def sitemap(self, visit: Given[Visit]) -> Response[str]:
        """Pages for everybody."""
        with visit.sessions.read() as session:
            text = pages.sitemap(session, visit.site, now=visit.now)
        return Response(text, media_type="application/xml", headers=KEPT)

    @get("/robots.txt", sync_to_thread=False)
    def robots(self, visit: Given[Visit]) -> Response[str]:
        """What search engines leave alone."""
        return Response(pages.robots(visit.site), media_type=MediaType.TEXT, headers=KEPT)


def _embed(visit: Visit, organisation: Organisation | None, origins: str) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_embed(session, visit.site, organisation=organisation, now=visit.now)
    let_others_frame(visit.request.scope, origins)
    text = renderer_of(visit.request).text("clubs/embed.html", {"page": page})
    return Response(text, media_type=MediaType.HTML, headers=KEPT)
