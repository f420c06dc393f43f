"""A vacancy of an organisation: once, with shifts that are requests of their own, or every week with one request."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import openings, ownership, permissions, screening
from marketplace.asks import MAX_MINUTES, MAX_TEXT, NewRequest, Span, WeekPiece, check_public, check_request
from marketplace.errors import AccountBlocked, IllegalTransition, InvalidInput
from marketplace.geocoding import Place
from marketplace.models import (
    ActingAs,
    AskerKind,
    HelpRequest,
    Municipality,
    Organisation,
    OrganisationStatus,
    Vacancy,
)
from marketplace.permissions import Actor
from marketplace.policies import RespondByPolicy
from marketplace.queries import blocks, market, requests
from marketplace.queries import organisations as organisation_queries
from marketplace.queries import vacancies as queries
from matching.problem import SkillTable

LONGEST_TITLE: Final = 80
LONGEST_QUESTION: Final = 160
MOST_QUESTIONS: Final = 3
MOST_SHIFTS: Final = 20
RESPOND_BY: Final = RespondByPolicy()


@dataclass(frozen=True)
class NewShift:
    """When, and for how many people."""

    span: Span
    slots: int


@dataclass(frozen=True)
class NewVacancy:
    """A vacancy as it was filled in: shifts, or pieces of the week with so many people and minutes each time."""

    title: str
    text: str
    skill_code: str
    place: Place
    shifts: tuple[NewShift, ...] = ()
    weekly: tuple[WeekPiece, ...] = ()
    slots: int = 1
    minutes: int = 0
    hours_per_week: int = 0
    street: str = ""
    house_number: str = ""
    questions: tuple[str, ...] = ()
    is_chosen_by_requester: bool = False
    min_age: int = 0
    copied_from_id: UUID | None = None


def post(
    session: Session,
    new: NewVacancy,
    *,
    organisation_id: UUID,
    municipality: Municipality,
    actor: Actor,
    now: datetime,
) -> Vacancy:
    """An owner or editor posts a vacancy; the engine asks for each shift at once. Raises NotAllowed, InvalidInput."""
    organisation = organisation_queries.get(session, organisation_id)
    permissions.require(organisation_id in actor.organisations)
    if organisation.status is OrganisationStatus.ENDED:
        raise IllegalTransition("organisation", organisation.status, "post a vacancy")
    if blocks.is_suspended(session, actor.person_id):
        raise AccountBlocked(actor.person_id)
    skills = market.read_skill_table(session)
    asked = _asks(new, organisation, now)
    _check(new, asked, skills, municipality=municipality.name, now=now)
    vacancy = Vacancy(
        municipality_id=municipality.id,
        organisation_id=organisation_id,
        title=" ".join(new.title.split()),
        text=new.text.strip(),
        skill_code=new.skill_code,
        postcode=new.place.postcode,
        street=new.street.strip(),
        house_number=new.house_number.strip(),
        neighbourhood=new.place.neighbourhood,
        precision=new.place.precision,
        hours_per_week=new.hours_per_week,
        questions=list(new.questions),
        is_chosen_by_requester=new.is_chosen_by_requester,
        min_age=new.min_age,
        posted_by_id=actor.person_id,
        posted_at=now,
        copied_from_id=new.copied_from_id,
    )
    session.add(vacancy)
    session.flush()
    opened = [_open(session, one, vacancy, skills, actor=actor, now=now) for one in asked]
    # All shifts have the same words: these are looked at once, and what waits for that, waits with all of them.
    report = screening.screen_request(session, opened[0], now=now)
    if report is not None and report.is_held and report.owner_id is not None:
        for request in opened[1:]:
            ownership.give_to_person(session, request, report.owner_id, now=now)
            request.held_at = now
            session.add(request)
    return vacancy


def withdraw_shift(session: Session, *, request_id: UUID, actor: Actor, now: datetime) -> HelpRequest:
    """One shift is not held: whoever would come, was asked or waits hears it. Raises NotAllowed."""
    request = requests.lock_request(session, request_id)
    permissions.require(request.vacancy_id is not None and permissions.is_requester(actor, request))
    openings.withdraw(session, request, acting=permissions.acting_as_in(actor, request), actor=actor, now=now)
    return request


def withdraw(session: Session, *, vacancy_id: UUID, actor: Actor, now: datetime) -> Vacancy:
    """The whole vacancy is taken back; what was done stays done. Pressed twice, the first press did it."""
    vacancy = queries.get(session, vacancy_id)
    permissions.require(vacancy.organisation_id in actor.organisations)
    for request in queries.list_requests(session, vacancy_id):
        if request.ended_at is None:
            withdraw_shift(session, request_id=request.id, actor=actor, now=now)
    if vacancy.ended_at is None:
        vacancy.ended_at = now
        session.add(vacancy)
    return vacancy


def _open(
    session: Session, asked: NewRequest, vacancy: Vacancy, skills: SkillTable, *, actor: Actor, now: datetime
) -> HelpRequest:
    request = openings.store(session, asked, vacancy.municipality_id, actor.person_id, None, now, vacancy_id=vacancy.id)
    openings.announce(session, request, asked, skills, acting=ActingAs.ORGANISATION, actor=actor, now=now)
    return request


def _asks(new: NewVacancy, organisation: Organisation, now: datetime) -> list[NewRequest]:
    """What each shift asks; of a continuing vacancy what every week does."""
    whole = NewRequest(
        skill_code=new.skill_code,
        text=_words(new),
        place=new.place,
        minutes=new.minutes,
        weekly=new.weekly,
        slots=new.slots,
        street=new.street,
        house_number=new.house_number,
        is_at_home=False,
        min_age=new.min_age,
        is_chosen_by_requester=new.is_chosen_by_requester,
        asker_kind=AskerKind.ORGANISATION,
        organisation_name=organisation.name,
        organisation_id=organisation.id,
    )
    if not new.shifts:
        # Who helps every week may come later than the first; four weeks is what one waits for somebody.
        return [replace(whole, respond_by=now + timedelta(weeks=4))]
    return [
        replace(
            whole,
            weekly=(),
            windows=(shift.span,),
            slots=shift.slots,
            minutes=int((shift.span.ends_at - shift.span.starts_at).total_seconds() // 60),
            respond_by=_respond_by(shift.span, now),
        )
        for shift in new.shifts
    ]


def _respond_by(span: Span, now: datetime) -> datetime | None:
    """A day before it begins: an organisation plans ahead. None, for what is usual, where that is near."""
    before = span.starts_at - timedelta(hours=RESPOND_BY.before_appointment_h)
    return before if before - now >= timedelta(hours=RESPOND_BY.halfway_below_h) else None


def _words(new: NewVacancy) -> str:
    title = " ".join(new.title.split())
    return f"{title}{'' if title.endswith(('.', '!', '?')) else '.'} {new.text.strip()}".strip()


def _check(new: NewVacancy, asked: list[NewRequest], skills: SkillTable, *, municipality: str, now: datetime) -> None:
    """Raises InvalidInput with every problem at once: field → code; of a shift, its field is shift_1 and so on."""
    problems = {
        "title": "vacancy_title_missing"
        if not new.title.strip()
        else check_public("title", new.title, longest=LONGEST_TITLE),
        "text": "vacancy_text_missing" if not new.text.strip() else "",
        "hours_per_week": "" if 0 <= new.hours_per_week <= 40 else "hours_per_week_range",
        "questions": _check_questions(new.questions),
    }
    if len(new.shifts) > MOST_SHIFTS:
        problems["shift_1"] = "shifts_many"
    for number, one in enumerate(asked, 1):
        for field, code in _problems_of(one, skills, municipality, now).items():
            is_of_shift = bool(new.shifts) and field in ("when", "slots", "minutes")
            name = f"shift_{number}" if is_of_shift else field
            problems[name] = problems.get(name) or code
    if len(_words(new)) > MAX_TEXT:
        problems["text"] = "text_long"
    if problems := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(problems)


def _problems_of(asked: NewRequest, skills: SkillTable, municipality: str, now: datetime) -> dict[str, str]:
    if asked.windows and asked.minutes > MAX_MINUTES:
        return {"minutes": "shift_long"}
    try:
        check_request(asked, skills=skills, now=now, municipality=municipality)
    except InvalidInput as refused:
        return dict(refused.problems)
    return {}


def _check_questions(questions: tuple[str, ...]) -> str:
    if len(questions) > MOST_QUESTIONS:
        return "questions_many"
    for question in questions:
        if code := check_public("questions", question, longest=LONGEST_QUESTION):
            return code
    return ""
