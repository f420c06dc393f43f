"""Every page of the site, and every state that matters: accessible and within the screen, on a telephone and a desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from litestar.routes import HTTPRoute
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from app import create_app
from tests.journeys import (
    pages_of_buddies,
    pages_of_clubs,
    pages_of_rides,
    pages_of_series,
    pages_of_talk,
    pages_of_together,
    pages_of_young,
)
from tests.journeys.world import World
from tests.support import proof
from tests.support.browser import AXE, DESK, NARROWEST_PX, TELEPHONE, Console, axe, new_context
from tests.support.clock import NOW
from tests.support.site import SignIn, site_settings

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]

ANYBODY: Final = "anybody"
# Looking at a desk and in the dark takes twice as long again: one page in nine, and in `make proof` all of them.
AT_DESK_EACH: Final = proof.count(9, 1)
# So many tests share the looking, so that several processes can.
PARTS: Final = 4
# Route → who looks at which address. Names in braces are those of the world; several states are several lines.
PAGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/": ((ANYBODY, "/"), ("carla", "/")),
    "/antwoord/{token}": tuple(
        (ANYBODY, f"/antwoord/{{{name}_token}}")
        for name in ("asked", "waiting", "declined", "unwanted", "over", "late", "agreed_proposal")
    ),
    "/antwoord/{token}/afzeggen": ((ANYBODY, "/antwoord/{agreed_proposal_token}/afzeggen"),),
    "/antwoord/{token}/datum": ((ANYBODY, "/antwoord/{confirmed_proposal_token}/datum"),),
    "/antwoord/{token}/gelukt": ((ANYBODY, "/antwoord/{confirmed_proposal_token}/gelukt"),),
    "/antwoord/{token}/hoe-was-het": ((ANYBODY, "/antwoord/{confirmed_proposal_token}/hoe-was-het"),),
    "/cijfers": (("carla", "/cijfers"), ("lotte", "/cijfers?van=2025-01-01&tot=2025-02-01")),
    "/helpen": ((ANYBODY, "/helpen"), ("piet", "/helpen"), ("nel", "/helpen")),
    "/helpen/pauze": (("piet", "/helpen/pauze"),),
    "/helpen/stoppen": (("piet", "/helpen/stoppen"),),
    "/helpen/welkom": (("piet", "/helpen/welkom"), ("piet", "/helpen/welkom?terug=/hulpvragen")),
    "/hoe-was-het/{token}": ((ANYBODY, "/hoe-was-het/{how_link}"),),
    "/hulp-vragen": ((ANYBODY, "/hulp-vragen"), (ANYBODY, "/hulp-vragen?vrijwilliger={offer}")),
    "/hulp-vragen/kijk-in-uw-mail": ((ANYBODY, "/hulp-vragen/kijk-in-uw-mail"),),
    "/hulp-vragen/klopt-dit": (("nel", "/hulp-vragen/klopt-dit"),),  # with everything filled in: see the walk below
    "/hulp-vragen/{name}": (("nel", "/hulp-vragen/soort"),),
    "/hulpvragen": (
        (ANYBODY, "/hulpvragen"),
        ("piet", "/hulpvragen?pagina=2"),
        (ANYBODY, "/hulpvragen?gebied=vervoer&postcode=4901+AB&afstand=2&dag=7"),
    ),
    "/hulpvragen/{request_id}": (
        (ANYBODY, "/hulpvragen/{asked_request}"),
        (ANYBODY, "/hulpvragen/{done_request}"),
        ("piet", "/hulpvragen/{asked_request}"),
        ("sanne", "/hulpvragen/{club}"),
        ("carla", "/hulpvragen/{ride}"),
    ),
    "/inloggen": ((ANYBODY, "/inloggen"), (ANYBODY, "/mijn")),
    "/inloggen/code": (("carla", "/inloggen/code"),),
    "/inloggen/noodcode": (("carla", "/inloggen/noodcode"),),
    "/inloggen/{token}": ((ANYBODY, "/inloggen/{link}"),),
    "/kijk-in-uw-mail": ((ANYBODY, "/kijk-in-uw-mail"),),
    "/koppelingen/{match_id}": tuple(
        (who, f"/koppelingen/{{{name}}}")
        for name in ("agreed", "confirmed", "done", "cancelled", "objected")
        for who in ("bep" if name == "objected" else "riet", "piet")
    ),
    "/koppelingen/{match_id}/afzeggen": (("riet", "/koppelingen/{confirmed}/afzeggen"),),
    "/koppelingen/{match_id}/datum": (("riet", "/koppelingen/{confirmed}/datum"),),
    "/koppelingen/{match_id}/gelukt": (("riet", "/koppelingen/{confirmed}/gelukt"),),
    "/koppelingen/{match_id}/hoe-was-het": (
        ("piet", "/koppelingen/{done}/hoe-was-het"),
        ("carla", "/koppelingen/{done}/hoe-was-het?van=hulpvrager"),
    ),
    "/koppelingen/{match_id}/liever-niet": (("riet", "/koppelingen/{agreed}/liever-niet"),),
    "/mijn": (("riet", "/mijn"), ("piet", "/mijn"), ("nel", "/mijn")),
    "/mijn/agenda": (("riet", "/mijn/agenda"),),
    "/mijn/helpen": (("piet", "/mijn/helpen"), ("nel", "/mijn/helpen")),
    "/mijn/vragen/{request_id}/overdracht": (
        ("riet", "/mijn/vragen/{asked_over}/overdracht"),
        ("riet", "/mijn/vragen/{sent_over}/overdracht"),
    ),
    "/overdracht/{token}": (
        (ANYBODY, "/overdracht/{handed_over}"),
        (ANYBODY, "/overdracht/{handed_taken}"),
        (ANYBODY, "/overdracht/{handed_back}"),
    ),
    "/werk/vrijwilligers": (("carla", "/werk/vrijwilligers"),),
    "/werk/vrijwilligers/{offer_id}": (("carla", "/werk/vrijwilligers/{offer}"),),
    "/werk/teksten": (("marieke", "/werk/teksten"), ("carla", "/werk/teksten")),
    "/werk/teksten/{code}": (("marieke", "/werk/teksten/oproep"), ("marieke", "/werk/teksten/nieuw")),
    "/werk/{request_id}/teksten": (("carla", "/werk/{case}/teksten"),),
    "/werk/{request_id}/poster": (("carla", "/werk/{case}/poster"), ("carla", "/werk/{withdrawn}/poster")),
    "/werk/{request_id}/overdragen": (
        ("els", "/werk/{case}/overdragen"),
        ("els", "/werk/{asked_over}/overdragen"),
        ("els", "/werk/{sent_over}/overdragen"),
    ),
    "/mijn/zorgen": (("piet", "/mijn/zorgen"), ("piet", "/mijn/zorgen?over={confirmed}"), ("nel", "/mijn/zorgen")),
    "/mijn/zorgen/doorgegeven": (("piet", "/mijn/zorgen/doorgegeven"),),
    "/mijn/gegevens": (("riet", "/mijn/gegevens"),),
    "/mijn/privacy": (("riet", "/mijn/privacy"), ("nel", "/mijn/privacy")),
    "/mijn/privacy/toestemming": (("riet", "/mijn/privacy/toestemming"),),
    "/mijn/privacy/toestemming/{kind}": (("riet", "/mijn/privacy/toestemming/terms"),),
    "/mijn/privacy/verwijderen": (("riet", "/mijn/privacy/verwijderen"),),
    "/mijn/inloggen": (("riet", "/mijn/inloggen"), ("carla", "/mijn/inloggen")),
    "/mijn/inloggen/adres": (("riet", "/mijn/inloggen/adres"),),
    "/mijn/inloggen/bevestigen": (("riet", "/mijn/inloggen/bevestigen"),),
    "/mijn/inloggen/tweede-stap": (("carla", "/mijn/inloggen/tweede-stap"),),
    "/mijn/inloggen/wachtwoord": (("riet", "/mijn/inloggen/wachtwoord"),),
    "/mijn/vragen/{request_id}": tuple(
        ("riet", f"/mijn/vragen/{{{name}}}")
        for name in ("case", "chosen", "ride", "agreed_request", "done_request", "withdrawn")
    ),
    "/mijn/vragen/{request_id}/geplaatst": (("riet", "/mijn/vragen/{case}/geplaatst"),),
    "/mijn/vragen/{request_id}/intrekken": (("riet", "/mijn/vragen/{case}/intrekken"),),
    "/mijn/vragen/{request_id}/namens": (
        ("riet", "/mijn/vragen/{represented}/namens"),
        ("els", "/mijn/vragen/{represented}/namens"),
    ),
    "/nieuw-adres/{token}": ((ANYBODY, "/nieuw-adres/{address_link}"),),
    "/postbus": ((ANYBODY, "/postbus"),),
    "/postbus/{key}": ((ANYBODY, "/postbus/{mail}"),),
    "/privacy": ((ANYBODY, "/privacy"),),
    "/privacy/verwijderd": ((ANYBODY, "/privacy/verwijderd"),),
    "/voorstellen/{proposal_id}": (("piet", "/voorstellen/{ride_asked}"), ("piet", "/voorstellen/{late}")),
    "/vrijwilligers": ((ANYBODY, "/vrijwilligers"), (ANYBODY, "/vrijwilligers?gebied=verenigingen")),
    "/vrijwilligers/{offer_id}": (
        (ANYBODY, "/vrijwilligers/{offer}"),
        ("riet", "/vrijwilligers/{offer}"),
        ("piet", "/vrijwilligers/{offer}"),
    ),
    "/vrijwilligers/{offer_id}/gevraagd": (("riet", "/vrijwilligers/{offer}/gevraagd?hulpvraag={ride}"),),
    "/werk": (("carla", "/werk"), ("els", "/werk"), ("carla", "/werk?lijst=open"), ("carla", "/werk?lijst=vandaag")),
    "/werk/{request_id}": (
        ("carla", "/werk/{case}"),
        ("els", "/werk/{case}?zoek=Piet"),
        ("carla", "/werk/{confirmed_request}"),
        ("carla", "/werk/{withdrawn}"),
        ("carla", "/werk/{represented}"),
    ),
    "/werk/nieuwe-vraag": (("carla", "/werk/nieuwe-vraag"),),
    "/werk/taak/{kind}/{about_id}": (
        ("carla", "/werk/taak/bezwaren/{objected}"),
        ("els", "/werk/taak/bezwaren/{objected}"),
    ),
    "/werk/signalen": (("hanneke", "/werk/signalen"),),
    "/werk/signalen/{concern_id}": (
        ("hanneke", "/werk/signalen/{concern}"),
        ("hanneke", "/werk/signalen/{closed_concern}"),
    ),
    "/werk/bellen": (("carla", "/werk/bellen"),),
    "/werk/bellen/{message_id}": (("carla", "/werk/bellen/{call}"), ("carla", "/werk/bellen/{how_call}")),
    "/werk/post": (("carla", "/werk/post"),),
    "/werk/personen/{person_id}/dubbel": (("carla", "/werk/personen/{tine}/dubbel"),),
    "/werk/team": (("carla", "/werk/team"), ("trudy", "/werk/team")),
    "/werk/personen/{person_id}/verwijderen": (("carla", "/werk/personen/{tine}/verwijderen"),),
    "/werk/mails-niet-bezorgd": (("carla", "/werk/mails-niet-bezorgd"),),
    "/werk/{request_id}/waarom": (("carla", "/werk/{case}/waarom"),),
    "/werk/{request_id}/koppelen/{offer_id}": (("carla", "/werk/{case}/koppelen/{far_offer}"),),
    "/werk/{request_id}/koppelingen/{match_id}": (("carla", "/werk/{confirmed_request}/koppelingen/{confirmed}"),),
    **pages_of_buddies.PAGES,
    **pages_of_rides.PAGES,
    **pages_of_clubs.PAGES,
    **pages_of_series.PAGES,
    **pages_of_talk.PAGES,
    **pages_of_together.PAGES,
    **pages_of_young.PAGES,
}
# What answers with something else than a page.
NO_PAGES: Final = frozenset(
    {
        "/agenda/{token}/afspraken.ics",
        "/antwoord/{token}/afspraak.ics",
        "/healthz",
        "/koppelingen/{match_id}/afspraak.ics",
        "/mijn/privacy/export",
        "/readyz",
        "/static/{file_path}",
        *pages_of_rides.NO_PAGES,
        *pages_of_clubs.NO_PAGES,
    }
)


WHERE: Final = {"postcode": "4901 AB", "house_number": "12", "street": "Heuvel"}
WHO: Final = {"first_name": "Riet", "last_name": "de Wit", "email": "riet@example.org", "telephone": "06 12345678"}


@dataclass(frozen=True)
class State:
    """What comes of pressing a button, or of an address that is refused; with the status that it answers."""

    who: str
    address: str
    status: int
    button: str = ""
    unfold: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


STATES: Final = (
    State(ANYBODY, "/dit-is-er-niet", 404),
    State("riet", "/werk", 403),
    State(ANYBODY, "/antwoord/onzin", 404),
    State(ANYBODY, "/inloggen/{used_link}", 410),
    State(ANYBODY, "/inloggen/onzin", 410),
    State(ANYBODY, "/inloggen", 400, "Stuur mij een link", fields={"email": "jan"}),
    State(ANYBODY, "/inloggen", 400, "Log in met mijn wachtwoord", fields={"address": "jan"}),
    State(ANYBODY, "/nieuw-adres/onzin", 410),
    State("riet", "/mijn/inloggen/wachtwoord", 400, "Bewaar mijn wachtwoord", fields={"password": "kort"}),
    State("riet", "/mijn/inloggen/adres", 400, "Stuur een mail naar mijn nieuwe adres", fields={"email": "riet"}),
    State(ANYBODY, "/hulp-vragen", 400, "Ga verder"),
    State(ANYBODY, "/helpen", 400, "Doe mee"),
    State(ANYBODY, "/hulpvragen", 400, "Zoek", "Zoek op wijk", fields={"postcode": "49"}),
    State("piet", "/helpen", 400, "Bewaar mijn aanbod", fields={"capacity": "0", "postcode": ""}),
    State("piet", "/helpen/pauze", 400, "Neem pauze tot deze dag", fields={"pause_until": ""}),
    State("riet", "/mijn/gegevens", 400, "Bewaar mijn gegevens", fields={"first_name": "", "telephone": "12"}),
    State("riet", "/vrijwilligers/{offer}", 400, "Vraag Piet"),
    State(
        ANYBODY, "/antwoord/{asked_token}", 400, "Neem pauze tot deze dag", "Pauze tot …", fields={"pause_until": ""}
    ),
    State(ANYBODY, "/antwoord/{full_token}", 409, "Ja, graag"),
    State("sanne", "/hulpvragen/{asked_request}", 409, "Ik help"),
    State("carla", "/werk/vrijwilligers/{offer}", 400, "Bewaar dat ik dit zag"),
    State("marieke", "/werk/teksten/nieuw", 400, "Bewaar deze tekst"),
    State("els", "/werk/{case}/overdragen", 400, "Draag over"),
    State("piet", "/mijn/zorgen", 400, "Geef mijn zorg door"),
    State("hanneke", "/werk/signalen/{concern}", 400, "Bewaar deze stap"),
    State("hanneke", "/werk/signalen/{concern}", 400, "Rond dit signaal af"),
    State("carla", "/werk/signalen", 403),
    State("carla", "/werk/bellen/{how_call}", 400, "Bewaar dit"),
    State("carla", "/cijfers?van=2026-03-01&tot=2026-01-01", 400),
    State("carla", "/werk/{case}", 400, "Notitie bewaren", "Notitie schrijven"),
    State("carla", "/werk/{case}", 400, "Contact bewaren", "Contact opschrijven"),
    State("carla", "/werk/{case}", 400, "Vraag verruimen", "Verruimen", fields={"widen_extra_days": "0"}),
    State("carla", "/werk/{case}", 400, "Zoektocht sluiten", "Sluiten met reden"),
    State("carla", "/werk/{case}/koppelen/{far_offer}", 400, "Koppel Dora"),
    *(State(who, address, 400, button, unfold, typed) for who, address, button, unfold, typed in pages_of_rides.STATES),
    *(State(*one) for one in pages_of_series.STATES),
    *(State(*one) for one in pages_of_clubs.STATES),
    *(State(*one) for one in pages_of_talk.STATES),
    *(State(*one) for one in pages_of_buddies.STATES),
    *(State(who, there, 400, button, unfold, typed) for who, there, button, unfold, typed in pages_of_together.STATES),
    *(State(*one) for one in pages_of_young.STATES),
    State("carla", "/werk/{confirmed_request}/koppelingen/{confirmed}", 400, "Haal Piet van deze zaak"),
)


class Looker:
    """Looks at pages as each of the people of the world, and keeps what is wrong with them."""

    def __init__(self, browser: Browser, world: World, live: str, sign_in: SignIn) -> None:
        self._browser, self._world, self._live, self._sign_in = browser, world, live, sign_in
        self._tabs: dict[str, tuple[Tab, Console]] = {}
        self.wrong: list[str] = []
        self.seen = 0

    def tab(self, who: str) -> Tab:
        """The tab of one of them."""
        if who not in self._tabs:
            tab = new_context(self._browser, viewport=TELEPHONE).new_page()
            # Once for every page to come: sending it takes longer than most pages.
            tab.add_init_script(path=AXE)
            tab.set_default_timeout(15_000)
            if who != ANYBODY:
                self._sign_in(tab, self._world.people[who])
            self._tabs[who] = tab, Console(tab)
        return self._tabs[who][0]

    def go(self, who: str, address: str) -> int:
        """Open an address, and say what it answered."""
        response = self.tab(who).goto(self._live + self._world.address(address))
        assert response is not None
        return response.status

    def press(self, who: str, button: str) -> int:
        """Press a button, and say what the page after it answered."""
        tab = self.tab(who)
        with tab.expect_navigation() as navigation:
            tab.get_by_role("button", name=button, exact=True).click()
        return navigation.value.status

    def look(self, who: str, what: str, *, status: int, expected: int = 200, at_desk: bool = False) -> None:
        """Whether the page as it stands is one we would show, on a telephone and perhaps at a desk."""
        tab, console = self._tabs[who]
        found = [] if status == expected else [f"answered {status}, not {expected}"]
        if tab.locator("h1").count() != 1:
            found.append(f"has {tab.locator('h1').count()} <h1>")
        if expected >= 400 and status == expected:
            console.expect_errors(containing=str(expected))
        found += console.errors
        console.errors.clear()
        found += self._accessible(tab, TELEPHONE["width"])
        found += self._wide(tab)
        if at_desk:
            tab.set_viewport_size(DESK)
            found += self._accessible(tab, DESK["width"])
            found += self._readable_at_night(tab)
        tab.set_viewport_size(TELEPHONE)
        self.seen += 1
        self.wrong += [f"{what} as {who}: {one}" for one in found]

    def close(self) -> None:
        for tab, _ in self._tabs.values():
            tab.context.close()

    @staticmethod
    def _accessible(tab: Tab, width: int) -> Iterator[str]:
        for violation in axe(tab):
            yield f"at {width} px {violation['id']}: {violation['help']}: " + "; ".join(
                node["html"][:160] for node in violation["nodes"][:3]
            )

    @staticmethod
    def _readable_at_night(tab: Tab) -> Iterator[str]:
        """What is too faint where the device asks for dark; axe is in the page already."""
        tab.emulate_media(color_scheme="dark")
        run = (
            "axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations']}).then(all => all.violations)"
        )
        for violation in tab.evaluate(run):
            yield f"in the dark {violation['id']}: " + "; ".join(
                f"{node['html'][:120]} {node['any'][0]['message'][:120]}" for node in violation["nodes"][:3]
            )
        tab.emulate_media(color_scheme="light")

    @staticmethod
    def _wide(tab: Tab) -> Iterator[str]:
        tab.set_viewport_size({"width": NARROWEST_PX, "height": TELEPHONE["height"]})
        total = tab.evaluate("document.documentElement.scrollWidth")
        if total > NARROWEST_PX:
            yield f"is {total} px wide on a screen of {NARROWEST_PX} px"


@pytest.fixture
def looker(sessions, live, settings, browser, sign_in) -> Iterator[Looker]:
    looker = Looker(browser, World(sessions, settings), live, sign_in)
    yield looker
    looker.close()


def test_every_page_is_in_the_table(tmp_path: Path):
    """A page that nobody looks at is found here: give it an address and somebody who may see it."""
    site = create_app(site_settings(f"sqlite:///{tmp_path}/none.db", tmp_path), clock=lambda: NOW)
    paths = {
        "/" + "/".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in route.path_components)
        for route in site.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    }
    assert paths - NO_PAGES == set(PAGES)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_can_be_seen_by_everybody(looker: Looker, part: int):
    """No rule of WCAG 2.2 AA broken, on a telephone or at a desk; nothing scrolls sideways; nothing in the console."""
    looker.go(ANYBODY, "/inloggen")
    looker.tab(ANYBODY).locator("#email").fill("riet@voorbeeld.nl")
    looker.press(ANYBODY, "Stuur mij een link")
    looker._world.places["mail"] = first_mail(looker)
    looks = [look for lines in PAGES.values() for look in lines][part::PARTS]
    for who, address in looks:
        at_desk = looker.seen % AT_DESK_EACH == 0
        looker.look(who, address, status=looker.go(who, address), at_desk=at_desk)
    assert not looker.wrong, "\n".join(looker.wrong)
    assert looker.seen == len(looks) > 0


@pytest.mark.parametrize("part", range(PARTS))
def test_every_refusal_can_be_seen_by_everybody(looker: Looker, part: int):
    """What comes back after a mistake, and what is refused, is a page like any other."""
    for state in STATES[part::PARTS]:
        status = looker.go(state.who, state.address)
        tab = looker.tab(state.who)
        if state.unfold:
            tab.locator("summary", has_text=state.unfold).click()
        for name, value in state.fields.items():
            tab.locator(f"[name='{name}']").fill(value)
        if state.button:
            status = looker.press(state.who, state.button)
        looker.look(state.who, f"{state.button} on {state.address}", status=status, expected=state.status)
    assert not looker.wrong, "\n".join(looker.wrong)


def test_every_question_can_be_seen_by_everybody(looker: Looker):
    """Asking, question by question: each as it stands, and each with a mistake in it."""
    tab = looker.tab(ANYBODY)
    looker.go(ANYBODY, "/hulp-vragen")
    tab.locator("#text").fill("Mijn heg moet nodig geknipt")
    looker.look(ANYBODY, "kinds", status=looker.press(ANYBODY, "Ga verder"))
    looker.look(ANYBODY, "every kind", status=looker.go(ANYBODY, "/hulp-vragen/soort?keuze=alle"))
    status = looker.press(ANYBODY, "Heg knippen en snoeien")
    for fields in (WHERE, {}, WHO):
        looker.look(ANYBODY, tab.locator("h1").inner_text(), status=status)
        looker.look(ANYBODY, "nothing filled in", status=looker.press(ANYBODY, "Ga verder"), expected=400)
        for name, value in fields.items():
            tab.locator(f"[name='{name}']").fill(value)
        if not fields:
            tab.locator("label[for='when-2-morning']").click()
        status = looker.press(ANYBODY, "Ga verder")
    looker.look(ANYBODY, "Klopt dit?", status=status)
    for way in ("datum", "maakt-niet-uit"):
        looker.look(ANYBODY, way, status=looker.go(ANYBODY, f"/hulp-vragen/wanneer?keuze={way}"))
    looker.go(ANYBODY, "/hulp-vragen/klopt-dit")
    looker.look(ANYBODY, "Kijk in uw mail", status=looker.press(ANYBODY, "Vraag plaatsen"))
    assert not looker.wrong, "\n".join(looker.wrong)


def first_mail(looker: Looker) -> str:
    """The key of a mail in the postbox, once the site has put one there."""
    tab = looker.tab(ANYBODY)
    for _ in range(100):
        looker.go(ANYBODY, "/postbus")
        found = tab.locator("main a[href^='/postbus/']").first
        if found.count():
            return str(found.get_attribute("href")).rsplit("/", 1)[1]
    raise AssertionError("no mail came into the postbox")
