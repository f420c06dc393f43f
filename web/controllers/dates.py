"""After the match: a date together, whether it worked out, how it was, and the calendar; also by a mailed link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace import coordination, matches, meetings
from marketplace.calendars import write_calendar
from marketplace.errors import IllegalTransition, InvalidInput, NotFound, Overtaken, ReasonNeeded
from marketplace.links import AnswerLinks, EvaluationLinks
from marketplace.models import Channel
from marketplace.permissions import Actor
from marketplace.queries import matches as queries
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import dates as forms
from web.forms.reading import Form, is_ticked, read_line
from web.guards import requires_sign_in
from web.pages import dates as pages

_MEANWHILE = "Er is intussen een andere datum voorgesteld. Kijk eerst of die past."
_TRY_ON = "Dank u wel. Bel of mail elkaar nog eens, of stel hieronder een datum voor."


# --- who it is ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One of the two, where their page stands, and where they tell how it was."""

    match_id: UUID
    actor: Actor
    base: str
    how: str


def provide_own_side(visit: Given[Visit], match_id: FromPath[UUID]) -> Side:
    """Who is signed in."""
    base = f"/koppelingen/{match_id}"
    return Side(match_id, visit.actor, base, f"{base}/hoe-was-het")


def provide_linked_side(visit: Given[Visit], token: FromPath[str], answer_links: Given[AnswerLinks]) -> Side:
    """The volunteer whom the link of the answer was mailed to."""
    proposal_id = answer_links.read(token)
    if proposal_id is None:
        raise NotFound("a link of ours")
    with visit.sessions.read() as session:
        match = queries.find_match_of_proposal(session, proposal_id)
        if match is None:
            raise NotFound("a match of this link")
        base = f"/antwoord/{token}"
        return Side(match.id, Actor(match.person_id), base, f"{base}/hoe-was-het")


def provide_asked_side(token: FromPath[str], evaluation_links: Given[EvaluationLinks]) -> Side:
    """Who was asked by mail how it was."""
    if (pair := evaluation_links.read_pair(token)) is None:
        raise NotFound("a link of ours")
    match_id, person_id = pair
    return Side(match_id, Actor(person_id), f"/koppelingen/{match_id}", f"/hoe-was-het/{token}")


# --- the date ----------------------------------------------------------------------------------------------------


class SideController(Controller):
    """What is the same for either of the two, whichever way they came: the routes say who ``side`` is."""

    @get("/datum", sync_to_thread=True)
    def ask_date(self, visit: Given[Visit], side: Given[Side], afgesproken: FromQuery[str] = "") -> Answer:
        """When can it be?"""
        return _ask_date(visit, side, is_noting=bool(afgesproken))

    @post("/datum", sync_to_thread=True)
    def propose(self, visit: Given[Visit], side: Given[Side], data: Typed) -> Answer:
        """Then."""
        is_noting = is_ticked(data, "afgesproken")
        try:
            starts_at = forms.read_moment(data)
            with visit.sessions.begin() as session:
                if is_noting:
                    meetings.note_date(
                        session, match_id=side.match_id, starts_at=starts_at, actor=side.actor, now=visit.now
                    )
                else:
                    meetings.propose_date(
                        session,
                        match_id=side.match_id,
                        starts_at=starts_at,
                        seen_id=forms.read_seen(data),
                        actor=side.actor,
                        now=visit.now,
                    )
        except InvalidInput as refused:
            kept = {name: read_line(data, name) for name in ("when", "day", "time", "seen")}
            return _ask_date(visit, side, is_noting=is_noting, typed=kept, problems=refused.problems)
        except (IllegalTransition, Overtaken):
            return visit.redirect(side.base, flash=_MEANWHILE, kind="info")
        visit.after_commit()
        return visit.redirect(side.base)

    @post("/datum/akkoord", sync_to_thread=True)
    def agree(self, visit: Given[Visit], side: Given[Side], data: Typed) -> Redirect:
        """Yes, that date."""
        if (seen := forms.read_seen(data, "date")) is None:
            return visit.redirect(side.base)
        try:
            with visit.sessions.begin() as session:
                meetings.agree_date(
                    session, match_id=side.match_id, appointment_id=seen, actor=side.actor, now=visit.now
                )
        except (IllegalTransition, Overtaken):
            return visit.redirect(side.base, flash=_MEANWHILE, kind="info")
        visit.after_commit()
        return visit.redirect(side.base)

    @get("/gelukt", sync_to_thread=True)
    def ask_whether(self, visit: Given[Visit], side: Given[Side]) -> Answer:
        """Did it work out?"""
        with visit.sessions.read() as session:
            page = pages.read_silence_page(session, side.match_id, actor=side.actor, base=side.base)
        if page is None:
            return visit.redirect(side.base)
        return visit.render("dates/whether.html", page)

    @post("/gelukt", sync_to_thread=True)
    def tell_whether(self, visit: Given[Visit], side: Given[Side], data: Typed) -> Redirect:
        """We have a date; it is done; or not yet."""
        answer = read_line(data, "answer")
        if answer == "date":
            return visit.redirect(f"{side.base}/datum?afgesproken=ja")
        if answer != "done":
            return visit.redirect(side.base, flash=_TRY_ON, kind="info")
        try:
            with visit.sessions.begin() as session:
                matches.finish(session, match_id=side.match_id, actor=side.actor, now=visit.now)
        except (IllegalTransition, Overtaken):
            return visit.redirect(side.base)
        visit.after_commit()
        return visit.redirect(side.how)

    @get("/afspraak.ics", sync_to_thread=True)
    def calendar_file(self, visit: Given[Visit], side: Given[Side]) -> Response[bytes]:
        """The date for one's own calendar."""
        with visit.sessions.read() as session:
            entry = pages.read_entry(
                session, side.match_id, actor=side.actor, base_url=visit.site.base_url, now=visit.now
            )
        if entry is None:
            raise NotFound("a date")
        return calendar_response(write_calendar([entry]), "afspraak.ics")


class DatesController(SideController):
    """For the two of a match who are signed in."""

    path = "/koppelingen/{match_id:uuid}"
    guards = [requires_sign_in]
    dependencies = {"side": Provide(provide_own_side, sync_to_thread=False)}

    @get("/hoe-was-het", sync_to_thread=True)
    def ask_how(self, visit: Given[Visit], side: Given[Side], van: FromQuery[str] = "") -> Answer:
        """How was it? Staff type in what one of the two told them: ``van``; it counts as a look into the case."""
        try:
            with visit.sessions.begin() as session:
                coordination.read_case_of_match(session, match_id=side.match_id, actor=side.actor, now=visit.now)
        except ReasonNeeded as needed:
            return visit.redirect(f"/werk/{needed.request_id}")
        return _ask_how(visit, side, van=van)

    @post("/hoe-was-het", sync_to_thread=True)
    def tell_how(self, visit: Given[Visit], side: Given[Side], data: Typed, van: FromQuery[str] = "") -> Answer:
        """This is how it was."""
        return _tell_how(visit, side, data, van=van)


class LinkDatesController(SideController):
    """The same for the volunteer, by the mailed link of the answer, which never signs in."""

    path = "/antwoord/{token:str}"
    dependencies = {"side": Provide(provide_linked_side, sync_to_thread=True)}

    @get("/hoe-was-het", sync_to_thread=True)
    def ask_how(self, visit: Given[Visit], side: Given[Side]) -> Answer:
        """How was it?"""
        return _ask_how(visit, side)

    @post("/hoe-was-het", sync_to_thread=True)
    def tell_how(self, visit: Given[Visit], side: Given[Side], data: Typed) -> Answer:
        """This is how it was."""
        return _tell_how(visit, side, data)


class EvaluationController(Controller):
    """How it was, by the link of the mail that asks. Opening it changes nothing, and it never signs in."""

    path = "/hoe-was-het/{token:str}"
    dependencies = {"side": Provide(provide_asked_side, sync_to_thread=False)}

    @get(sync_to_thread=True)
    def ask(self, visit: Given[Visit], side: Given[Side]) -> Answer:
        """How was it?"""
        return _ask_how(visit, side)

    @post(sync_to_thread=True)
    def tell(self, visit: Given[Visit], side: Given[Side], data: Typed) -> Answer:
        """This is how it was."""
        return _tell_how(visit, side, data)


def _ask_date(
    visit: Visit,
    side: Side,
    *,
    is_noting: bool,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Answer:
    with visit.sessions.read() as session:
        page = pages.read_propose_page(
            session,
            side.match_id,
            actor=side.actor,
            base=side.base,
            now=visit.now,
            is_noting=is_noting,
            typed=typed,
            problems=problems,
        )
    if page is None:
        return visit.redirect(side.base)
    return visit.render("dates/propose.html", page, status=400 if problems else 200)


def calendar_response(text: bytes, name: str) -> Response[bytes]:
    """A calendar, as browsers and calendar programs want it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


# --- how it was --------------------------------------------------------------------------------------------------

_SIDES = {"vrijwilliger": True, "hulpvrager": False}


def _ask_how(
    visit: Visit,
    side: Side,
    *,
    van: str = "",
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Answer:
    with visit.sessions.read() as session:
        page = pages.read_evaluation_page(
            session,
            side.match_id,
            actor=side.actor,
            action=_how_of(side, van),
            back=side.base,
            of_volunteer=_SIDES.get(van),
            typed=typed,
            problems=problems,
        )
    if page is None:
        return visit.redirect("/werk" if van in _SIDES else side.base)
    return visit.render("dates/how.html", page, status=400 if problems else 200)


def _tell_how(visit: Visit, side: Side, typed: Form, *, van: str = "") -> Answer:
    try:
        with visit.sessions.begin() as session:
            if "how" in typed or "hours" not in typed:
                meetings.evaluate(
                    session,
                    match_id=side.match_id,
                    said=forms.read_said(typed),
                    actor=side.actor,
                    now=visit.now,
                    of_volunteer=_SIDES.get(van),
                    channel=_channel(typed) if van in _SIDES else Channel.WEB,
                )
            if "hours" in typed:
                minutes = forms.read_hours(typed)
                meetings.log_hours(session, match_id=side.match_id, minutes=minutes, actor=side.actor, now=visit.now)
    except InvalidInput as refused:
        return _ask_how(visit, side, van=van, typed=forms.keep_told(typed), problems=refused.problems)
    except (IllegalTransition, Overtaken):
        return visit.redirect(side.base)
    visit.after_commit()
    return visit.redirect(_how_of(side, van))


def _how_of(side: Side, van: str) -> str:
    return f"{side.how}?van={van}" if van in _SIDES else side.how


def _channel(typed: Form) -> Channel:
    return Channel.DESK if read_line(typed, "channel") == Channel.DESK.value else Channel.TELEPHONE
