"""An organisation as its own people see it: vacancies and who comes, members, and the forms; and what staff look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.errors import NotFound
from marketplace.models import MemberRole, Organisation, OrganisationStatus, Vacancy
from marketplace.permissions import Actor
from marketplace.queries import organisations as queries
from marketplace.queries import people, requests
from marketplace.queries import vacancies as vacancy_queries
from marketplace.queries.organisation_years import OrganisationYear, read_organisation_year
from marketplace.queries.vacancies import HelperRow, ShiftRow
from web import dates
from web.labels.clubs import HELPING, ROLE_HINTS, ROLES, STATUSES, status_of_shift, taken_words
from web.labels.problems import sentences_of
from web.labels.requests import YOUR_TURN, StatusTag, sentence_case, when_words
from web.labels.rules import upper_first
from web.pages.clubs import ORGANISATIONS, Line
from web.pages.meeting import SurePage
from web.pages.my_page import Item

_COPY = "Zet deze vacature er volgend jaar weer op"
_COPY_WEEKLY = "Zet deze vacature er opnieuw op"


@dataclass(frozen=True)
class OverviewPage:
    """What waits, the vacancies, the activities and the ways on."""

    path: str
    title: str
    status: StatusTag
    is_listed: bool
    role: str
    may_edit: bool
    waiting: tuple[Item, ...]
    vacancies: tuple[Item, ...]
    past: tuple[Item, ...]
    activities: tuple["ActivityLine", ...]
    # What was done in this year and the one before, in words; only years in which something was.
    years: tuple["YearLines", ...]


@dataclass(frozen=True)
class YearLines:
    """A year of an organisation: numbers, and nobody by name."""

    title: str
    facts: tuple[Line, ...]


@dataclass(frozen=True)
class ActivityLine:
    """One activity: how many come, and who."""

    action: str
    title: str
    text: str


@dataclass(frozen=True)
class MemberView:
    """One member, and what an owner may do with them."""

    id: UUID
    name: str
    role: MemberRole
    role_words: str
    since: str
    is_self: bool


@dataclass(frozen=True)
class MembersPage:
    """Who acts for an organisation."""

    path: str
    title: str
    members: tuple[MemberView, ...]
    invited: tuple[tuple[UUID, str, str], ...]
    roles: tuple[tuple[str, str, str], ...]
    is_owner: bool
    owners: int
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplicantView:
    """Who said yes and waits for a choice, with what they answered."""

    proposal_id: UUID
    name: str
    line: str
    until: str
    answers: tuple[Line, ...]


@dataclass(frozen=True)
class OwnShift:
    """One shift as the organisation sees it."""

    id: UUID
    when: str
    status: StatusTag
    places: str
    helpers: tuple[Item, ...]
    waiting: str
    applicants: tuple[ApplicantView, ...]
    request_href: str
    may_withdraw: bool


@dataclass(frozen=True)
class OwnVacancyPage:
    """A vacancy as the organisation sees it: who comes, who waits, whom to choose."""

    path: str
    title: str
    public_href: str
    text: str
    shifts: tuple[OwnShift, ...]
    may_edit: bool
    is_over: bool
    copy_href: str
    copy_words: str
    back: str


@dataclass(frozen=True)
class StaffLine:
    """One organisation that staff have not seen yet, or not under this name."""

    id: UUID
    name: str
    about: str
    facts: tuple[Line, ...]
    # What they know it by; empty where it is new.
    was_called: str


@dataclass(frozen=True)
class StaffPage:
    """The organisations that staff have to look at, and those on the list."""

    new: tuple[StaffLine, ...]
    listed: tuple[Item, ...]
    title: str = "Organisaties"


def require_member(session: Session, organisation_id: UUID, actor: Actor) -> tuple[Organisation, MemberRole]:
    """An organisation and what this member may do for it. Raises NotFound for everybody else."""
    organisation = queries.get(session, organisation_id)
    role = queries.find_role(session, organisation_id, actor.person_id)
    if role is None or organisation.status is OrganisationStatus.ENDED:
        raise NotFound(f"organisation {organisation_id}")
    return organisation, role


def require_editor(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    """The same for who may change things. Raises NotFound, NotAllowed."""
    organisation, _ = require_member(session, organisation_id, actor)
    permissions.require(organisation_id in actor.organisations)
    return organisation


def read_overview(session: Session, organisation_id: UUID, *, actor: Actor, now: datetime) -> OverviewPage:
    """How everything stands. Raises NotFound for who is no member."""
    organisation, role = require_member(session, organisation_id, actor)
    path = f"{ORGANISATIONS}/{organisation_id}/beheer"
    vacancies = vacancy_queries.list_of(session, organisation_id)
    shifts = vacancy_queries.list_shifts(session, [one.id for one in vacancies])
    running = [one for one in vacancies if _is_running(one, shifts.get(one.id, ()), now)]
    ids = {row.request_id: row.vacancy_id for rows in shifts.values() for row in rows}
    applicants = vacancy_queries.list_applicants(session, ids, now=now)
    titles = {one.id: one.title for one in vacancies}
    is_editor = organisation_id in actor.organisations
    return OverviewPage(
        path=path,
        title=organisation.name,
        status=STATUSES[organisation.status],
        is_listed=organisation.status is OrganisationStatus.CONFIRMED,
        role=ROLES[role],
        may_edit=is_editor,
        waiting=tuple(
            Item(
                f"{path}/vacatures/{ids[row.request_id]}",
                f"{row.first_name} wil helpen",
                f"{titles[ids[row.request_id]]}. Kies uiterlijk {dates.near_moment(row.expires_at, now=now)}.",
            )
            for row in applicants
            if is_editor
        ),
        vacancies=tuple(_item(one, shifts.get(one.id, ()), path, now) for one in running),
        past=tuple(_item(one, shifts.get(one.id, ()), path, now) for one in vacancies if one not in running),
        activities=tuple(
            ActivityLine(
                action=f"{path}/activiteiten/{one.id}/afgelasten",
                title=one.title,
                text=_who_come(one, [name for _, name in queries.list_guests(session, one.id)], now),
            )
            for one in queries.list_coming(session, organisation_id, now=now)
        ),
        years=_years(session, organisation_id, now),
    )


def _years(session: Session, organisation_id: UUID, now: datetime) -> tuple[YearLines, ...]:
    this = dates.day_of(now).year
    read = [read_organisation_year(session, organisation_id, year, now=now) for year in (this, this - 1)]
    return tuple(_year_lines(one) for one in read if one.times or one.places)


def _year_lines(one: OrganisationYear) -> YearLines:
    facts = [("Mensen die hielpen", str(one.people)), ("Keren", str(one.times))]
    if one.minutes:
        facts.append(("Uren, voor zover verteld", upper_first(dates.duration(one.minutes))))
    if one.places:
        facts.append(("Plekken in diensten", f"{one.filled} van de {one.places} gevuld"))
    return YearLines(f"Het jaar {one.year}", tuple(facts))


def read_members(
    session: Session,
    organisation_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> MembersPage:
    """Who acts for it, and who was invited. Raises NotFound for who is no member."""
    organisation, role = require_member(session, organisation_id, actor)
    today = dates.day_of(now)
    is_owner = role is MemberRole.OWNER
    rows = queries.list_members(session, organisation_id)
    return MembersPage(
        path=f"{ORGANISATIONS}/{organisation_id}/beheer/leden",
        title=f"Wie doen er mee voor {organisation.name}?",
        members=tuple(
            MemberView(
                row.person_id,
                f"{row.first_name} {row.last_name}".strip(),
                row.role,
                ROLES[row.role],
                dates.day(dates.day_of(row.since_at), today=today),
                row.person_id == actor.person_id,
            )
            for row in rows
        ),
        invited=tuple(
            (one.id, one.email, ROLES[one.role])
            for one in queries.list_open_invitations(session, organisation_id, now=now)
            if is_owner
        ),
        roles=tuple((one.value, ROLES[one], ROLE_HINTS[one]) for one in MemberRole),
        is_owner=is_owner,
        owners=sum(row.role is MemberRole.OWNER for row in rows),
        typed=typed or {},
        errors=sentences_of(problems or {}),
    )


def read_own_vacancy(session: Session, vacancy_id: UUID, *, actor: Actor, now: datetime) -> OwnVacancyPage:
    """Who comes, who waits and whom to choose. Raises NotFound for who is no member."""
    vacancy = vacancy_queries.get(session, vacancy_id)
    require_member(session, vacancy.organisation_id, actor)
    may_edit = vacancy.organisation_id in actor.organisations
    rows = vacancy_queries.list_shifts(session, [vacancy_id]).get(vacancy_id, ())
    ids = [row.request_id for row in rows]
    helpers = vacancy_queries.list_helpers(session, ids)
    # What people answered is for who chooses, and for nobody else of the organisation.
    applicants = vacancy_queries.list_applicants(session, ids, now=now) if may_edit else ()
    answers = vacancy_queries.list_answers(session, vacancy_id) if may_edit else {}
    base = f"{ORGANISATIONS}/{vacancy.organisation_id}/beheer"

    def view(one: vacancy_queries.ApplicantRow) -> ApplicantView:
        said = {answer.number: answer.text for answer in answers.get(one.person_id, ())}
        return ApplicantView(
            proposal_id=one.proposal_id,
            name=one.first_name,
            line=f"Uit {one.neighbourhood}. {one.sentence}".strip(),
            until=dates.near_moment(one.expires_at, now=now),
            answers=tuple((question, said.get(number, "–")) for number, question in enumerate(vacancy.questions, 1)),
        )

    shifts = tuple(
        OwnShift(
            id=row.request_id,
            when=sentence_case(when_words(row.windows, row.weekly, today=dates.day_of(now))),
            status=status_of_shift(row, is_over=not row.is_coming(now)),
            places=sentence_case(taken_words(row.free, row.places)) if row.places > 1 else "",
            helpers=tuple(_helper(one, may_edit) for one in helpers.get(row.request_id, ())),
            waiting=_waiting_words(row.waiting),
            applicants=tuple(view(one) for one in applicants if one.request_id == row.request_id),
            request_href=f"/mijn/vragen/{row.request_id}" if may_edit else "",
            may_withdraw=may_edit and row.is_coming(now),
        )
        for row in rows
    )
    return OwnVacancyPage(
        path=f"{base}/vacatures/{vacancy_id}",
        title=vacancy.title,
        public_href=f"/vacatures/{vacancy_id}",
        text=vacancy.text,
        shifts=shifts,
        may_edit=may_edit,
        is_over=not _is_running(vacancy, rows, now),
        copy_href=f"{base}/vacature?van={vacancy_id}",
        copy_words=_COPY_WEEKLY if vacancy.hours_per_week else _COPY,
        back=base,
    )


def read_withdraw(
    session: Session, vacancy_id: UUID, request_id: UUID | None, *, actor: Actor, now: datetime
) -> SurePage:
    """Before one shift, or all of it, is called off: who hears so. Raises NotFound, NotAllowed."""
    page = read_own_vacancy(session, vacancy_id, actor=actor, now=now)
    permissions.require(page.may_edit)
    shift = next((one for one in page.shifts if one.id == request_id), None)
    concerned = [shift] if shift is not None else [one for one in page.shifts if one.may_withdraw]
    count = sum(len(one.helpers) for one in concerned)
    who = "Er zou nog niemand komen." if not count else f"Wij laten het meteen weten aan wie zou komen: {count}."
    return SurePage(
        title="Gaat deze dienst niet door?" if shift is not None else "De hele vacature intrekken?",
        lead=f"{page.title}. {shift.when}." if shift is not None else page.title,
        more=f"{who} Terugdraaien kan niet.",
        action=f"{page.path}/diensten/{shift.id}/intrekken" if shift is not None else f"{page.path}/intrekken",
        button="Ja, dit gaat niet door" if shift is not None else "Ja, trek alles in",
        back=page.path,
        back_words="Nee, laat het zo",
    )


def read_staff_page(session: Session, municipality_id: UUID, *, actor: Actor, now: datetime) -> StaffPage:
    """What staff have to look at."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    today = dates.day_of(now)
    return StaffPage(
        new=tuple(
            StaffLine(
                id=one.id,
                name=one.name,
                about=one.about,
                facts=(
                    ("Waar", one.neighbourhood),
                    ("Site", one.website or "geen"),
                    *((("Heette eerst", one.was_called),) if one.was_called else ()),
                    _since(one, today),
                    *_contact(session, one),
                ),
                was_called=one.was_called,
            )
            for one in (*queries.list_renamed(session, municipality_id), *queries.list_new(session, municipality_id))
        ),
        listed=tuple(
            Item(f"{ORGANISATIONS}/{one.id}", one.name, one.neighbourhood)
            for one in queries.list_listed(session, municipality_id)
        ),
    )


def _since(one: Organisation, today: date) -> Line:
    if one.renamed_at is not None:
        return "Andere naam sinds", dates.day(dates.day_of(one.renamed_at), today=today)
    return "Aangemeld", dates.day(dates.day_of(one.founded_at), today=today)


def my_lines(session: Session, actor: Actor, *, now: datetime) -> tuple[Item, ...]:
    """For somebody's own page: whom to choose for an organisation, where to come along, and for what they wait."""
    return (*_to_choose(session, actor, now), *_planned(session, actor, now))


def _to_choose(session: Session, actor: Actor, now: datetime) -> tuple[Item, ...]:
    found = []
    for organisation, _ in queries.list_of_person(session, actor.person_id):
        count = 0
        if organisation.id in actor.organisations:
            count = vacancy_queries.count_waiting_for_choice(session, organisation.id, now=now)
        if count:
            who = "1 persoon wil helpen" if count == 1 else f"{count} mensen willen helpen"
            href = f"{ORGANISATIONS}/{organisation.id}/beheer"
            found.append(Item(href, f"{who} bij {organisation.name}", "Kies wie er komt.", YOUR_TURN))
    return tuple(found)


def _planned(session: Session, actor: Actor, now: datetime) -> tuple[Item, ...]:
    found = []
    for activity in queries.list_joined(session, actor.person_id, now=now):
        when = dates.window(activity.starts_at, activity.ends_at, today=dates.day_of(now))
        found.append(
            Item(
                f"{ORGANISATIONS}/{activity.organisation_id}",
                activity.title,
                f"{sentence_case(when)}, {activity.venue}",
            )
        )
    for place in vacancy_queries.list_waiting_of(session, actor.person_id, only_live=True):
        vacancy_id = requests.get_request(session, place.request_id).vacancy_id
        if vacancy_id is not None:
            title = vacancy_queries.get(session, vacancy_id).title
            found.append(Item(f"/vacatures/{vacancy_id}", title, "U staat op de wachtlijst."))
    return tuple(found)


def _is_running(vacancy: Vacancy, rows: Sequence[ShiftRow], now: datetime) -> bool:
    return vacancy.ended_at is None and any(row.is_coming(now) for row in rows)


def _item(vacancy: Vacancy, rows: Sequence[ShiftRow], path: str, now: datetime) -> Item:
    coming = [row for row in rows if row.is_coming(now)]
    free, places = sum(row.free for row in coming), sum(row.places for row in coming)
    line = sentence_case(taken_words(free, places)) if coming else "Geweest, of ingetrokken"
    waiting = sum(row.waiting for row in coming)
    line += f", {waiting} op de wachtlijst" if waiting else ""
    return Item(f"{path}/vacatures/{vacancy.id}", vacancy.title, f"{line}.")


def _helper(row: HelperRow, may_edit: bool) -> Item:
    return Item(f"/koppelingen/{row.match_id}" if may_edit else "", row.first_name, HELPING[row.status])


def _waiting_words(count: int) -> str:
    if not count:
        return ""
    return "1 persoon staat op de wachtlijst." if count == 1 else f"{count} mensen staan op de wachtlijst."


def _who_come(activity: Any, names: Sequence[str], now: datetime) -> str:
    when = sentence_case(dates.window(activity.starts_at, activity.ends_at, today=dates.day_of(now)))
    if not names:
        return f"{when}. Nog niemand doet mee."
    return f"{when}. {activity.taken} van de {activity.places} doen mee: {', '.join(names)}."


def _contact(session: Session, organisation: Organisation) -> tuple[Line, ...]:
    """No more than everybody will see: whoever needs a telephone number looks into the file, which is logged."""
    name = people.get_person(session, organisation.contact_id).first_name if organisation.contact_id else ""
    lines = (("Wie", name), ("Zo te bereiken", organisation.reached_by))
    return tuple((label, text) for label, text in lines if text)
