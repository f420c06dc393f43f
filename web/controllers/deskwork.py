"""Calling and writing to people without e-mail: the list of calls, one call, and the letters to print."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import deskwork, file_looks
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.deskwork import InHand
from marketplace.errors import InvalidInput
from marketplace.models import NoticeKind, OutboxMessage
from marketplace.permissions import Actor
from marketplace.queries.deskwork import list_letters
from web.dependencies import AfterCommit, Given
from web.forms import dates as forms
from web.forms.reading import Form, read_line, read_many
from web.guards import requires_desk
from web.labels.scripts import SO_IT_WAS
from web.mails import places_of
from web.pages.deskwork import CALLS, LETTERS, call_page, calls_page, post_page
from web.relaying import Line, answer
from web.rendering import HttpRequest, Site, redirect, render

_TAKEN = "Een collega belt al, of het is al gedaan."
_MOOT = "Dit hoeft niet meer: er is intussen iets veranderd."


class CallsController(Controller):
    """The telephone: one call in one pair of hands."""

    path = CALLS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show_list(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str]:
        """Who is to be called."""
        with sessions.read() as session:
            page = calls_page(session, municipality_id=site.municipality_id, actor=actor, now=clock())
        return render("deskwork/calls.html", page, request=request)

    @post("/{message_id:uuid}/nemen", sync_to_thread=True)
    def take(
        self,
        request: HttpRequest,
        message_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Redirect:
        """Take a call in hand."""
        try:
            with sessions.begin() as session:
                deskwork.take(session, message_id, actor=actor, now=clock())
        except InHand:
            return redirect(CALLS, request=request, flash=_TAKEN, kind="info")
        return redirect(f"{CALLS}/{message_id}", request=request)

    @get("/{message_id:uuid}", sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        message_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str] | Redirect:
        """What to say. Only who has the call in hand sees it."""
        try:
            with sessions.begin() as session:
                return _show(request, session, message_id, site=site, actor=actor, now=clock())
        except InHand:
            return redirect(CALLS, request=request, flash=_TAKEN, kind="info")

    @post("/{message_id:uuid}", sync_to_thread=True)
    def record(
        self,
        request: HttpRequest,
        message_id: FromPath[UUID],
        data: URLEncodedBody[dict[str, Any]],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Do what was answered; who has more to hear stays on the line."""
        now, given = clock(), read_line(data, "answer")
        try:
            with sessions.begin() as session:
                message = deskwork.held(session, message_id, actor=actor, now=now)
                words = answer(_line(session, message, actor, now, data, given), given)
                if not words:
                    error = "Kies hieronder hoe het gesprek ging."
                    return _show(request, session, message_id, site=site, actor=actor, now=now, error=error)
                more = _take_next(request, session, message, site=site, actor=actor, now=now)
        except InvalidInput as refused:
            with sessions.begin() as session:
                return _show(request, session, message_id, site=site, actor=actor, now=now, typed=data, refused=refused)
        except InHand:
            return redirect(CALLS, request=request, flash=_TAKEN, kind="info")
        after_commit()
        if more is not None:
            return redirect(f"{CALLS}/{more}", request=request, flash=f"{words} Er is nog iets te vertellen.")
        return redirect(CALLS, request=request, flash=words)

    @post("/{message_id:uuid}/terugleggen", sync_to_thread=True)
    def give_back(
        self,
        request: HttpRequest,
        message_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Redirect:
        """Not now after all: a colleague may call."""
        try:
            with sessions.begin() as session:
                deskwork.give_back(session, message_id, actor=actor, now=clock())
        except InHand:
            return redirect(CALLS, request=request, flash=_TAKEN, kind="info")
        return redirect(CALLS, request=request, flash="Een collega kan nu bellen.")


class PostController(Controller):
    """Letters: printed here, posted by somebody."""

    path = LETTERS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str]:
        """The letters, one to a sheet when they are printed. Looking is logged."""
        now = clock()
        with sessions.begin() as session:
            page = post_page(
                session,
                municipality_id=site.municipality_id,
                places=places_of(request),
                telephone=site.telephone,
                actor=actor,
                now=now,
            )
            about = {letter.id: letter.about for letter in page.letters}
            for message in list_letters(session, site.municipality_id, now=now):
                people = about.get(str(message.id), ())
                deskwork.note_looks(session, message, people, action=file_looks.LETTER, actor=actor, now=now)
        return render("deskwork/post.html", page, request=request)

    @post("/", sync_to_thread=True)
    def posted(
        self,
        request: HttpRequest,
        data: URLEncodedBody[dict[str, Any]],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Redirect:
        """These letters are on their way; those that had nothing to tell any more go."""
        now = clock()
        with sessions.begin() as session:
            count = deskwork.post(
                session, _ids(data, "letter"), municipality_id=site.municipality_id, actor=actor, now=now
            )
            for letter in list_letters(session, site.municipality_id, now=now, only=_ids(data, "moot")):
                deskwork.drop(session, letter)
        words = "Er stond niets meer te wachten."
        if count:
            words = "De brief is op de post." if count == 1 else f"{count} brieven zijn op de post."
        return redirect(LETTERS, request=request, flash=words)


def _show(
    request: HttpRequest,
    session: Session,
    message_id: UUID,
    *,
    site: Site,
    actor: Actor,
    now: datetime,
    error: str = "",
    typed: Form | None = None,
    refused: InvalidInput | None = None,
) -> Response[str] | Redirect:
    message = deskwork.held(session, message_id, actor=actor, now=now)
    page = call_page(
        session,
        message,
        places=places_of(request),
        organisation=site.organisation,
        now=now,
        error=error,
        typed=forms.keep_told(typed or {}),
        problems=refused.problems if refused else None,
    )
    if page is None:
        deskwork.drop(session, message)
        return redirect(CALLS, request=request, flash=_MOOT, kind="info")
    deskwork.note_looks(session, message, page.about, action=file_looks.CALL, actor=actor, now=now)
    return render("deskwork/call.html", page, request=request, status=400 if error or refused else 200)


def _take_next(
    request: HttpRequest, session: Session, message: OutboxMessage, *, site: Site, actor: Actor, now: datetime
) -> UUID | None:
    """What else the person on the line is to be told; what is over by now is cleared away."""
    while message.sent_at is not None:
        more = deskwork.take_next(session, message.person_id, actor=actor, now=now)
        if more is None:
            return None
        other = deskwork.held(session, more, actor=actor, now=now)
        if call_page(session, other, places=places_of(request), organisation=site.organisation, now=now) is not None:
            return more
        deskwork.drop(session, other)
    return None


def _line(session: Session, message: OutboxMessage, actor: Actor, now: datetime, typed: Form, given: str) -> Line:
    if given != SO_IT_WAS or message.kind is not NoticeKind.HOW_WAS_IT:
        return Line(session, message, actor, now)
    minutes = forms.read_hours(typed) if "hours" in typed else None
    return Line(session, message, actor, now, said=forms.read_said(typed), minutes=minutes)


def _ids(data: dict[str, Any], name: str) -> frozenset[UUID]:
    found = set()
    for one in read_many(data, name):
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return frozenset(found)
