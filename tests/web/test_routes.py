"""Every way into the site has a guard, or stands on this short list with the reason why it needs none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app import create_app
from tests.support.clock import NOW
from tests.support.site import site_settings

# Path patterns by what makes them safe. Who adds one says under which heading it falls.
PUBLIC: Final = {
    "for everybody": {
        "/",
        "/dichtbij",
        "/healthz",
        "/helpen",
        "/helpen/jong",
        "/helpen/ouder",
        "/helpen/wacht",
        "/hulpvragen",
        "/hulpvragen/{request_id}",
        "/organisaties",
        "/organisaties/{organisation_id}",
        "/privacy",
        "/privacy/verwijderd",
        "/readyz",
        "/static/{file_path}",
        "/samen",
        "/samen/activiteiten/{activity_id}",
        "/samen/plekken/{place_id}",
        "/samen/tuindagen",
        "/samen/weekblad",
        "/vacatures/{vacancy_id}",
        "/vrijwilligers",
        "/vrijwilligers/{offer_id}",
        "/weergave",
    },
    "for other sites and search engines: the same for everybody, and nothing of any person": {
        "/api/organisaties/{organisation_id}/vacatures",
        "/api/vacatures",
        "/inbed/organisaties/{organisation_id}",
        "/inbed/vacatures",
        "/robots.txt",
        "/sitemap.xml",
    },
    "how one comes in, and goes": {
        "/inloggen",
        "/inloggen/wachtwoord",
        "/kijk-in-uw-mail",
        "/uitloggen",
    },
    "asking, before anybody is known: the draft is found by a cookie of this browser only": {
        "/hulp-vragen",
        "/hulp-vragen/{name}",
        "/hulp-vragen/klopt-dit",
        "/hulp-vragen/kijk-in-uw-mail",
        "/rit",
        "/rit/{name}",
        "/rit/klopt-dit",
        "/rit/kijk-in-uw-mail",
        "/maatje",
        "/maatje/kijk-in-uw-mail",
        "/mantelzorg",
        "/mantelzorg/{name}",
    },
    "something to do now: a known address gets a mail, and nothing is anybody's before it is confirmed": {
        "/nu",
        "/nu/kijk-op-uw-telefoon",
        "/nu/laat-het-mij-weten",
        "/nu/{request_id}",
        "/samen/activiteiten/{activity_id}/mee",
    },
    "made up, and only routed where mails stay on this machine": {
        "/postbus",
        "/postbus/inloggen",
        "/postbus/{key}",
    },
    "the signed token in the path is the key": {
        "/antwoord/{token}",
        "/agenda/{token}/afspraken.ics",
        "/antwoord/{token}/afspraak.ics",
        "/antwoord/{token}/afzeggen",
        "/antwoord/{token}/datum",
        "/antwoord/{token}/datum/akkoord",
        "/antwoord/{token}/gelukt",
        "/antwoord/{token}/hoe-was-het",
        "/hoe-was-het/{token}",
        "/maatje/vraag/{token}",
        "/inloggen/{token}",
        "/inloggen/{token}/nieuw",
        "/invallen/{token}",
        "/nieuw-adres/{token}",
        "/bewijs/{token}",
        "/ouder/{token}",
        "/uren/{token}",
        "/overdracht/{token}",
        "/rijden/{token}",
        "/uitnodiging/{token}",
        "/rijden/{token}/afloop",
        "/rijden/{token}/blad",
        "/rijden/{token}/ja",
        "/rijden/{token}/niet",
    },
}
OPEN: Final = frozenset(path for paths in PUBLIC.values() for path in paths)
SOME_ID: Final = UUID(int=1)


@pytest.fixture
def unused_site(tmp_path: Path) -> Litestar:
    """A site that is only looked at: its database is never opened."""
    return create_app(site_settings(f"sqlite:///{tmp_path}/none.db", tmp_path), clock=lambda: NOW)


def handlers(site: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Each method of each path, as (GET, /hulpvragen/{request_id}, its handler)."""
    for route in site.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is no HTTP route: say how it is guarded"
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield method, pattern(route), handler


def pattern(route: HTTPRoute) -> str:
    """The path with its parameters by name only."""
    parts: list[Any] = list(route.path_components)
    return "/" + "/".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in parts)


def test_every_route_is_guarded_or_on_the_short_list(unused_site):
    """A page that somebody forgot to guard is found here, not by a stranger."""
    bare = [f"{method} {path}" for method, path, handler in handlers(unused_site) if not handler.resolve_guards()]
    assert [route for route in bare if route.split()[1] not in OPEN] == []


def test_the_short_list_holds_no_path_that_is_gone_or_guarded(unused_site):
    """A path that stays on the list after it moved would let its successor in unseen."""
    bare = {path for _, path, handler in handlers(unused_site) if not handler.resolve_guards()}
    assert OPEN - bare == set()


@pytest.mark.database("sqlite")
def test_whoever_is_not_signed_in_is_asked_to_at_every_guarded_route(site, page):
    """Not only is there a guard: it stops somebody whom nobody knows, before anything else is looked at."""
    page.get("/inloggen")
    for method, path, handler in handlers(site):
        if not handler.resolve_guards():
            continue
        address = "/".join(str(SOME_ID) if part.startswith("{") else part for part in path.split("/"))
        response = page.send(method, address)
        asked = response.status_code == 401 or response.headers.get("location", "").startswith("/inloggen")
        assert asked, f"{method} {path} answered {response.status_code} to somebody who is not signed in"
