"""Taking in a ride by telephone or at a desk: one screen, while somebody talks; what it costs is said before."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Controller, Response, get, post
from sqlmodel import Session

from marketplace import intake, trips
from marketplace.errors import InvalidInput
from marketplace.intake import Found
from marketplace.models import Channel, Person
from marketplace.queries import catalogue
from marketplace.rides import asking
from marketplace.trips import NewRide
from web.controllers.intake import known_address, person_of
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import intake as people_forms
from web.forms import ride_intake as forms
from web.forms.reading import read_line
from web.guards import requires_staff
from web.pages.ride_intake import ADDRESS, make_page

_PLACED: Final = "De rit van {name} staat er. Wij zoeken een chauffeur."


class RideIntakeController(Controller):
    """For those who work on cases, ride planners among them."""

    path = ADDRESS
    guards = [requires_staff]

    @get(sync_to_thread=True)
    def begin(self, visit: Given[Visit]) -> Response[str]:
        """An empty screen."""
        return _page(visit, {})

    @post("/zoeken", sync_to_thread=True, status_code=200)
    def search(self, visit: Given[Visit], data: Typed) -> Response[str]:
        """Who may it be? Looking is logged; with JavaScript only the answer is drawn, while one types."""
        typed = forms.keep(data)
        with visit.sessions.begin() as session:
            found = _find(visit, session, typed)
        is_part = visit.request.headers.get("HX-Request") == "true"
        return _page(
            visit, typed, found=found, was_searched=True, template="intake/_found.html" if is_part else _TEMPLATE
        )

    @post("/kosten", sync_to_thread=True, status_code=200)
    def weigh(self, visit: Given[Visit], data: Typed) -> Response[str]:
        """What it costs and whether it is in time, to say before they agree; nothing is kept."""
        typed = forms.keep(data)
        with visit.sessions.begin() as session:
            typed["address"] = typed["address"] or known_address(session, typed, visit.site)
        try:
            taken = forms.read(typed, channel=Channel.TELEPHONE)
            _check(visit, taken.asked)
        except InvalidInput as wrong:
            return _page(visit, typed, problems=forms.on_screen(wrong.problems, typed))
        return _page(visit, typed, asked=taken.asked)

    @post(sync_to_thread=True)
    def take_in(self, visit: Given[Visit], data: Typed) -> Answer:
        """They agreed: the person is known, the consent logged and the ride asked."""
        typed = forms.keep(data)
        with visit.sessions.begin() as session:
            try:
                with session.begin_nested():
                    person = _take_in(visit, session, typed, read_line(data, "channel"))
            except InvalidInput as wrong:
                found = _find(visit, session, typed)
                problems = forms.on_screen(wrong.problems, typed)
                return _page(visit, typed, found=found, was_searched=bool(found), problems=problems)
            name = person.first_name
        visit.after_commit()
        return visit.redirect(ADDRESS, flash=_PLACED.format(name=name))


_TEMPLATE: Final = "ride_board/new.html"


def _take_in(visit: Visit, session: Session, typed: dict[str, Any], given: str) -> Person:
    if (channel := people_forms.CHANNELS.get(given)) is None:
        raise InvalidInput({"": "channel_missing"})
    typed["address"] = typed["address"] or known_address(session, typed, visit.site)
    taken = forms.read(typed, channel=channel)
    person = person_of(visit, session, typed, taken.described, taken.contact_by)
    municipality = catalogue.get_municipality(session, visit.site.municipality_id)
    intake.agree(session, person.id, municipality_id=municipality.id, channel=channel, actor=visit.actor, now=visit.now)
    post_it = asking.post_standing if taken.asked.weekdays else asking.post_ride
    post_it(session, taken.asked, municipality=municipality, passenger_id=person.id, actor=visit.actor, now=visit.now)
    return person


def _check(visit: Visit, asked: NewRide) -> None:
    """As when it is asked; that it is late is told, and no mistake."""
    try:
        trips.check_ride(asked, now=visit.now, municipality=visit.site.municipality)
    except InvalidInput as wrong:
        if rest := {name: code for name, code in wrong.problems.items() if code != "ride_notice"}:
            raise InvalidInput(rest) from wrong


def _find(visit: Visit, session: Session, typed: Mapping[str, Any]) -> tuple[Found, ...]:
    described = people_forms.describe(typed)
    return intake.look_for(
        session, described, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
    )


def _page(
    visit: Visit,
    typed: Mapping[str, Any],
    *,
    found: tuple[Found, ...] = (),
    was_searched: bool = False,
    asked: NewRide | None = None,
    problems: Mapping[str, str] | None = None,
    template: str = _TEMPLATE,
) -> Response[str]:
    page = make_page(
        typed,
        now=visit.now,
        is_planner=visit.actor.is_ride_planner,
        found=found,
        was_searched=was_searched,
        asked=asked,
        errors={field: people_forms.sentence_of(code) for field, code in (problems or {}).items()},
    )
    return visit.render(template, page, status=400 if problems else 200)
