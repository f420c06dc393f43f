"""A match, for the two people of it: prima, rather not, cancelling, done."""

from collections.abc import Callable
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import matches, permissions
from marketplace.errors import IllegalTransition, NotFound, Overtaken
from marketplace.models import Match, MatchStatus
from marketplace.queries import matches as queries
from marketplace.queries import requests
from web.dependencies import Answer, Given, Visit
from web.guards import requires_sign_in
from web.pages import meeting as pages

_TOO_LATE = "De tijd om nee te zeggen is voorbij. U kunt nog wel afzeggen."


class MeetingController(Controller):
    """Only for the two; whatever was pressed before or twice, the page shows how it stands."""

    path = "/koppelingen/{match_id:uuid}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Response[str]:
        """How it stands."""
        with visit.sessions.read() as session:
            page = pages.read_meeting_page(session, match_id, actor=visit.actor, now=visit.now)
        return visit.render("meeting/meeting.html", page)

    @post("/prima", sync_to_thread=True)
    def confirm(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Redirect:
        """Prima: details open at once."""
        return _do(visit, matches.confirm, match_id)

    @get("/liever-niet", sync_to_thread=True)
    def ask_object(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Answer:
        """Really rather not?"""
        with visit.sessions.read() as session:
            match = queries.get_match(session, match_id)
            if not permissions.is_requester(visit.actor, requests.get_request(session, match.request_id)):
                raise NotFound(f"match {match_id}")
            if match.status is not MatchStatus.AGREED or visit.now >= match.objection_until:
                return visit.redirect(_page_of(match_id))
            page = pages.read_object_page(session, match, actor=visit.actor, now=visit.now)
        return visit.render("meeting/sure.html", page)

    @post("/liever-niet", sync_to_thread=True)
    def object_to(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Redirect:
        """Rather not: somebody else is looked for."""
        with visit.sessions.read() as session:
            match = queries.get_match(session, match_id)
            is_own = permissions.is_requester(visit.actor, requests.get_request(session, match.request_id))
            is_late = visit.now >= match.objection_until and match.status is not MatchStatus.OBJECTED
        if is_own and is_late:
            return visit.redirect(_page_of(match_id), flash=_TOO_LATE, kind="info")
        return _do(visit, matches.object_to, match_id)

    @get("/afzeggen", sync_to_thread=True)
    def ask_cancel(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Answer:
        """Really cancel?"""
        here = _page_of(match_id)
        with visit.sessions.read() as session:
            match = queries.get_match(session, match_id)
            if not permissions.is_party(visit.actor, match, requests.get_request(session, match.request_id)):
                raise NotFound(f"match {match_id}")
            if match.ended_at is not None:
                return visit.redirect(here)
            page = pages.read_cancel_page(
                session, match, actor=visit.actor, now=visit.now, action=f"{here}/afzeggen", back=here
            )
        return visit.render("meeting/sure.html", page)

    @post("/afzeggen", sync_to_thread=True)
    def cancel(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Redirect:
        """Cancel: the other hears it at once."""
        return _do(visit, matches.cancel, match_id)

    @post("/klaar", sync_to_thread=True)
    def finish(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Redirect:
        """It is done."""
        return _do(visit, matches.finish, match_id)


def _do(visit: Visit, act: Callable[..., Match], match_id: UUID) -> Redirect:
    """Take one step; where that is not possible (any more), the page says how it stands."""
    try:
        with visit.sessions.begin() as session:
            act(session, match_id=match_id, actor=visit.actor, now=visit.now)
    except (IllegalTransition, Overtaken):
        return visit.redirect(_page_of(match_id))
    visit.after_commit()
    return visit.redirect(_page_of(match_id))


def _page_of(match_id: UUID) -> str:
    return f"/koppelingen/{match_id}"
