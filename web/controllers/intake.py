"""Taking in a request by telephone or at a desk: one screen, while somebody talks."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Controller, Response, get, post
from sqlmodel import Session

from marketplace import intake, posting
from marketplace.asks import BUDDIES
from marketplace.buddies.asking import NewTrajectory
from marketplace.buddies.asking import ask as ask_for_buddy
from marketplace.errors import InvalidInput, NotFound
from marketplace.geocoding import show_postcode
from marketplace.intake import Described, Found
from marketplace.models import ContactBy, HelpRequest, Person
from marketplace.queries import catalogue, market, people
from marketplace.queries import intake as known
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import intake as forms
from web.forms.reading import read_line
from web.guards import requires_desk
from web.pages.buddy_cases import STAFF
from web.pages.coordinating import HOME
from web.pages.intake import ADDRESS, make_page
from web.rendering import Site

_ALREADY: Final = "Deze vraag staat er al."
# Fields of the use case that this screen has under another name.
_FIELDS: Final = {"postcode": "address"}


class IntakeController(Controller):
    """For those who work on cases."""

    path = ADDRESS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def begin(self, visit: Given[Visit]) -> Response[str]:
        """An empty screen."""
        with visit.sessions.read() as session:
            page = make_page(market.read_skill_table(session), {})
        return visit.render("intake/intake.html", page)

    @post("/zoeken", sync_to_thread=True, status_code=200)
    def search(self, visit: Given[Visit], data: Typed) -> Response[str]:
        """Who may it be? Looking is logged; with JavaScript only the answer is drawn, while one types."""
        typed = forms.keep(data)
        with visit.sessions.begin() as session:
            found = _find(visit, session, typed)
            page = make_page(market.read_skill_table(session), typed, found=found, was_searched=True)
        is_part = visit.request.headers.get("HX-Request") == "true"
        return visit.render("intake/_found.html" if is_part else "intake/intake.html", page)

    @post("/", sync_to_thread=True)
    def take_in(self, visit: Given[Visit], data: Typed) -> Answer:
        """They agreed: the person is known, the consent logged and the request posted."""
        typed = forms.keep(data)
        with visit.sessions.begin() as session:
            before = intake.find_just_entered(session, typed["text"], actor=visit.actor, now=visit.now)
            if before is not None:
                return visit.redirect(f"{HOME}/{before}", flash=_ALREADY, kind="info")
            try:
                with session.begin_nested():
                    path, person = _take_in(visit, session, typed, read_line(data, "channel"))
            except InvalidInput as wrong:
                return _again(visit, session, typed, wrong)
            name = person.first_name
        visit.after_commit()
        if typed["skill"] in BUDDIES:
            return visit.redirect(HOME, flash=f"De vraag van {name} ligt bij de buddycoördinator, die belt.")
        return visit.redirect(path, flash=f"De vraag van {name} staat er. De zoekmachine zoekt nu iemand.")


def _take_in(visit: Visit, session: Session, typed: dict[str, Any], given: str) -> tuple[str, Person]:
    """The person is known and the request posted, or lies with the buddy coordinator; where it is to be seen."""
    skills = market.read_skill_table(session)
    if (channel := forms.CHANNELS.get(given)) is None:
        raise InvalidInput({"": "channel_missing"})
    typed["address"] = typed["address"] or known_address(session, typed, visit.site)
    taken = forms.read(typed, channel=channel, skills=skills, now=visit.now)
    person = person_of(visit, session, typed, taken.described, taken.contact_by)
    municipality = catalogue.get_municipality(session, visit.site.municipality_id)
    intake.agree(session, person.id, municipality_id=municipality.id, channel=channel, actor=visit.actor, now=visit.now)
    who: dict[str, Any] = {"municipality": municipality, "actor": visit.actor, "now": visit.now}
    if taken.asked.skill_code in BUDDIES:
        asked = NewTrajectory(taken.asked.skill_code, taken.asked.text, taken.asked.place, channel=channel)
        made = ask_for_buddy(session, asked, resident_id=person.id, **who)
        return f"{STAFF}/{made.id}", person
    posted = posting.post_request(session, taken.asked, requester_id=person.id, **who)
    return f"{HOME}/{posted.id}", person


def person_of(
    visit: Visit, session: Session, typed: Mapping[str, Any], described: Described, contact_by: ContactBy
) -> Person:
    """Who was picked, or somebody new; who looks like somebody we know is asked about first, once."""
    where = visit.site.municipality_id
    if (chosen := forms.chosen_person(typed)) is not None:
        try:
            return intake.choose_known(session, chosen, described, municipality_id=where, actor=visit.actor)
        except NotFound:
            raise InvalidInput({"name": "person_gone"}) from None
    found = intake.find_people(session, described, municipality_id=where, actor=visit.actor)
    if typed["person"] != forms.NEW and any(one.is_same for one in found):
        raise InvalidInput({"person": "person_same"})
    return intake.register(
        session, described, contact_by=contact_by, municipality_id=where, actor=visit.actor, now=visit.now
    )


def known_address(session: Session, typed: Mapping[str, Any], site: Site) -> str:
    """Where the chosen person lives, so that nobody has to say it twice."""
    if (chosen := forms.chosen_person(typed)) is None:
        return ""
    try:
        lives: Person | HelpRequest | None = people.get_person(session, chosen)
    except NotFound:
        return ""
    if lives is None or not (lives.postcode and lives.street):
        lives = known.find_last_address(session, chosen, site.municipality_id)
    return f"{lives.street} {lives.house_number}, {show_postcode(lives.postcode)}" if lives else ""


def _find(visit: Visit, session: Session, typed: Mapping[str, Any]) -> tuple[Found, ...]:
    described = forms.describe(typed)
    return intake.look_for(
        session, described, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
    )


def _field(name: str, typed: Mapping[str, Any]) -> str:
    """The field of this screen that is meant."""
    if name == "when" and typed["date"]:
        return "date"
    if name == "postcode" and typed["help_address"]:
        return "help_address"
    return _FIELDS.get(name, name)


def _again(visit: Visit, session: Session, typed: Mapping[str, Any], wrong: InvalidInput) -> Response[str]:
    """The same screen with everything that was typed; those we may know are shown as long as one may be chosen."""
    found = _find(visit, session, typed)
    errors = {_field(name, typed): forms.sentence_of(code) for name, code in wrong.problems.items()}
    page = make_page(market.read_skill_table(session), typed, found=found, was_searched=bool(found), errors=errors)
    return visit.render("intake/intake.html", page, status=400)
