"""Answering a proposal: from the mailed link, which never signs in, or signed in. Opening changes nothing."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import matches, responses
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition, InvalidInput, NoRoom, Overtaken
from marketplace.links import AnswerLinks
from marketplace.permissions import Actor
from marketplace.queries import matches as queries
from matching.rules import Rule
from web.dependencies import AfterCommit, Given
from web.forms.answering import is_yes, read_no
from web.forms.reading import Form, read_line
from web.guards import requires_sign_in
from web.labels.rules import hints_for_volunteer
from web.pages import answering as pages
from web.pages.offering import word_problems
from web.rendering import HttpRequest, redirect, render


class LinkController(Controller):
    """The signed token in the path is the key: to one proposal, and then to reading or cancelling its match."""

    path = "/antwoord/{token:str}"

    @get(sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
    ) -> Response[str]:
        """Who asks, and the four answers; or how it stands."""
        if (asked := _open(sessions, answer_links, token)) is None:
            return _unknown(request)
        return _show(request, *asked, f"/antwoord/{token}", True, sessions, clock)

    @post(sync_to_thread=True)
    def answer(
        self,
        request: HttpRequest,
        token: FromPath[str],
        data: URLEncodedBody[dict[str, Any]],
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """The answer. After respond-by it changes nothing."""
        if (asked := _open(sessions, answer_links, token)) is None:
            return _unknown(request)
        return _answer(request, *asked, f"/antwoord/{token}", True, data, sessions, clock, after_commit)

    @get("/afzeggen", sync_to_thread=True)
    def ask_cancel(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
    ) -> Response[str] | Redirect:
        """Really cancel?"""
        if (asked := _open(sessions, answer_links, token)) is None:
            return _unknown(request)
        base = f"/antwoord/{token}"
        with sessions.read() as session:
            page = pages.read_cancel(session, asked[0], actor=asked[1], base=base, now=clock())
        if page is None:
            return redirect(base, request=request)
        return render("meeting/sure.html", page, request=request)

    @post("/afzeggen", sync_to_thread=True)
    def cancel(
        self,
        request: HttpRequest,
        token: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        answer_links: Given[AnswerLinks],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Cancel the one match of this proposal, and nothing else."""
        if (asked := _open(sessions, answer_links, token)) is None:
            return _unknown(request)
        proposal_id, actor = asked
        try:
            with sessions.begin() as session:
                match_id = pages.find_match_to_cancel(session, proposal_id, actor=actor)
                if match_id is not None:
                    matches.cancel(session, match_id=match_id, actor=actor, now=clock())
        except (IllegalTransition, Overtaken):
            return redirect(f"/antwoord/{token}", request=request)
        after_commit()
        return redirect(f"/antwoord/{token}", request=request)


class ProposalController(Controller):
    """The same pages for who is signed in."""

    path = "/voorstellen/{proposal_id:uuid}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        proposal_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Response[str]:
        """Who asks, and the four answers; or how it stands."""
        return _show(request, proposal_id, actor, f"/voorstellen/{proposal_id}", False, sessions, clock)

    @post(sync_to_thread=True)
    def answer(
        self,
        request: HttpRequest,
        proposal_id: FromPath[UUID],
        data: URLEncodedBody[dict[str, Any]],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """The answer."""
        base = f"/voorstellen/{proposal_id}"
        return _answer(request, proposal_id, actor, base, False, data, sessions, clock, after_commit)


def _open(sessions: Sessions, links: AnswerLinks, token: str) -> tuple[UUID, Actor] | None:
    """The proposal that a link is for, and the volunteer acting without any role; None for a link that is not ours."""
    proposal_id = links.read(token)
    if proposal_id is None:
        return None
    with sessions.read() as session:
        return proposal_id, Actor(queries.get_proposal(session, proposal_id).person_id)


def _unknown(request: HttpRequest) -> Response[str]:
    return render("answering/unknown.html", pages.UnknownLinkPage(), request=request, status=404)


def _show(
    request: HttpRequest,
    proposal_id: UUID,
    actor: Actor,
    base: str,
    is_linked: bool,
    sessions: Sessions,
    clock: Clock,
    typed: Form | None = None,
    problems: dict[str, str] | None = None,
) -> Response[str]:
    with sessions.read() as session:
        page = pages.read_answer_page(
            session,
            proposal_id,
            actor=actor,
            base=base,
            is_linked=is_linked,
            now=clock(),
            typed_pause=read_line(typed, "pause_until") if typed and "pause_until" in typed else None,
            errors=tuple(word_problems(problems or {}).items()),
        )
    return render("answering/answer.html", page, request=request, status=400 if problems else 200)


def _answer(
    request: HttpRequest,
    proposal_id: UUID,
    actor: Actor,
    base: str,
    is_linked: bool,
    typed: Form,
    sessions: Sessions,
    clock: Clock,
    after_commit: AfterCommit,
) -> Response[str] | Redirect:
    """Say yes or no. Whatever was said before, or comes too late, the page says how it stands."""
    try:
        with sessions.begin() as session:
            if pages.may_answer_now(session, proposal_id, actor=actor, now=clock()):
                _say(session, proposal_id, actor, typed, clock)
    except InvalidInput as refused:
        return _show(request, proposal_id, actor, base, is_linked, sessions, clock, typed, refused.problems)
    except NoRoom:
        page = pages.NoRoomPage(hints=hints_for_volunteer([Rule.CAPACITY]), base=base)
        return render("answering/no_room.html", page, request=request, status=409)
    except (IllegalTransition, Overtaken):
        return redirect(base, request=request)
    after_commit()
    return redirect(base, request=request)


def _say(session: Session, proposal_id: UUID, actor: Actor, typed: Form, clock: Clock) -> None:
    now = clock()
    if is_yes(typed):
        responses.accept(session, proposal_id=proposal_id, actor=actor, now=now)
        return
    reason, pause_until = read_no(typed, now=now)
    responses.decline(session, proposal_id=proposal_id, actor=actor, now=now, reason=reason, pause_until=pause_until)
