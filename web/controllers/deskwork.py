"""Calling and writing to people without e-mail: the list of calls, one call, and the letters to print."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import deskwork, file_looks
from marketplace.deskwork import InHand
from marketplace.errors import InvalidInput
from marketplace.models import NoticeKind, OutboxMessage
from marketplace.queries.deskwork import list_letters
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import dates as forms
from web.forms.buddies import keep_talk, on_fields, read_talk
from web.forms.reading import Form, is_ticked, read_id, read_line, read_many, read_text
from web.guards import requires_desk
from web.labels.scripts import REPLIES, SO_IT_GOES, SO_IT_WAS
from web.mails import places_of
from web.pages.deskwork import CALLS, LETTERS, call_page, calls_page, post_page
from web.relaying import Line, answer

_TAKEN = "Een collega belt al, of het is al gedaan."
_MOOT = "Dit hoeft niet meer: er is intussen iets veranderd."


class CallsController(Controller):
    """The telephone: one call in one pair of hands."""

    path = CALLS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show_list(self, visit: Given[Visit]) -> Response[str]:
        """Who is to be called."""
        with visit.sessions.read() as session:
            page = calls_page(session, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now)
        return visit.render("deskwork/calls.html", page)

    @post("/{message_id:uuid}/nemen", sync_to_thread=True)
    def take(self, visit: Given[Visit], message_id: FromPath[UUID]) -> Redirect:
        """Take a call in hand."""
        try:
            with visit.sessions.begin() as session:
                deskwork.take(session, message_id, actor=visit.actor, now=visit.now)
        except InHand:
            return _taken(visit)
        return visit.redirect(f"{CALLS}/{message_id}")

    @get("/{message_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], message_id: FromPath[UUID]) -> Answer:
        """What to say. Only who has the call in hand sees it."""
        try:
            with visit.sessions.begin() as session:
                return _show(visit, session, message_id)
        except InHand:
            return _taken(visit)

    @post("/{message_id:uuid}", sync_to_thread=True)
    def record(self, visit: Given[Visit], message_id: FromPath[UUID], data: Typed) -> Answer:
        """Do what was answered; who has more to hear stays on the line."""
        given = read_line(data, "answer")
        try:
            with visit.sessions.begin() as session:
                message = deskwork.held(session, message_id, actor=visit.actor, now=visit.now)
                words = answer(_line(visit, session, message, data, given), given)
                if not words:
                    return _show(visit, session, message_id, error="Kies hieronder hoe het gesprek ging.")
                more = _take_next(visit, session, message)
        except InvalidInput as refused:
            with visit.sessions.begin() as session:
                return _show(visit, session, message_id, typed=data, refused=refused)
        except InHand:
            return _taken(visit)
        visit.after_commit()
        if more is not None:
            return visit.redirect(f"{CALLS}/{more}", flash=f"{words} Er is nog iets te vertellen.")
        return visit.redirect(CALLS, flash=words)

    @post("/{message_id:uuid}/terugleggen", sync_to_thread=True)
    def give_back(self, visit: Given[Visit], message_id: FromPath[UUID]) -> Redirect:
        """Not now after all: a colleague may call."""
        try:
            with visit.sessions.begin() as session:
                deskwork.give_back(session, message_id, actor=visit.actor, now=visit.now)
        except InHand:
            return _taken(visit)
        return visit.redirect(CALLS, flash="Een collega kan nu bellen.")


class PostController(Controller):
    """Letters: printed here, posted by somebody."""

    path = LETTERS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """The letters, one to a sheet when they are printed. Looking is logged."""
        with visit.sessions.begin() as session:
            page = post_page(
                session,
                municipality_id=visit.site.municipality_id,
                places=places_of(visit.request),
                telephone=visit.site.telephone,
                actor=visit.actor,
                now=visit.now,
            )
            about = {letter.id: letter.about for letter in page.letters}
            for message in list_letters(session, visit.site.municipality_id, now=visit.now):
                people = about.get(str(message.id), ())
                deskwork.note_looks(
                    session, message, people, action=file_looks.LETTER, actor=visit.actor, now=visit.now
                )
        return visit.render("deskwork/post.html", page)

    @post("/", sync_to_thread=True)
    def posted(self, visit: Given[Visit], data: Typed) -> Redirect:
        """These letters are on their way; those that had nothing to tell any more go."""
        with visit.sessions.begin() as session:
            count = deskwork.post(
                session,
                _ids(data, "letter"),
                municipality_id=visit.site.municipality_id,
                actor=visit.actor,
                now=visit.now,
            )
            for letter in list_letters(session, visit.site.municipality_id, now=visit.now, only=_ids(data, "moot")):
                deskwork.drop(session, letter)
        words = "Er stond niets meer te wachten."
        if count:
            words = "De brief is op de post." if count == 1 else f"{count} brieven zijn op de post."
        return visit.redirect(LETTERS, flash=words)


def _taken(visit: Visit) -> Redirect:
    return visit.redirect(CALLS, flash=_TAKEN, kind="info")


def _show(
    visit: Visit,
    session: Session,
    message_id: UUID,
    *,
    error: str = "",
    typed: Form | None = None,
    refused: InvalidInput | None = None,
) -> Answer:
    message = deskwork.held(session, message_id, actor=visit.actor, now=visit.now)
    page = call_page(
        session,
        message,
        places=places_of(visit.request),
        organisation=visit.site.organisation,
        now=visit.now,
        error=error,
        typed={**forms.keep_told(typed or {}), **keep_talk(typed or {}), "text": read_text(typed or {}, "text")},
        problems=on_fields(refused.problems) if refused else None,
    )
    if page is None:
        deskwork.drop(session, message)
        return visit.redirect(CALLS, flash=_MOOT, kind="info")
    deskwork.note_looks(session, message, page.about, action=file_looks.CALL, actor=visit.actor, now=visit.now)
    return visit.render("deskwork/call.html", page, status=400 if error or refused else 200)


def _take_next(visit: Visit, session: Session, message: OutboxMessage) -> UUID | None:
    """What else the person on the line is to be told; what is over by now is cleared away."""
    while message.sent_at is not None:
        more = deskwork.take_next(session, message.person_id, actor=visit.actor, now=visit.now)
        if more is None:
            return None
        other = deskwork.held(session, more, actor=visit.actor, now=visit.now)
        places, organisation = places_of(visit.request), visit.site.organisation
        if call_page(session, other, places=places, organisation=organisation, now=visit.now) is not None:
            return more
        deskwork.drop(session, other)
    return None


def _line(visit: Visit, session: Session, message: OutboxMessage, typed: Form, given: str) -> Line:
    if given == REPLIES and message.kind is NoticeKind.MESSAGE_RECEIVED:
        said = read_text(typed, "text")
        return Line(session, message, visit.actor, visit.now, reply=said, knowingly=is_ticked(typed, "toch"))
    if given == SO_IT_GOES and message.kind is NoticeKind.BUDDY_TALK:
        return Line(session, message, visit.actor, visit.now, talk=read_talk(typed))
    if given != SO_IT_WAS or message.kind is not NoticeKind.HOW_WAS_IT:
        return Line(session, message, visit.actor, visit.now)
    minutes = forms.read_hours(typed) if "hours" in typed else None
    return Line(session, message, visit.actor, visit.now, said=forms.read_said(typed), minutes=minutes)


def _ids(data: Form, name: str) -> frozenset[UUID]:
    return frozenset(found for one in read_many(data, name) if (found := read_id(one)) is not None)
