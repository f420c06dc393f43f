"""After the match: a date together, whether it worked out, how it was, and the calendar; also by a mailed link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from marketplace import coordination, matches, meetings
from marketplace.calendars import write_calendar
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition, InvalidInput, NotFound, Overtaken, ReasonNeeded
from marketplace.links import AnswerLinks, EvaluationLinks
from marketplace.models import Channel
from marketplace.permissions import Actor
from marketplace.queries import matches as queries
from web.dependencies import AfterCommit, Given
from web.forms import dates as forms
from web.forms.reading import Form, is_ticked, read_line
from web.guards import requires_sign_in
from web.pages import dates as pages
from web.rendering import HttpRequest, Site, redirect, render

Typed = URLEncodedBody[dict[str, Any]]
_MEANWHILE = "Er is intussen een andere datum voorgesteld. Kijk eerst of die past."
_TRY_ON = "Dank u wel. Bel of mail elkaar nog eens, of stel hieronder een datum voor."


@dataclass(frozen=True)
class Side:
    """One of the two, and where their page stands."""

    match_id: UUID
    actor: Actor
    base: str


class DatesController(Controller):
    """For the two of a match who are signed in."""

    path = "/koppelingen/{match_id:uuid}"
    guards = [requires_sign_in]

    @get("/datum", sync_to_thread=True)
    def ask_date(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        afgesproken: FromQuery[str] = "",
    ) -> Response[str] | Redirect:
        """When can it be?"""
        return _ask_date(request, _signed_in(match_id, actor), sessions, clock, is_noting=bool(afgesproken))

    @post("/datum", sync_to_thread=True)
    def propose(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Then."""
        return _propose(request, _signed_in(match_id, actor), data, sessions, clock, after_commit)

    @post("/datum/akkoord", sync_to_thread=True)
    def agree(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Yes, that date."""
        return _agree(request, _signed_in(match_id, actor), data, sessions, clock, after_commit)

    @get("/gelukt", sync_to_thread=True)
    def ask_whether(
        self, request: HttpRequest, match_id: FromPath[UUID], sessions: Given[Sessions], actor: Given[Actor]
    ) -> Response[str] | Redirect:
        """Did it work out?"""
        return _ask_whether(request, _signed_in(match_id, actor), sessions)

    @post("/gelukt", sync_to_thread=True)
    def tell_whether(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """We have a date; it is done; or not yet."""
        return _tell_whether(request, _signed_in(match_id, actor), data, sessions, clock, after_commit)

    @get("/afspraak.ics", sync_to_thread=True)
    def calendar_file(
        self,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[bytes]:
        """The date for one's own calendar."""
        return _calendar_file(_signed_in(match_id, actor), sessions, clock, site)

    @get("/hoe-was-het", sync_to_thread=True)
    def ask_how(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        van: FromQuery[str] = "",
    ) -> Response[str] | Redirect:
        """How was it? Staff type in what one of the two told them: ``van``; it counts as a look into the case."""
        try:
            with sessions.begin() as session:
                coordination.read_case_of_match(session, match_id=match_id, actor=actor, now=clock())
        except ReasonNeeded as needed:
            return redirect(f"/werk/{needed.request_id}", request=request)
        return _ask_how(request, _signed_in(match_id, actor), sessions, van=van)

    @post("/hoe-was-het", sync_to_thread=True)
    def tell_how(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
        van: FromQuery[str] = "",
    ) -> Response[str] | Redirect:
        """This is how it was."""
        return _tell_how(request, _signed_in(match_id, actor), data, sessions, clock, after_commit, van=van)


class LinkDatesController(Controller):
    """The same for the volunteer, by the mailed link of the answer, which never signs in."""

    path = "/antwoord/{token:str}"

    @get("/datum", sync_to_thread=True)
    def ask_date(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        afgesproken: FromQuery[str] = "",
    ) -> Response[str] | Redirect:
        """When can it be?"""
        return _ask_date(request, _by_link(sessions, answer_links, token), sessions, clock, is_noting=bool(afgesproken))

    @post("/datum", sync_to_thread=True)
    def propose(
        self,
        request: HttpRequest,
        token: FromPath[str],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Then."""
        return _propose(request, _by_link(sessions, answer_links, token), data, sessions, clock, after_commit)

    @post("/datum/akkoord", sync_to_thread=True)
    def agree(
        self,
        request: HttpRequest,
        token: FromPath[str],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Yes, that date."""
        return _agree(request, _by_link(sessions, answer_links, token), data, sessions, clock, after_commit)

    @get("/gelukt", sync_to_thread=True)
    def ask_whether(
        self, request: HttpRequest, token: FromPath[str], sessions: Given[Sessions], answer_links: Given[AnswerLinks]
    ) -> Response[str] | Redirect:
        """Did it work out?"""
        return _ask_whether(request, _by_link(sessions, answer_links, token), sessions)

    @post("/gelukt", sync_to_thread=True)
    def tell_whether(
        self,
        request: HttpRequest,
        token: FromPath[str],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """We have a date; it is done; or not yet."""
        return _tell_whether(request, _by_link(sessions, answer_links, token), data, sessions, clock, after_commit)

    @get("/afspraak.ics", sync_to_thread=True)
    def calendar_file(
        self,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        answer_links: Given[AnswerLinks],
    ) -> Response[bytes]:
        """The date for one's own calendar."""
        return _calendar_file(_by_link(sessions, answer_links, token), sessions, clock, site)

    @get("/hoe-was-het", sync_to_thread=True)
    def ask_how(
        self, request: HttpRequest, token: FromPath[str], sessions: Given[Sessions], answer_links: Given[AnswerLinks]
    ) -> Response[str] | Redirect:
        """How was it?"""
        return _ask_how(request, _by_link(sessions, answer_links, token), sessions)

    @post("/hoe-was-het", sync_to_thread=True)
    def tell_how(
        self,
        request: HttpRequest,
        token: FromPath[str],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """This is how it was."""
        return _tell_how(request, _by_link(sessions, answer_links, token), data, sessions, clock, after_commit)


class EvaluationController(Controller):
    """How it was, by the link of the mail that asks. Opening it changes nothing, and it never signs in."""

    path = "/hoe-was-het/{token:str}"

    @get(sync_to_thread=True)
    def ask(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        evaluation_links: Given[EvaluationLinks],
    ) -> Response[str] | Redirect:
        """How was it?"""
        return _ask_how(request, _asked(evaluation_links, token), sessions, action=f"/hoe-was-het/{token}")

    @post(sync_to_thread=True)
    def tell(
        self,
        request: HttpRequest,
        token: FromPath[str],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        evaluation_links: Given[EvaluationLinks],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """This is how it was."""
        side, here = _asked(evaluation_links, token), f"/hoe-was-het/{token}"
        return _tell_how(request, side, data, sessions, clock, after_commit, action=here)


# --- who it is ---------------------------------------------------------------------------------------------------


def _signed_in(match_id: UUID, actor: Actor) -> Side:
    return Side(match_id, actor, f"/koppelingen/{match_id}")


def _by_link(sessions: Sessions, links: AnswerLinks, token: str) -> Side:
    proposal_id = links.read(token)
    if proposal_id is None:
        raise NotFound("a link of ours")
    with sessions.read() as session:
        match = queries.find_match_of_proposal(session, proposal_id)
        if match is None:
            raise NotFound("a match of this link")
        return Side(match.id, Actor(match.person_id), f"/antwoord/{token}")


def _asked(links: EvaluationLinks, token: str) -> Side:
    if (pair := links.read_pair(token)) is None:
        raise NotFound("a link of ours")
    return Side(pair[0], Actor(pair[1]), f"/koppelingen/{pair[0]}")


# --- the date ----------------------------------------------------------------------------------------------------


def _ask_date(
    request: HttpRequest,
    side: Side,
    sessions: Sessions,
    clock: Clock,
    *,
    is_noting: bool,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str] | Redirect:
    with sessions.read() as session:
        page = pages.read_propose_page(
            session,
            side.match_id,
            actor=side.actor,
            base=side.base,
            now=clock(),
            is_noting=is_noting,
            typed=typed,
            problems=problems,
        )
    if page is None:
        return redirect(side.base, request=request)
    return render("dates/propose.html", page, request=request, status=400 if problems else 200)


def _propose(
    request: HttpRequest, side: Side, typed: Form, sessions: Sessions, clock: Clock, after_commit: AfterCommit
) -> Response[str] | Redirect:
    is_noting, now = is_ticked(typed, "afgesproken"), clock()
    try:
        starts_at = forms.read_moment(typed)
        with sessions.begin() as session:
            if is_noting:
                meetings.note_date(session, match_id=side.match_id, starts_at=starts_at, actor=side.actor, now=now)
            else:
                meetings.propose_date(
                    session,
                    match_id=side.match_id,
                    starts_at=starts_at,
                    seen_id=forms.read_seen(typed),
                    actor=side.actor,
                    now=now,
                )
    except InvalidInput as refused:
        kept = {name: read_line(typed, name) for name in ("when", "day", "time", "seen")}
        return _ask_date(request, side, sessions, clock, is_noting=is_noting, typed=kept, problems=refused.problems)
    except (IllegalTransition, Overtaken):
        return redirect(side.base, request=request, flash=_MEANWHILE, kind="info")
    after_commit()
    return redirect(side.base, request=request)


def _agree(
    request: HttpRequest, side: Side, typed: Form, sessions: Sessions, clock: Clock, after_commit: AfterCommit
) -> Redirect:
    if (seen := forms.read_seen(typed, "date")) is None:
        return redirect(side.base, request=request)
    try:
        with sessions.begin() as session:
            meetings.agree_date(session, match_id=side.match_id, appointment_id=seen, actor=side.actor, now=clock())
    except (IllegalTransition, Overtaken):
        return redirect(side.base, request=request, flash=_MEANWHILE, kind="info")
    after_commit()
    return redirect(side.base, request=request)


def _ask_whether(request: HttpRequest, side: Side, sessions: Sessions) -> Response[str] | Redirect:
    with sessions.read() as session:
        page = pages.read_silence_page(session, side.match_id, actor=side.actor, base=side.base)
    if page is None:
        return redirect(side.base, request=request)
    return render("dates/whether.html", page, request=request)


def _tell_whether(
    request: HttpRequest, side: Side, typed: Form, sessions: Sessions, clock: Clock, after_commit: AfterCommit
) -> Redirect:
    answer = read_line(typed, "answer")
    if answer == "date":
        return redirect(f"{side.base}/datum?afgesproken=ja", request=request)
    if answer != "done":
        return redirect(side.base, request=request, flash=_TRY_ON, kind="info")
    try:
        with sessions.begin() as session:
            matches.finish(session, match_id=side.match_id, actor=side.actor, now=clock())
    except (IllegalTransition, Overtaken):
        return redirect(side.base, request=request)
    after_commit()
    return redirect(f"{side.base}/hoe-was-het", request=request)


def _calendar_file(side: Side, sessions: Sessions, clock: Clock, site: Site) -> Response[bytes]:
    with sessions.read() as session:
        entry = pages.read_entry(session, side.match_id, actor=side.actor, base_url=site.base_url, now=clock())
    if entry is None:
        raise NotFound("a date")
    return calendar_response(write_calendar([entry]), "afspraak.ics")


def calendar_response(text: bytes, name: str) -> Response[bytes]:
    """A calendar, as browsers and calendar programs want it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


# --- how it was --------------------------------------------------------------------------------------------------

_SIDES = {"vrijwilliger": True, "hulpvrager": False}


def _ask_how(
    request: HttpRequest,
    side: Side,
    sessions: Sessions,
    *,
    van: str = "",
    action: str = "",
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str] | Redirect:
    here = action or f"{side.base}/hoe-was-het"
    with sessions.read() as session:
        page = pages.read_evaluation_page(
            session,
            side.match_id,
            actor=side.actor,
            action=f"{here}?van={van}" if van in _SIDES else here,
            back=side.base,
            of_volunteer=_SIDES.get(van),
            typed=typed,
            problems=problems,
        )
    if page is None:
        return redirect("/werk" if van in _SIDES else side.base, request=request)
    return render("dates/how.html", page, request=request, status=400 if problems else 200)


def _tell_how(
    request: HttpRequest,
    side: Side,
    typed: Form,
    sessions: Sessions,
    clock: Clock,
    after_commit: AfterCommit,
    *,
    van: str = "",
    action: str = "",
) -> Response[str] | Redirect:
    here = action or f"{side.base}/hoe-was-het"
    try:
        with sessions.begin() as session:
            if "how" in typed or "hours" not in typed:
                meetings.evaluate(
                    session,
                    match_id=side.match_id,
                    said=forms.read_said(typed),
                    actor=side.actor,
                    now=clock(),
                    of_volunteer=_SIDES.get(van),
                    channel=_channel(typed) if van in _SIDES else Channel.WEB,
                )
            if "hours" in typed:
                minutes = forms.read_hours(typed)
                meetings.log_hours(session, match_id=side.match_id, minutes=minutes, actor=side.actor, now=clock())
    except InvalidInput as refused:
        kept = forms.keep_told(typed)
        return _ask_how(request, side, sessions, van=van, action=action, typed=kept, problems=refused.problems)
    except (IllegalTransition, Overtaken):
        return redirect(side.base, request=request)
    after_commit()
    return redirect(f"{here}?van={van}" if van in _SIDES else here, request=request)


def _channel(typed: Form) -> Channel:
    return Channel.DESK if read_line(typed, "channel") == Channel.DESK.value else Channel.TELEPHONE
