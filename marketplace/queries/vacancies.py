"""Vacancies and their shifts, as the public, who applies and who chooses need them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.errors import NotFound
from marketplace.lifecycle import RUNNING_MATCHES, STANDING_MATCHES
from marketplace.lifecycle.clubs import LIVE_WAITING
from marketplace.models import (
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    Organisation,
    OrganisationStatus,
    Person,
    Proposal,
    ProposalStatus,
    RequestWeekly,
    RequestWindow,
    Skill,
    Slot,
    SlotStatus,
    Vacancy,
    VacancyAnswer,
    WaitingPlace,
)
from marketplace.queries.listing import WeeklyRow, WindowRow


@dataclass(frozen=True)
class ShiftRow:
    """One shift of a vacancy, or the one request of a continuing one."""

    request_id: UUID
    vacancy_id: UUID
    windows: tuple[WindowRow, ...]
    weekly: tuple[WeeklyRow, ...]
    minutes: int
    respond_by: datetime
    ended_at: datetime | None
    # Places that are free, and those that were ever meant for somebody: withdrawn and closed ones apart.
    free: int
    places: int
    waiting: int

    @property
    def starts_at(self) -> datetime | None:
        """When it begins; None for what is every week."""
        return self.windows[0].starts_at if self.windows else None

    def is_coming(self, now: datetime) -> bool:
        """Whether it is still to be, and not called off."""
        if self.ended_at is not None or not self.places:
            return False
        return self.starts_at is None or self.starts_at > now

    def is_open(self, now: datetime) -> bool:
        """Whether somebody can still offer."""
        return self.is_coming(now) and self.free > 0 and now < self.respond_by


@dataclass(frozen=True)
class VacancyRow:
    """An open vacancy as everybody may see it."""

    vacancy: Vacancy
    organisation: Organisation
    skill_label: str
    shifts: tuple[ShiftRow, ...]


@dataclass(frozen=True)
class HelperRow:
    """Who comes to a shift, as the organisation knows them."""

    match_id: UUID
    request_id: UUID
    person_id: UUID
    first_name: str
    status: MatchStatus


@dataclass(frozen=True)
class ApplicantRow:
    """Who said yes and waits for the organisation's choice."""

    proposal_id: UUID
    request_id: UUID
    person_id: UUID
    first_name: str
    neighbourhood: str
    sentence: str
    expires_at: datetime


@dataclass(frozen=True)
class OwnPart:
    """How somebody stands to one shift; what is None is not so."""

    match_id: UUID | None = None
    proposal: Proposal | None = None
    waiting: WaitingPlace | None = None


def get(session: Session, vacancy_id: UUID) -> Vacancy:
    """One vacancy. Raises NotFound."""
    if (found := session.get(Vacancy, vacancy_id)) is None:
        raise NotFound(f"vacancy {vacancy_id}")
    return found


def list_of(session: Session, organisation_id: UUID) -> Sequence[Vacancy]:
    """Every vacancy of an organisation, the newest first."""
    query = select(Vacancy).where(Vacancy.organisation_id == organisation_id)
    return session.exec(query.order_by(col(Vacancy.posted_at).desc(), col(Vacancy.id))).all()


def list_requests(session: Session, vacancy_id: UUID) -> Sequence[HelpRequest]:
    """The requests of a vacancy in the order of their ids, so that they can be held one by one."""
    query = select(HelpRequest).where(HelpRequest.vacancy_id == vacancy_id)
    return session.exec(query.order_by(col(HelpRequest.id))).all()


def list_shifts(session: Session, vacancy_ids: Iterable[UUID]) -> dict[UUID, tuple[ShiftRow, ...]]:
    """The shifts of some vacancies, each the first first."""
    wanted = list(vacancy_ids)
    query = select(HelpRequest).where(col(HelpRequest.vacancy_id).in_(wanted)).order_by(col(HelpRequest.id))
    requests = session.exec(query).all()
    ids = [request.id for request in requests]
    windows, weekly, slots, waiting = (
        _windows(session, ids),
        _weekly(session, ids),
        _slots(session, ids),
        _waiting(session, ids),
    )
    found: defaultdict[UUID, list[ShiftRow]] = defaultdict(list)
    for request in requests:
        assert request.vacancy_id is not None
        of_status = slots.get(request.id, {})
        gone = of_status.get(SlotStatus.WITHDRAWN, 0) + of_status.get(SlotStatus.CLOSED, 0)
        found[request.vacancy_id].append(
            ShiftRow(
                request_id=request.id,
                vacancy_id=request.vacancy_id,
                windows=tuple(windows.get(request.id, ())),
                weekly=tuple(weekly.get(request.id, ())),
                minutes=request.minutes,
                respond_by=request.respond_by,
                ended_at=request.ended_at,
                free=of_status.get(SlotStatus.FREE, 0),
                places=sum(of_status.values()) - gone,
                waiting=waiting.get(request.id, 0),
            )
        )
    return {
        vacancy_id: tuple(sorted(rows, key=lambda row: (row.starts_at is None, row.starts_at or row.respond_by)))
        for vacancy_id, rows in found.items()
    }


def list_open(
    session: Session, municipality_id: UUID, *, now: datetime, organisation_id: UUID | None = None
) -> Sequence[VacancyRow]:
    """Vacancies of organisations that staff have seen, with a place that somebody can still offer for; newest first."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    asked = select(HelpRequest.vacancy_id).where(
        col(HelpRequest.id).in_(free), col(HelpRequest.ended_at).is_(None), col(HelpRequest.respond_by) > now
    )
    query = (
        select(Vacancy, Organisation, Skill.label_nl)
        .join(Organisation, col(Organisation.id) == col(Vacancy.organisation_id))
        .join(Skill, col(Skill.code) == col(Vacancy.skill_code))
        .where(
            Vacancy.municipality_id == municipality_id,
            col(Vacancy.ended_at).is_(None),
            Organisation.status == OrganisationStatus.CONFIRMED,
            col(Vacancy.id).in_(asked),
        )
    )
    if organisation_id is not None:
        query = query.where(Organisation.id == organisation_id)
    rows = session.exec(query.order_by(col(Vacancy.posted_at).desc(), col(Vacancy.id))).all()
    shifts = list_shifts(session, [row[0].id for row in rows])
    found = (VacancyRow(row[0], row[1], row[2], shifts.get(row[0].id, ())) for row in rows)
    return [row for row in found if any(shift.is_open(now) for shift in row.shifts)]


def list_helpers(session: Session, request_ids: Iterable[UUID]) -> dict[UUID, list[HelperRow]]:
    """Who comes to these shifts, or came."""
    found: defaultdict[UUID, list[HelperRow]] = defaultdict(list)
    columns = (Match.id, Match.request_id, Match.person_id, Person.first_name, Match.status)
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == Match.person_id)
        .where(col(Match.request_id).in_(list(request_ids)), col(Match.status).in_(STANDING_MATCHES))
        .order_by(Match.made_at, Match.id)
    )
    for row in session.execute(query):
        found[row.request_id].append(HelperRow(*row))
    return found


def list_applicants(session: Session, request_ids: Iterable[UUID], *, now: datetime) -> Sequence[ApplicantRow]:
    """Who said yes and waits for a choice, first come first."""
    columns = (
        Proposal.id,
        Proposal.request_id,
        Proposal.person_id,
        Person.first_name,
        Offer.neighbourhood,
        Offer.sentence,
        Proposal.expires_at,
    )
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == Proposal.person_id)
        .join(Offer, col(Offer.id) == Proposal.offer_id)
        .where(
            col(Proposal.request_id).in_(list(request_ids)),
            Proposal.status == ProposalStatus.WAITING,
            col(Proposal.expires_at) > now,
        )
        .order_by(Proposal.answered_at, Proposal.id)
    )
    return [ApplicantRow(*row) for row in session.execute(query)]


def list_answers(session: Session, vacancy_id: UUID) -> dict[UUID, list[VacancyAnswer]]:
    """What those who offered answered, by person."""
    found: defaultdict[UUID, list[VacancyAnswer]] = defaultdict(list)
    query = select(VacancyAnswer).where(VacancyAnswer.vacancy_id == vacancy_id).order_by(col(VacancyAnswer.number))
    for row in session.exec(query):
        found[row.person_id].append(row)
    return found


def list_answers_of(session: Session, person_id: UUID) -> Sequence[VacancyAnswer]:
    """What somebody answered to the questions of vacancies."""
    return session.exec(select(VacancyAnswer).where(VacancyAnswer.person_id == person_id)).all()


def list_waiting_of(session: Session, person_id: UUID, *, only_live: bool = False) -> Sequence[WaitingPlace]:
    """The waiting lists on which somebody stands, or ever stood."""
    query = select(WaitingPlace).where(WaitingPlace.person_id == person_id)
    if only_live:
        query = query.where(col(WaitingPlace.status).in_(LIVE_WAITING))
    return session.exec(query.order_by(col(WaitingPlace.joined_at))).all()


def list_parts(session: Session, request_ids: Iterable[UUID], person_id: UUID) -> dict[UUID, OwnPart]:
    """How somebody stands to each of these shifts."""
    ids = list(request_ids)
    matches = session.exec(
        select(Match.request_id, Match.id).where(
            col(Match.request_id).in_(ids), Match.person_id == person_id, col(Match.status).in_(STANDING_MATCHES)
        )
    )
    of_match = {row[0]: row[1] for row in matches}
    proposals = session.exec(
        select(Proposal).where(
            col(Proposal.request_id).in_(ids),
            Proposal.person_id == person_id,
            col(Proposal.status).in_((ProposalStatus.OPEN, ProposalStatus.WAITING)),
        )
    )
    of_proposal = {row.request_id: row for row in proposals}
    places = session.exec(
        select(WaitingPlace).where(
            col(WaitingPlace.request_id).in_(ids),
            WaitingPlace.person_id == person_id,
            col(WaitingPlace.status).in_(LIVE_WAITING),
        )
    )
    of_waiting = {row.request_id: row for row in places}
    return {one: OwnPart(of_match.get(one), of_proposal.get(one), of_waiting.get(one)) for one in ids}


def count_running_helpers(session: Session, vacancy_id: UUID) -> int:
    """How many people have agreed to come to a shift of a vacancy, each shift counted."""
    query = (
        select(func.count())
        .select_from(Match)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .where(HelpRequest.vacancy_id == vacancy_id, col(Match.status).in_(RUNNING_MATCHES))
    )
    return session.exec(query).one()


def count_waiting_for_choice(session: Session, organisation_id: UUID, *, now: datetime) -> int:
    """How many who said yes wait for the choice of an organisation."""
    query = (
        select(func.count())
        .select_from(Proposal)
        .join(HelpRequest, col(HelpRequest.id) == col(Proposal.request_id))
        .where(
            HelpRequest.organisation_id == organisation_id,
            Proposal.status == ProposalStatus.WAITING,
            col(Proposal.expires_at) > now,
        )
    )
    return session.exec(query).one()


def list_lists_out_of_step(session: Session) -> Sequence[tuple[UUID, str]]:
    """Waiting places that tell another story than their proposal: asked, and nothing to answer."""
    query = (
        select(WaitingPlace.id, WaitingPlace.status, Proposal.status)
        .join(Proposal, col(Proposal.id) == col(WaitingPlace.proposal_id), isouter=True)
        .where(WaitingPlace.status == "asked")
    )
    return [(row[0], str(row[2])) for row in session.exec(query) if row[2] is not ProposalStatus.OPEN]


def list_foreign_shifts(session: Session) -> Sequence[UUID]:
    """Shifts that belong to another organisation than their vacancy."""
    query = (
        select(HelpRequest.id)
        .join(Vacancy, col(Vacancy.id) == col(HelpRequest.vacancy_id))
        .where(
            (col(HelpRequest.organisation_id) != col(Vacancy.organisation_id))
            | col(HelpRequest.organisation_id).is_(None)
        )
    )
    return session.exec(query).all()


def _windows(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[WindowRow]]:
    found: defaultdict[UUID, list[WindowRow]] = defaultdict(list)
    query = select(RequestWindow).where(col(RequestWindow.request_id).in_(ids))
    for row in session.exec(query.order_by(col(RequestWindow.starts_at))):
        found[row.request_id].append(WindowRow(row.starts_at, row.ends_at))
    return found


def _weekly(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[WeeklyRow]]:
    found: defaultdict[UUID, list[WeeklyRow]] = defaultdict(list)
    query = select(RequestWeekly).where(col(RequestWeekly.request_id).in_(ids))
    for row in session.exec(query.order_by(col(RequestWeekly.weekday), col(RequestWeekly.start_minute))):
        found[row.request_id].append(WeeklyRow(row.weekday, row.start_minute, row.end_minute))
    return found


def _slots(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[SlotStatus, int]]:
    found: defaultdict[UUID, dict[SlotStatus, int]] = defaultdict(dict)
    query: Any = select(Slot.request_id, Slot.status, func.count()).where(col(Slot.request_id).in_(ids))
    for request_id, status, count in session.exec(query.group_by(col(Slot.request_id), col(Slot.status))):
        found[request_id][status] = count
    return found


def _waiting(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    query: Any = select(WaitingPlace.request_id, func.count()).where(
        col(WaitingPlace.request_id).in_(ids), col(WaitingPlace.status).in_(LIVE_WAITING)
    )
    return dict(session.exec(query.group_by(col(WaitingPlace.request_id))).all())
