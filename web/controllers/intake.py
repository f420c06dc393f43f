"""Taking in a request by telephone or at a desk: one screen, while somebody talks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import intake, posting
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import InvalidInput, NotFound
from marketplace.geocoding import show_postcode
from marketplace.intake import Found
from marketplace.models import HelpRequest, Person
from marketplace.permissions import Actor
from marketplace.queries import catalogue, market, people
from marketplace.queries import intake as known
from web.dependencies import AfterCommit, Given
from web.forms import intake as forms
from web.forms.reading import read_line
from web.guards import requires_desk
from web.pages.coordinating import HOME
from web.pages.intake import ADDRESS, make_page
from web.rendering import HttpRequest, Site, redirect, render

_ALREADY: Final = "Deze vraag staat er al."
Typed = URLEncodedBody[dict[str, Any]]
# Fields of the use case that this screen has under another name.
_FIELDS: Final = {"postcode": "address", "destination": "destination_name"}


class IntakeController(Controller):
    """For those who work on cases."""

    path = ADDRESS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def begin(self, request: HttpRequest, sessions: Given[Sessions]) -> Response[str]:
        """An empty screen."""
        with sessions.read() as session:
            page = make_page(market.read_skill_table(session), {})
        return render("intake/intake.html", page, request=request)

    @post("/zoeken", sync_to_thread=True, status_code=200)
    def search(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str]:
        """Who may it be? Looking is logged; with JavaScript only the answer is drawn, while one types."""
        typed = forms.keep(data)
        with sessions.begin() as session:
            found = _find(session, typed, site=site, actor=actor, now=clock())
            page = make_page(market.read_skill_table(session), typed, found=found, was_searched=True)
        is_part = request.headers.get("HX-Request") == "true"
        return render("intake/_found.html" if is_part else "intake/intake.html", page, request=request)

    @post("/", sync_to_thread=True)
    def take_in(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """They agreed: the person is known, the consent logged and the request posted."""
        typed, now = forms.keep(data), clock()
        with sessions.begin() as session:
            before = intake.find_just_entered(session, typed["text"], actor=actor, now=now)
            if before is not None:
                return redirect(f"{HOME}/{before}", request=request, flash=_ALREADY, kind="info")
            try:
                with session.begin_nested():
                    posted, person = _take_in(
                        session, typed, read_line(data, "channel"), site=site, actor=actor, now=now
                    )
            except InvalidInput as wrong:
                return _again(request, session, typed, wrong, site=site, actor=actor, now=now)
            name, path = person.first_name, f"{HOME}/{posted.id}"
        after_commit()
        return redirect(path, request=request, flash=f"De vraag van {name} staat er. De zoekmachine zoekt nu iemand.")


def _take_in(
    session: Session, typed: dict[str, Any], given: str, *, site: Site, actor: Actor, now: datetime
) -> tuple[HelpRequest, Person]:
    skills = market.read_skill_table(session)
    if (channel := forms.CHANNELS.get(given)) is None:
        raise InvalidInput({"": "channel_missing"})
    typed["address"] = typed["address"] or _known_address(session, typed, site)
    taken = forms.read(typed, channel=channel, skills=skills, municipality=site.municipality, now=now)
    person = _person(session, typed, taken, site=site, actor=actor, now=now)
    municipality = catalogue.get_municipality(session, site.municipality_id)
    intake.agree(session, person.id, municipality_id=municipality.id, channel=channel, actor=actor, now=now)
    posted = posting.post_request(
        session, taken.asked, municipality=municipality, requester_id=person.id, actor=actor, now=now
    )
    return posted, person


def _person(
    session: Session, typed: Mapping[str, Any], taken: forms.Taken, *, site: Site, actor: Actor, now: datetime
) -> Person:
    """Who was picked, or somebody new; who looks like somebody we know is asked about first, once."""
    where = site.municipality_id
    if (chosen := forms.chosen_person(typed)) is not None:
        try:
            return intake.choose_known(session, chosen, taken.described, municipality_id=where, actor=actor)
        except NotFound:
            raise InvalidInput({"name": "person_gone"}) from None
    found = intake.find_people(session, taken.described, municipality_id=where, actor=actor)
    if typed["person"] != forms.NEW and any(one.is_same for one in found):
        raise InvalidInput({"person": "person_same"})
    return intake.register(
        session, taken.described, contact_by=taken.contact_by, municipality_id=where, actor=actor, now=now
    )


def _known_address(session: Session, typed: Mapping[str, Any], site: Site) -> str:
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


def _find(session: Session, typed: Mapping[str, Any], *, site: Site, actor: Actor, now: datetime) -> tuple[Found, ...]:
    described = forms.describe(typed)
    return intake.look_for(session, described, municipality_id=site.municipality_id, actor=actor, now=now)


def _field(name: str, typed: Mapping[str, Any]) -> str:
    """The field of this screen that is meant."""
    if name == "when" and typed["date"]:
        return "date"
    if name == "postcode" and typed["help_address"]:
        return "help_address"
    return _FIELDS.get(name, name)


def _again(
    request: HttpRequest,
    session: Session,
    typed: Mapping[str, Any],
    wrong: InvalidInput,
    *,
    site: Site,
    actor: Actor,
    now: datetime,
) -> Response[str]:
    """The same screen with everything that was typed; those we may know are shown as long as one may be chosen."""
    found = _find(session, typed, site=site, actor=actor, now=now)
    errors = {_field(name, typed): forms.sentence_of(code) for name, code in wrong.problems.items()}
    page = make_page(market.read_skill_table(session), typed, found=found, was_searched=bool(found), errors=errors)
    return render("intake/intake.html", page, request=request, status=400)
