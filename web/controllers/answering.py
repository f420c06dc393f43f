"""Answering a proposal: from the mailed link, which never signs in, or signed in. Opening changes nothing."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace import matches, responses
from marketplace.errors import IllegalTransition, InvalidInput, NoRoom, Overtaken
from marketplace.links import AnswerLinks
from marketplace.permissions import Actor
from marketplace.queries import matches as queries
from matching.rules import Rule
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.answering import is_yes, read_no
from web.forms.reading import Form, read_line
from web.guards import requires_sign_in
from web.labels.rules import hints_for_volunteer
from web.pages import answering as pages
from web.pages.offering import word_problems


@dataclass(frozen=True)
class Asked:
    """A proposal, the volunteer it asks, and by which way they came."""

    proposal_id: UUID
    actor: Actor
    base: str
    is_linked: bool


class LinkController(Controller):
    """The signed token in the path is the key: to one proposal, and then to reading or cancelling its match."""

    path = "/antwoord/{token:str}"

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], token: FromPath[str], answer_links: Given[AnswerLinks]) -> Response[str]:
        """Who asks, and the four answers; or how it stands."""
        if (asked := _open(visit, answer_links, token)) is None:
            return _unknown(visit)
        return _show(visit, asked)

    @post(sync_to_thread=True)
    def answer(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, answer_links: Given[AnswerLinks]
    ) -> Answer:
        """The answer. After respond-by it changes nothing."""
        if (asked := _open(visit, answer_links, token)) is None:
            return _unknown(visit)
        return _answer(visit, asked, data)

    @get("/afzeggen", sync_to_thread=True)
    def ask_cancel(self, visit: Given[Visit], token: FromPath[str], answer_links: Given[AnswerLinks]) -> Answer:
        """Really cancel?"""
        if (asked := _open(visit, answer_links, token)) is None:
            return _unknown(visit)
        with visit.sessions.read() as session:
            page = pages.read_cancel(session, asked.proposal_id, actor=asked.actor, base=asked.base, now=visit.now)
        if page is None:
            return visit.redirect(asked.base)
        return visit.render("meeting/sure.html", page)

    @post("/afzeggen", sync_to_thread=True)
    def cancel(self, visit: Given[Visit], token: FromPath[str], answer_links: Given[AnswerLinks]) -> Answer:
        """Cancel the one match of this proposal, and nothing else."""
        if (asked := _open(visit, answer_links, token)) is None:
            return _unknown(visit)
        try:
            with visit.sessions.begin() as session:
                match_id = pages.find_match_to_cancel(session, asked.proposal_id, actor=asked.actor)
                if match_id is not None:
                    matches.cancel(session, match_id=match_id, actor=asked.actor, now=visit.now)
        except (IllegalTransition, Overtaken):
            return visit.redirect(asked.base)
        visit.after_commit()
        return visit.redirect(asked.base)


class ProposalController(Controller):
    """The same pages for who is signed in."""

    path = "/voorstellen/{proposal_id:uuid}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], proposal_id: FromPath[UUID]) -> Response[str]:
        """Who asks, and the four answers; or how it stands."""
        return _show(visit, _signed_in(visit, proposal_id))

    @post(sync_to_thread=True)
    def answer(self, visit: Given[Visit], proposal_id: FromPath[UUID], data: Typed) -> Answer:
        """The answer."""
        return _answer(visit, _signed_in(visit, proposal_id), data)


def _signed_in(visit: Visit, proposal_id: UUID) -> Asked:
    return Asked(proposal_id, visit.actor, f"/voorstellen/{proposal_id}", is_linked=False)


def _open(visit: Visit, links: AnswerLinks, token: str) -> Asked | None:
    """The proposal that a link is for, and the volunteer acting without any role; None for a link that is not ours."""
    proposal_id = links.read(token)
    if proposal_id is None:
        return None
    with visit.sessions.read() as session:
        actor = Actor(queries.get_proposal(session, proposal_id).person_id)
    return Asked(proposal_id, actor, f"/antwoord/{token}", is_linked=True)


def _unknown(visit: Visit) -> Response[str]:
    return visit.render("answering/unknown.html", pages.UnknownLinkPage(), status=404)


def _show(
    visit: Visit, asked: Asked, typed: Form | None = None, problems: dict[str, str] | None = None
) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_answer_page(
            session,
            asked.proposal_id,
            actor=asked.actor,
            base=asked.base,
            is_linked=asked.is_linked,
            now=visit.now,
            typed_pause=read_line(typed, "pause_until") if typed and "pause_until" in typed else None,
            errors=tuple(word_problems(problems or {}).items()),
        )
    return visit.render("answering/answer.html", page, status=400 if problems else 200)


def _answer(visit: Visit, asked: Asked, typed: Form) -> Answer:
    """Say yes or no. Whatever was said before, or comes too late, the page says how it stands."""
    try:
        with visit.sessions.begin() as session:
            if pages.may_answer_now(session, asked.proposal_id, actor=asked.actor, now=visit.now):
                _say(visit, session, asked, typed)
    except InvalidInput as refused:
        return _show(visit, asked, typed, refused.problems)
    except NoRoom:
        page = pages.NoRoomPage(hints=hints_for_volunteer([Rule.CAPACITY]), base=asked.base)
        return visit.render("answering/no_room.html", page, status=409)
    except (IllegalTransition, Overtaken):
        return visit.redirect(asked.base)
    visit.after_commit()
    return visit.redirect(asked.base)


def _say(visit: Visit, session: Session, asked: Asked, typed: Form) -> None:
    proposal_id, actor, now = asked.proposal_id, asked.actor, visit.now
    if is_yes(typed):
        responses.accept(session, proposal_id=proposal_id, actor=actor, now=now)
        return
    reason, pause_until = read_no(typed, now=now)
    responses.decline(session, proposal_id=proposal_id, actor=actor, now=now, reason=reason, pause_until=pause_until)
