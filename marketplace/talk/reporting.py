"""Everybody may report what is not right: a request, what somebody offers, a message, or a person."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import screening
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Report, ReportAbout, ReportKind
from marketplace.permissions import Actor
from marketplace.queries import moderation as queries
from marketplace.talk import pairs
from marketplace.talk.pairs import Pair

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
    pair_id: UUID | None = None,
) -> Report:
    """Say what is not right: it has an owner and a next moment from the start. Sent twice it is one.

    A message, or a person, is reported out of a match that both are in, or the way they go with a buddy.
    Raises NotFound, InvalidInput.
    """
    request, offer, message, author_id = queries.find_author(session, about, subject_id)
    pair = _pair_of(session, about, message.conversation_id if message else pair_id, actor)
    if author_id is None or author_id == actor.person_id or not _may_know(about, author_id, pair, offer):
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
    where = request or offer or pair
    return screening.open_report(
        session,
        about,
        municipality_id=where.municipality_id if where else municipality_id,
        person_id=author_id,
        request=request,
        offer_id=offer.id if offer else None,
        message_id=message.id if message else None,
        match_id=pair.match.id if pair and pair.match else None,
        introduction_id=pair.introduction.id if pair and pair.introduction else None,
        reporter_id=actor.person_id,
        kind=kind,
        words=words.strip(),
        now=now,
    )


def _pair_of(session: Session, about: ReportAbout, pair_id: UUID | None, actor: Actor) -> Pair | None:
    """The two of whom a message or a person is reported, of which the actor is one. Raises NotFound."""
    if about not in (ReportAbout.MESSAGE, ReportAbout.PERSON):
        return None
    if pair_id is None:
        raise NotFound("a pair")
    return pairs.get_own(session, pair_id, actor)


def _may_know(about: ReportAbout, author_id: UUID, pair: Pair | None, offer: object) -> bool:
    """Nobody is picked out whom one did not meet: an id that somebody found elsewhere opens nothing."""
    if about is ReportAbout.PERSON and pair is not None:
        return pair.has(author_id)
    if about is ReportAbout.OFFER:
        return bool(getattr(offer, "is_public", False))
    return True
