"""Everybody may report what is not right: a request, what somebody offers, a message, or a person."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions, screening
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Match, Report, ReportAbout, ReportKind
from marketplace.permissions import Actor
from marketplace.queries import matches, requests
from marketplace.queries import moderation as queries

MOST_WORDS: Final = 500
# Who reports more than this in a day calls us.
MOST_A_DAY: Final = 10


def report(
    session: Session,
    about: ReportAbout,
    subject_id: UUID,
    *,
    kind: ReportKind | None,
    words: str,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    match_id: UUID | None = None,
) -> Report:
    """Say what is not right: it has an owner and a next moment from the start. Sent twice it is one.

    A message, or a person, is reported out of a match that both are in. Raises NotFound, InvalidInput.
    """
    request, offer, message, author_id = queries.find_author(session, about, subject_id)
    match = _match_of(session, about, message.match_id if message else match_id, actor)
    if author_id is None or author_id == actor.person_id or not _may_know(about, author_id, match, session, offer):
        raise NotFound(f"{about.value} {subject_id}")
    problems = {}
    if kind is None:
        problems["kind"] = "report_kind_missing"
    if not words.strip() or len(words.strip()) > MOST_WORDS:
        problems["words"] = "report_words_long" if words.strip() else "report_words_missing"
    since = now - timedelta(days=1)
    if sum(one.reported_at > since for one in queries.list_by(session, actor.person_id)) >= MOST_A_DAY:
        problems["words"] = "report_many"
    if problems:
        raise InvalidInput(problems)
    where = request or offer or match
    return screening.open_report(
        session,
        about,
        municipality_id=where.municipality_id if where else municipality_id,
        person_id=author_id,
        request=request,
        offer_id=offer.id if offer else None,
        message_id=message.id if message else None,
        match_id=match.id if match else None,
        reporter_id=actor.person_id,
        kind=kind,
        words=words.strip(),
        now=now,
    )


def _match_of(session: Session, about: ReportAbout, match_id: UUID | None, actor: Actor) -> Match | None:
    """The match that a message or a person is reported from, of which the actor is one side. Raises NotFound."""
    if about not in (ReportAbout.MESSAGE, ReportAbout.PERSON):
        return None
    if match_id is None:
        raise NotFound("a match")
    match = matches.get_match(session, match_id)
    if not permissions.is_party(actor, match, requests.get_request(session, match.request_id)):
        raise NotFound(f"match {match_id}")
    return match


def _may_know(about: ReportAbout, author_id: UUID, match: Match | None, session: Session, offer: object) -> bool:
    """Nobody is picked out whom one did not meet: an id that somebody found elsewhere opens nothing."""
    if about is ReportAbout.PERSON and match is not None:
        request = requests.get_request(session, match.request_id)
        return author_id in (match.person_id, request.requester_id, request.representative_id)
    if about is ReportAbout.OFFER:
        return bool(getattr(offer, "is_public", False))
    return True
