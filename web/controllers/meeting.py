"""A match, for the two people of it: prima, rather not, cancelling, done."""

from collections.abc import Callable
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import matches, permissions
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition, NotFound, Overtaken
from marketplace.models import Match, MatchStatus
from marketplace.permissions import Actor
from marketplace.queries import matches as queries
from marketplace.queries import requests
from web.dependencies import AfterCommit, Given
from web.guards import requires_sign_in
from web.pages import meeting as pages
from web.rendering import HttpRequest, redirect, render

_TOO_LATE = "De tijd om nee te zeggen is voorbij. U kunt nog wel afzeggen."


class MeetingController(Controller):
    """Only for the two; whatever was pressed before or twice, the page shows how it stands."""

    path = "/koppelingen/{match_id:uuid}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Response[str]:
        """How it stands."""
        with sessions.read() as session:
            page = pages.read_meeting_page(session, match_id, actor=actor, now=clock())
        return render("meeting/meeting.html", page, request=request)

    @post("/prima", sync_to_thread=True)
    def confirm(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Prima: details open at once."""
        return _do(matches.confirm, request, match_id, sessions, clock, actor, after_commit)

    @get("/liever-niet", sync_to_thread=True)
    def ask_object(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Response[str] | Redirect:
        """Really rather not?"""
        with sessions.read() as session:
            match = queries.get_match(session, match_id)
            if not permissions.is_requester(actor, requests.get_request(session, match.request_id)):
                raise NotFound(f"match {match_id}")
            if match.status is not MatchStatus.AGREED or clock() >= match.objection_until:
                return redirect(_page_of(match_id), request=request)
            page = pages.read_object_page(session, match, actor=actor, now=clock())
        return render("meeting/sure.html", page, request=request)

    @post("/liever-niet", sync_to_thread=True)
    def object_to(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Rather not: somebody else is looked for."""
        with sessions.read() as session:
            match = queries.get_match(session, match_id)
            is_own = permissions.is_requester(actor, requests.get_request(session, match.request_id))
            is_late = clock() >= match.objection_until and match.status is not MatchStatus.OBJECTED
        if is_own and is_late:
            return redirect(_page_of(match_id), request=request, flash=_TOO_LATE, kind="info")
        return _do(matches.object_to, request, match_id, sessions, clock, actor, after_commit)

    @get("/afzeggen", sync_to_thread=True)
    def ask_cancel(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Response[str] | Redirect:
        """Really cancel?"""
        here = _page_of(match_id)
        with sessions.read() as session:
            match = queries.get_match(session, match_id)
            if not permissions.is_party(actor, match, requests.get_request(session, match.request_id)):
                raise NotFound(f"match {match_id}")
            if match.ended_at is not None:
                return redirect(here, request=request)
            page = pages.read_cancel_page(
                session, match, actor=actor, now=clock(), action=f"{here}/afzeggen", back=here
            )
        return render("meeting/sure.html", page, request=request)

    @post("/afzeggen", sync_to_thread=True)
    def cancel(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Cancel: the other hears it at once."""
        return _do(matches.cancel, request, match_id, sessions, clock, actor, after_commit)

    @post("/klaar", sync_to_thread=True)
    def finish(
        self,
        request: HttpRequest,
        match_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """It is done."""
        return _do(matches.finish, request, match_id, sessions, clock, actor, after_commit)


def _do(
    act: Callable[..., Match],
    request: HttpRequest,
    match_id: UUID,
    sessions: Sessions,
    clock: Clock,
    actor: Actor,
    after_commit: AfterCommit,
) -> Redirect:
    """Take one step; where that is not possible (any more), the page says how it stands."""
    try:
        with sessions.begin() as session:
            act(session, match_id=match_id, actor=actor, now=clock())
    except (IllegalTransition, Overtaken):
        return redirect(_page_of(match_id), request=request)
    after_commit()
    return redirect(_page_of(match_id), request=request)


def _page_of(match_id: UUID) -> str:
    return f"/koppelingen/{match_id}"
