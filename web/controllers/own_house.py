"""The volunteer's own house, and everybody's own calendar."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from marketplace import offering, own_house
from marketplace.calendars import write_calendar
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import InvalidInput, NotFound
from marketplace.links import FeedLinks
from marketplace.permissions import Actor
from marketplace.queries import meetings, people
from marketplace.two_sides import other_side
from web.controllers.dates import calendar_response
from web.dependencies import AfterCommit, Given
from web.forms.own_house import read_holiday
from web.forms.reading import read_line
from web.guards import requires_sign_in
from web.pages import own_house as pages
from web.pages.dates import make_entry
from web.rendering import HttpRequest, Site, redirect, render

HOME: Final = "/mijn/helpen"
_FEED_GOES_BACK: Final = timedelta(days=30)
Typed = URLEncodedBody[dict[str, Any]]


class OwnHouseController(Controller):
    """For whoever helps."""

    path = HOME
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str] | Redirect:
        """Everything of a volunteer in one place."""
        return _show(request, sessions, clock, site, actor)

    @post("/vakantie", sync_to_thread=True)
    def plan_holiday(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """From then until then."""
        try:
            from_at, until_at = read_holiday(data)
            with sessions.begin() as session:
                own_house.plan_holiday(
                    session,
                    actor=actor,
                    municipality_id=site.municipality_id,
                    from_at=from_at,
                    until_at=until_at,
                    now=clock(),
                )
        except InvalidInput as refused:
            typed = {name: read_line(data, name) for name in ("holiday_from", "holiday_until")}
            return _show(request, sessions, clock, site, actor, typed=typed, problems=refused.problems)
        after_commit()
        return redirect(HOME, request=request, flash="Fijne dagen. In die tijd vragen wij u niets.")

    @post("/vakantie/weg", sync_to_thread=True)
    def drop_holiday(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """No holiday, or no pause any more."""
        with sessions.begin() as session:
            offer = own_house.drop_holiday(session, actor=actor, municipality_id=site.municipality_id, now=clock())
            if offer.paused_until is not None and offer.paused_until > clock():
                offering.pause_offer(
                    session, actor=actor, municipality_id=site.municipality_id, until=None, now=clock()
                )
        after_commit()
        return redirect(HOME, request=request, flash="Wij vragen u weer als er iets past.")

    @post("/soort", sync_to_thread=True)
    def rest_kind(
        self,
        request: HttpRequest,
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Not this kind, or again after all."""
        with sessions.begin() as session:
            own_house.rest_kind(
                session,
                actor=actor,
                municipality_id=site.municipality_id,
                code=read_line(data, "kind"),
                is_rested=read_line(data, "rest") == "ja",
                now=clock(),
            )
        after_commit()
        return redirect(HOME, request=request, flash="Uw aanbod is aangepast.")


class CalendarController(Controller):
    """One's own dates, in one's own calendar."""

    path = "/mijn/agenda"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        feed_links: Given[FeedLinks],
    ) -> Response[str]:
        """The secret link, and how to end it."""
        with sessions.read() as session:
            person = people.get_person(session, actor.person_id)
            has_dates = bool(meetings.list_agreed_of(session, person.id, since=clock()))
            page = pages.CalendarPage(feed_links.url_of(person.id, person.feed_version), has_dates)
        return render("own_house/calendar.html", page, request=request)

    @post("/nieuw", sync_to_thread=True)
    def renew(self, request: HttpRequest, sessions: Given[Sessions], actor: Given[Actor]) -> Redirect:
        """The old link stops; here is a new one."""
        with sessions.begin() as session:
            own_house.renew_feed(session, actor=actor)
        return redirect("/mijn/agenda", request=request, flash="De oude link werkt niet meer. Dit is uw nieuwe link.")


@get("/agenda/{token:str}/afspraken.ics", sync_to_thread=True)
def calendar_feed(
    token: FromPath[str],
    sessions: Given[Sessions],
    clock: Given[Clock],
    site: Given[Site],
    feed_links: Given[FeedLinks],
) -> Response[bytes]:
    """Somebody's dates, fetched by their calendar: the secret in the address is the key, until they renew it."""
    found = feed_links.read_version(token)
    if found is None:
        raise NotFound("a link of ours")
    person_id, version = found
    now = clock()
    with sessions.read() as session:
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
                shown=other_side(session, row.match, row.request, actor=actor, now=now),
                is_volunteer=row.match.person_id == person_id,
                base_url=site.base_url,
            )
            for row in meetings.list_agreed_of(session, person_id, since=now - _FEED_GOES_BACK)
        ]
    return calendar_response(write_calendar(entries, name=site.name), "afspraken.ics")


def _show(
    request: HttpRequest,
    sessions: Sessions,
    clock: Clock,
    site: Site,
    actor: Actor,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str] | Redirect:
    with sessions.read() as session:
        page = pages.read_own_house(
            session,
            actor=actor,
            municipality_id=site.municipality_id,
            now=clock(),
            typed=typed,
            problems=problems,
        )
    if page is None:
        return redirect("/helpen", request=request)
    return render("own_house/house.html", page, request=request, status=400 if problems else 200)
