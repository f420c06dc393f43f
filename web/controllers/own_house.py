"""The volunteer's own house, and everybody's own calendar."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import offering, own_house
from marketplace.calendars import write_calendar
from marketplace.errors import InvalidInput, NotFound
from marketplace.links import FeedLinks
from marketplace.permissions import Actor
from marketplace.queries import meetings, people, series
from marketplace.two_sides import other_side
from web.controllers.dates import calendar_response
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.own_house import read_holiday
from web.forms.reading import read_line
from web.guards import requires_sign_in
from web.pages import own_house as pages
from web.pages.dates import make_entry
from web.pages.ride_calendar import ride_entries
from web.pages.series_calendar import series_entries

HOME: Final = "/mijn/helpen"
_FEED_GOES_BACK: Final = timedelta(days=30)


class OwnHouseController(Controller):
    """For whoever helps."""

    path = HOME
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Answer:
        """Everything of a volunteer in one place."""
        return _show(visit)

    @post("/vakantie", sync_to_thread=True)
    def plan_holiday(self, visit: Given[Visit], data: Typed) -> Answer:
        """From then until then."""
        try:
            from_at, until_at = read_holiday(data)
            with visit.sessions.begin() as session:
                own_house.plan_holiday(
                    session,
                    actor=visit.actor,
                    municipality_id=visit.site.municipality_id,
                    from_at=from_at,
                    until_at=until_at,
                    now=visit.now,
                )
        except InvalidInput as refused:
            typed = {name: read_line(data, name) for name in ("holiday_from", "holiday_until")}
            return _show(visit, typed=typed, problems=refused.problems)
        visit.after_commit()
        return visit.redirect(HOME, flash="Fijne dagen. In die tijd vragen wij u niets.")

    @post("/vakantie/weg", sync_to_thread=True)
    def drop_holiday(self, visit: Given[Visit]) -> Redirect:
        """No holiday, or no pause any more."""
        with visit.sessions.begin() as session:
            offer = own_house.drop_holiday(
                session, actor=visit.actor, municipality_id=visit.site.municipality_id, now=visit.now
            )
            if offer.paused_until is not None and offer.paused_until > visit.now:
                offering.pause_offer(
                    session, actor=visit.actor, municipality_id=visit.site.municipality_id, until=None, now=visit.now
                )
        visit.after_commit()
        return visit.redirect(HOME, flash="Wij vragen u weer als er iets past.")

    @post("/soort", sync_to_thread=True)
    def rest_kind(self, visit: Given[Visit], data: Typed) -> Redirect:
        """Not this kind, or again after all."""
        with visit.sessions.begin() as session:
            own_house.rest_kind(
                session,
                actor=visit.actor,
                municipality_id=visit.site.municipality_id,
                code=read_line(data, "kind"),
                is_rested=read_line(data, "rest") == "ja",
                now=visit.now,
            )
        visit.after_commit()
        return visit.redirect(HOME, flash="Uw aanbod is aangepast.")


class CalendarController(Controller):
    """One's own dates, in one's own calendar."""

    path = "/mijn/agenda"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], feed_links: Given[FeedLinks]) -> Response[str]:
        """The secret link, and how to end it."""
        with visit.sessions.read() as session:
            person = people.get_person(session, visit.actor.person_id)
            rides = ride_entries(session, person.id, since=visit.now, now=visit.now, base_url=visit.site.base_url)
            times = series.list_coming_of(session, person.id, since=visit.now)
            has_dates = bool(rides or times or meetings.list_agreed_of(session, person.id, since=visit.now))
            page = pages.CalendarPage(feed_links.url_of(person.id, person.feed_version), has_dates)
        return visit.render("own_house/calendar.html", page)

    @post("/nieuw", sync_to_thread=True)
    def renew(self, visit: Given[Visit]) -> Redirect:
        """The old link stops; here is a new one."""
        with visit.sessions.begin() as session:
            own_house.renew_feed(session, actor=visit.actor)
        return visit.redirect("/mijn/agenda", flash="De oude link werkt niet meer. Dit is uw nieuwe link.")


@get("/agenda/{token:str}/afspraken.ics", sync_to_thread=True)
def calendar_feed(visit: Given[Visit], token: FromPath[str], feed_links: Given[FeedLinks]) -> Response[bytes]:
    """Somebody's dates, fetched by their calendar: the secret in the address is the key, until they renew it."""
    found = feed_links.read_version(token)
    if found is None:
        raise NotFound("a link of ours")
    person_id, version = found
    with visit.sessions.read() as session:
        person = people.get_person(session, person_id)
        if person.feed_version != version or person.erased_at is not None:
            raise NotFound("a link that still works")
        actor = Actor(person_id)
        entries = [
            make_entry(
                row.appointment,
                row.match,
                row.request,
                what=row.skill_label,
                other=row.other,
                shown=other_side(session, row.match, row.request, actor=actor, now=visit.now),
                is_volunteer=row.match.person_id == person_id,
                base_url=visit.site.base_url,
            )
            for row in meetings.list_agreed_of(session, person_id, since=visit.now - _FEED_GOES_BACK)
        ]
        since = visit.now - _FEED_GOES_BACK
        entries += ride_entries(session, person_id, since=since, now=visit.now, base_url=visit.site.base_url)
        entries += series_entries(session, person_id, since=since, now=visit.now, base_url=visit.site.base_url)
    return calendar_response(write_calendar(entries, name=visit.site.name), "afspraken.ics")


def _show(visit: Visit, *, typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None) -> Answer:
    with visit.sessions.read() as session:
        page = pages.read_own_house(
            session,
            actor=visit.actor,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            typed=typed,
            problems=problems,
        )
    if page is None:
        return visit.redirect("/helpen")
    return visit.render("own_house/house.html", page, status=400 if problems else 200)
