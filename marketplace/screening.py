"""Texts are looked at as they come, and what is worth a look is laid before a person: who, by when, and why.

A text of somebody new that holds a serious sign waits for that person before anybody else reads it; of a request that
is so by giving it to them, as any case that a coordinator takes.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import history, notices, ownership
from marketplace.models import (
    ActingAs,
    Channel,
    EventKind,
    HelpRequest,
    Message,
    ModerationStep,
    ModerationStepKind,
    NoticeKind,
    Offer,
    Report,
    ReportAbout,
    ReportKind,
)
from marketplace.policies import DESK
from marketplace.queries import moderation as queries
from marketplace.queries.roster import read_roster
from marketplace.textscreen import HOLDS, LEAST_TO_COMPARE, Sign, find_likeness, find_signs


@dataclass(frozen=True)
class ScreeningPolicy:
    """Who is new here, and how far back texts are compared."""

    new_days: int = 60
    compared_days: int = 30
    most_compared: int = 400

    def __post_init__(self) -> None:
        if min(self.new_days, self.compared_days, self.most_compared) <= 0:
            raise ValueError("ScreeningPolicy: every amount is above 0")


POLICY: Final = ScreeningPolicy()


def screen_request(session: Session, request: HelpRequest, *, now: datetime) -> Report | None:
    """A request that was just posted or changed: what is worth a look lies before a person, and perhaps waits for them.

    What staff wrote down for somebody, they read while they did.
    """
    if request.channel is not Channel.WEB or request.entered_by_id is not None:
        return None
    author = request.representative_id or request.requester_id
    signs = (*find_signs(request.text), *_likeness(session, request, now))
    if not signs:
        return None
    is_held = not HOLDS.isdisjoint(signs) and is_new(session, author, now)
    report = open_report(
        session,
        ReportAbout.REQUEST,
        municipality_id=request.municipality_id,
        person_id=author,
        request=request,
        signs=signs,
        is_held=is_held,
        now=now,
    )
    if report.is_held and report.owner_id is not None:
        ownership.give_to_person(session, request, report.owner_id, now=now)
        request.held_at = now
        session.add(request)
        history.about_request(session, EventKind.TEXT_HELD, request, at=now, acting_as=ActingAs.ENGINE)
        notices.about_request(
            session,
            NoticeKind.TEXT_HELD,
            request,
            to=notices.told_for(request),
            at=now,
            key=f"{report.id}:{now.isoformat()}",
        )
    return report


def screen_offer(session: Session, offer: Offer, *, now: datetime) -> Report | None:
    """The sentence of somebody who helps. Held, it is not public; the engine asks them all the same."""
    signs = find_signs(offer.sentence)
    if not signs:
        return None
    is_held = not HOLDS.isdisjoint(signs) and is_new(session, offer.person_id, now)
    return open_report(
        session,
        ReportAbout.OFFER,
        municipality_id=offer.municipality_id,
        person_id=offer.person_id,
        offer_id=offer.id,
        signs=signs,
        is_held=is_held,
        now=now,
    )


def screen_message(
    session: Session, message: Message, *, match_id: UUID | None, introduction_id: UUID | None, now: datetime
) -> Report | None:
    """One message. It arrives all the same: the two know each other; numbers are theirs to give."""
    signs = tuple(sign for sign in find_signs(message.text) if sign is not Sign.CONTACT)
    if not signs:
        return None
    return open_report(
        session,
        ReportAbout.MESSAGE,
        municipality_id=message.municipality_id,
        person_id=message.sender_id,
        message_id=message.id,
        match_id=match_id,
        introduction_id=introduction_id,
        signs=signs,
        now=now,
    )


def is_new(session: Session, person_id: UUID, now: datetime) -> bool:
    """Whether somebody is here for a short while and never helped, or was helped, to the end."""
    return queries.is_younger(session, person_id, since=now - timedelta(days=POLICY.new_days)) and not queries.has_done(
        session, person_id
    )


def open_report(
    session: Session,
    about: ReportAbout,
    *,
    municipality_id: UUID,
    person_id: UUID | None,
    now: datetime,
    request: HelpRequest | None = None,
    offer_id: UUID | None = None,
    message_id: UUID | None = None,
    match_id: UUID | None = None,
    introduction_id: UUID | None = None,
    reporter_id: UUID | None = None,
    kind: ReportKind | None = None,
    words: str = "",
    signs: tuple[Sign, ...] = (),
    is_held: bool = False,
) -> Report:
    """Lay something before a person; the same by the same one lies there once. Nobody looks at what is about them."""
    area, skill = (request.postcode[:4], request.skill_code) if request else ("", "")
    subject = message_id or (request.id if request else None) or offer_id or person_id
    occasion = f"{about.value}:{subject}:{reporter_id or 'machine'}"
    if (known := queries.find_open(session, occasion)) is not None:
        known.signs = sorted({*known.signs, *(sign.value for sign in signs)})
        session.add(known)
        return known
    owner_id = read_roster(session, municipality_id, now=now).owner_for(area, skill, besides=person_id)
    if owner_id == person_id:
        owner_id = None
    report = Report(
        municipality_id=municipality_id,
        about=about,
        person_id=person_id,
        request_id=request.id if request else None,
        offer_id=offer_id,
        message_id=message_id,
        match_id=match_id,
        introduction_id=introduction_id,
        reporter_id=reporter_id,
        kind=kind,
        words=words,
        signs=[sign.value for sign in signs],
        occasion=occasion,
        # With nobody to look at it, nothing may wait for that.
        is_held=is_held and owner_id is not None,
        reported_at=now,
        owner_id=owner_id,
        next_moment_at=DESK.deadline(now),
    )
    try:
        with session.begin_nested():
            session.add(report)
    except IntegrityError:  # reported by two tabs at once; the other one's lies there
        known = queries.find_open(session, occasion)
        if known is None:
            raise
        return known
    log_step(session, ModerationStepKind.REPORTED, now=now, actor_id=reporter_id, report_id=report.id)
    if owner_id is not None:
        tell_staff(session, municipality_id, owner_id, key=f"{report.id}:{now.isoformat()}", now=now)
    return report


def log_step(
    session: Session,
    kind: ModerationStepKind,
    *,
    now: datetime,
    actor_id: UUID | None,
    report_id: UUID | None = None,
    suspension_id: UUID | None = None,
    text: str = "",
) -> None:
    """One thing that was done, which stays."""
    session.add(
        ModerationStep(
            report_id=report_id, suspension_id=suspension_id, at=now, actor_id=actor_id, kind=kind, text=text
        )
    )
    session.flush()


def tell_staff(session: Session, municipality_id: UUID, person_id: UUID, *, key: str, now: datetime) -> None:
    """There is something to look at; what it is stands on the page only."""
    notices.queue(
        session,
        NoticeKind.MODERATION_FOR_STAFF,
        municipality_id=municipality_id,
        person_id=person_id,
        at=now,
        key=key,
    )


def _likeness(session: Session, request: HelpRequest, now: datetime) -> tuple[Sign, ...]:
    if len(request.text) < LEAST_TO_COMPARE:
        return ()
    since = now - timedelta(days=POLICY.compared_days)
    rows = queries.list_texts(
        session, request.municipality_id, since=since, least=LEAST_TO_COMPARE, limit=POLICY.most_compared
    )
    by_person: defaultdict[UUID, list[str]] = defaultdict(list)
    for request_id, person_id, text in rows:
        if request_id != request.id:
            by_person[person_id].append(text)
    own = by_person.pop(request.requester_id, [])
    return find_likeness(request.text, own=own, others=list(by_person.values()))
