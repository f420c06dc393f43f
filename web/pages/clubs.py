"""Organisations for everybody: the list, the page of one, a vacancy with its shifts, and an invitation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import minors
from marketplace.errors import NotFound
from marketplace.models import GroupActivity, Organisation, OrganisationStatus, Vacancy
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import browsing, moderation, offers, people
from marketplace.queries import organisations as queries
from marketplace.queries import shifts as shift_queries
from marketplace.queries import vacancies as vacancy_queries
from marketplace.queries.vacancies import OwnPart, ShiftRow, VacancyRow
from web import dates
from web.labels.clubs import places_words
from web.labels.problems import sentences_of
from web.labels.requests import sentence_case, when_words
from web.labels.skills import picture_of
from web.pages.cards import RequestCard

ORGANISATIONS: Final = "/organisaties"
Line = tuple[str, str]


@dataclass(frozen=True)
class ListPage:
    """Organisations that staff have seen, and the open vacancies of all of them."""

    organisations: tuple[RequestCard, ...]
    vacancies: tuple[RequestCard, ...]
    own: tuple[Line, ...]
    title: str = "Organisaties en hun vacatures"


@dataclass(frozen=True)
class ActivityView:
    """Something one can come along to, and whether one does."""

    id: UUID
    title: str
    text: str
    facts: tuple[Line, ...]
    starts_at: str
    ends_at: str
    venue: str
    is_full: bool
    is_joined: bool
    action: str


@dataclass(frozen=True)
class OrganisationPage:
    """The page of one organisation."""

    path: str
    title: str
    about: str
    website: str
    facts: tuple[Line, ...]
    vacancies: tuple[RequestCard, ...]
    activities: tuple[ActivityView, ...]
    is_listed: bool
    may_manage: bool


@dataclass(frozen=True)
class ShiftView:
    """One shift as who may offer sees it: what they can still do with it, and how they stand to it."""

    id: UUID
    when: str
    starts_at: str
    ends_at: str
    places: str
    is_open: bool
    may_wait: bool
    # In words, with where to look: "U komt", "U staat als tweede op de wachtlijst".
    own: str = ""
    own_href: str = ""
    is_waiting: bool = False
    is_sure: bool = False


@dataclass(frozen=True)
class VacancyPage:
    """A vacancy as everybody may read it."""

    path: str
    title: str
    text: str
    picture: str
    organisation: str
    organisation_href: str
    organisation_site: str
    neighbourhood: str
    posted_on: str
    valid_until: str
    facts: tuple[Line, ...]
    shifts: tuple[ShiftView, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    chosen: tuple[str, ...]
    is_chosen: bool
    is_known: bool
    may_manage: bool
    manage_href: str
    hints: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def open_shifts(self) -> tuple[tuple[str, str], ...]:
        """For the boxes: shifts one can still offer for."""
        return tuple((str(shift.id), shift.when) for shift in self.shifts if shift.is_open and not shift.own)

    @property
    def full_shifts(self) -> tuple[ShiftView, ...]:
        """Shifts for which one can wait, or waits."""
        return tuple(shift for shift in self.shifts if shift.may_wait or shift.is_waiting)


@dataclass(frozen=True)
class InvitationPage:
    """Come and act for an organisation."""

    path: str
    title: str
    role: str
    about: str
    is_signed_in: bool
    is_for_other: bool
    # Nobody asked yet whether they are sixteen.
    asks_age: bool
    errors: Mapping[str, str] = field(default_factory=dict)


def read_list(session: Session, municipality_id: UUID, *, visitor: Actor | None, now: datetime) -> ListPage:
    """Every organisation on the list, what they seek, and which are the visitor's."""
    found = queries.list_listed(session, municipality_id)
    return ListPage(
        organisations=tuple(_card_of_organisation(one) for one in found),
        vacancies=cards_of(vacancy_queries.list_open(session, municipality_id, now=now), now=now),
        own=list_own(session, visitor) if visitor is not None else (),
    )


def list_own(session: Session, visitor: Actor) -> tuple[Line, ...]:
    """The organisations that somebody acts for, as address and name."""
    own = queries.list_of_person(session, visitor.person_id)
    return tuple((f"{ORGANISATIONS}/{one.id}/beheer", one.name) for one, _ in own)


def read_organisation(
    session: Session, organisation_id: UUID, *, municipality_id: UUID, visitor: Actor | None, now: datetime
) -> OrganisationPage:
    """One organisation. Raises NotFound for what staff have not seen, unless one is a member or staff."""
    organisation = queries.get(session, organisation_id)
    role = queries.find_role(session, organisation_id, visitor.person_id) if visitor is not None else None
    is_listed = organisation.status is OrganisationStatus.CONFIRMED
    may_see = is_listed or role is not None or (visitor is not None and visitor.is_staff)
    if (
        not may_see
        or organisation.municipality_id != municipality_id
        or organisation.status is OrganisationStatus.ENDED
    ):
        raise NotFound(f"organisation {organisation_id}")
    contact = people.get_person(session, organisation.contact_id).first_name if organisation.contact_id else ""
    lines = (
        ("Waar", organisation.neighbourhood),
        ("Aanspreekpunt", contact),
        ("Zo bereikt u ons", organisation.reached_by),
    )
    open_ones = vacancy_queries.list_open(session, municipality_id, now=now, organisation_id=organisation_id)
    coming = queries.list_coming(session, organisation_id, now=now)
    return OrganisationPage(
        path=f"{ORGANISATIONS}/{organisation_id}",
        title=organisation.name,
        about=organisation.about,
        website=organisation.website,
        facts=tuple((label, text) for label, text in lines if text),
        vacancies=cards_of(open_ones, now=now, names_organisation=False),
        activities=tuple(_activity(session, one, visitor, now) for one in coming),
        is_listed=is_listed,
        may_manage=role is not None,
    )


def read_vacancy(
    session: Session,
    vacancy_id: UUID,
    *,
    municipality_id: UUID,
    visitor: Actor | None,
    now: datetime,
    chosen: Iterable[str] = (),
    answers: Sequence[str] | None = None,
    hints: tuple[str, ...] = (),
    problems: Mapping[str, str] | None = None,
) -> VacancyPage:
    """One vacancy and how the visitor stands to its shifts. Raises NotFound."""
    vacancy = vacancy_queries.get(session, vacancy_id)
    organisation = queries.get(session, vacancy.organisation_id)
    role = queries.find_role(session, organisation.id, visitor.person_id) if visitor is not None else None
    is_known = role is not None or _is_staff(visitor)
    _require_public(session, vacancy, organisation, municipality_id, is_known=is_known)
    # A page that staff have not seen yet is there for its own people only.
    may_see = is_known or organisation.status is OrganisationStatus.CONFIRMED
    rows = vacancy_queries.list_shifts(session, [vacancy_id]).get(vacancy_id, ())
    parts = vacancy_queries.list_parts(session, [row.request_id for row in rows], visitor.person_id) if visitor else {}
    offer = offers.find_live_offer_of(session, visitor.person_id, municipality_id) if visitor else None
    said = vacancy_queries.list_answers(session, vacancy_id).get(visitor.person_id, []) if visitor else []
    shown = [row for row in rows if row.is_coming(now)]
    facts = browsing.get_facts(session, rows[0].request_id) if rows else None
    lines = (
        ("Waar", vacancy.neighbourhood),
        ("Wat", facts.skill_label if facts else ""),
        ("Hoeveel", f"ongeveer {vacancy.hours_per_week} uur per week" if vacancy.hours_per_week else ""),
        ("Leeftijd", f"vanaf {vacancy.min_age} jaar" if vacancy.min_age else ""),
        ("Wie kiest", _who_chooses(vacancy, organisation)),
    )
    last = max((row.respond_by for row in shown), default=vacancy.posted_at)
    return VacancyPage(
        path=f"/vacatures/{vacancy_id}",
        title=vacancy.title,
        text=vacancy.text,
        picture=picture_of(vacancy.skill_code),
        organisation=organisation.name,
        organisation_href=f"{ORGANISATIONS}/{organisation.id}" if may_see else "",
        organisation_site=organisation.website,
        neighbourhood=vacancy.neighbourhood,
        posted_on=dates.day_of(vacancy.posted_at).isoformat(),
        valid_until=last.astimezone(AMSTERDAM).isoformat(timespec="minutes"),
        facts=tuple((label, text) for label, text in lines if text),
        shifts=tuple(_shift(session, row, parts.get(row.request_id, OwnPart()), now) for row in shown),
        questions=tuple(vacancy.questions),
        answers=tuple(answers if answers is not None else (answer.text for answer in said)),
        chosen=tuple(chosen),
        is_chosen=vacancy.is_chosen_by_requester,
        is_known=offer is not None,
        may_manage=role is not None,
        manage_href=f"{ORGANISATIONS}/{organisation.id}/beheer/vacatures/{vacancy_id}",
        hints=hints,
        errors=sentences_of(problems or {}),
    )


def read_invitation(
    session: Session,
    path: str,
    *,
    organisation: Organisation,
    role: str,
    email: str,
    visitor: Actor | None,
    problems: Mapping[str, str] | None = None,
) -> InvitationPage:
    """What one is invited to, and whether it is this visitor who is."""
    person = people.get_person(session, visitor.person_id) if visitor is not None else None
    return InvitationPage(
        path=path,
        title=f"Doet u mee voor {organisation.name}?",
        role=role,
        about=organisation.about,
        is_signed_in=person is not None,
        is_for_other=person is not None and person.email != email,
        asks_age=bool(problems) or (person is not None and minors.asks_age(session, person)),
        errors=sentences_of(problems or {}),
    )


def cards_of(rows: Iterable[VacancyRow], *, now: datetime, names_organisation: bool = True) -> tuple[RequestCard, ...]:
    """Open vacancies as cards; on an organisation's own page its name is said already."""
    return tuple(_card_of_vacancy(row, now, names_organisation) for row in rows)


def free_words(row: VacancyRow, now: datetime) -> str:
    """``3 diensten, nog 4 plekken vrij``."""
    open_ones = [shift for shift in row.shifts if shift.is_open(now)]
    free = sum(shift.free for shift in open_ones)
    places = "nog 1 plek vrij" if free == 1 else f"nog {free} plekken vrij"
    return f"{len(open_ones)} diensten, {places}" if len(open_ones) > 1 else places


def _card_of_organisation(organisation: Organisation) -> RequestCard:
    return RequestCard(
        href=f"{ORGANISATIONS}/{organisation.id}",
        picture="clubs",
        title=organisation.name,
        neighbourhood=organisation.neighbourhood,
        when="",
        sentence=_first(organisation.about),
    )


def _card_of_vacancy(row: VacancyRow, now: datetime, names_organisation: bool) -> RequestCard:
    first = next(shift for shift in row.shifts if shift.is_open(now))
    return RequestCard(
        href=f"/vacatures/{row.vacancy.id}",
        picture=picture_of(row.vacancy.skill_code),
        title=f"{row.vacancy.title} – {row.organisation.name}" if names_organisation else row.vacancy.title,
        neighbourhood=row.vacancy.neighbourhood,
        when=sentence_case(when_words(first.windows, first.weekly, today=dates.day_of(now))),
        sentence=sentence_case(free_words(row, now)) + ".",
    )


def _first(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 140 else line[:140].rsplit(" ", 1)[0] + " …"


def _who_chooses(vacancy: Vacancy, organisation: Organisation) -> str:
    if vacancy.is_chosen_by_requester:
        return f"{organisation.name} kiest uit wie zich aanmeldt"
    return "Wie zich het eerst aanmeldt en past, komt"


def _is_staff(visitor: Actor | None) -> bool:
    return visitor is not None and visitor.is_staff


def _require_public(
    session: Session, vacancy: Vacancy, organisation: Organisation, municipality_id: UUID, *, is_known: bool
) -> None:
    """A vacancy of what is no organisation any more, or whose words a person is still to read, is not there."""
    is_there = vacancy.municipality_id == municipality_id and organisation.status is not OrganisationStatus.ENDED
    if is_there and not is_known:
        is_there = not any(
            moderation.is_set_aside(session, request) for request in vacancy_queries.list_requests(session, vacancy.id)
        )
    if not is_there:
        raise NotFound(f"vacancy {vacancy.id}")


def _shift(session: Session, row: ShiftRow, part: OwnPart, now: datetime) -> ShiftView:
    own, href = _own(session, row, part)
    is_full = not row.free or _is_reserved(session, row)
    return ShiftView(
        id=row.request_id,
        when=sentence_case(when_words(row.windows, row.weekly, today=dates.day_of(now))),
        starts_at=_iso(row.windows[0].starts_at) if row.windows else "",
        ends_at=_iso(row.windows[0].ends_at) if row.windows else "",
        places=places_words(0 if is_full else row.free, row.places),
        is_open=row.is_open(now) and not is_full,
        may_wait=is_full and not own,
        own=own,
        own_href=href,
        is_waiting=part.waiting is not None,
        is_sure=part.waiting is not None and part.waiting.is_sure,
    )


def _is_reserved(session: Session, row: ShiftRow) -> bool:
    return 0 < row.free <= shift_queries.count_asked(session, row.request_id)


def _own(session: Session, row: ShiftRow, part: OwnPart) -> tuple[str, str]:
    if part.match_id is not None:
        return "U komt. Dank u wel!", f"/koppelingen/{part.match_id}"
    if part.proposal is not None:
        is_open = part.proposal.status.value == "open"
        words = "U bent hiervoor gevraagd." if is_open else "U hebt ja gezegd. Wij wachten op de keuze."
        return words, f"/voorstellen/{part.proposal.id}"
    if part.waiting is not None:
        ahead = shift_queries.count_ahead(session, part.waiting)
        return ("U staat vooraan op de wachtlijst." if not ahead else f"Er staan {ahead} mensen vóór u."), ""
    return "", ""


def _activity(session: Session, activity: GroupActivity, visitor: Actor | None, now: datetime) -> ActivityView:
    free = activity.places - activity.taken
    joined = queries.find_joined(session, activity.id, visitor.person_id) if visitor is not None else None
    when = dates.window(activity.starts_at, activity.ends_at, today=dates.day_of(now))
    return ActivityView(
        id=activity.id,
        title=activity.title,
        text=activity.text,
        facts=(
            ("Wanneer", sentence_case(when)),
            ("Waar", activity.venue),
            ("Plek", f"Nog plek voor {free}" if free else "Vol"),
        ),
        starts_at=_iso(activity.starts_at),
        ends_at=_iso(activity.ends_at),
        venue=activity.venue,
        is_full=not free,
        is_joined=joined is not None,
        action=f"{ORGANISATIONS}/{activity.organisation_id}/activiteiten/{activity.id}",
    )


def _iso(instant: datetime) -> str:
    return instant.astimezone(AMSTERDAM).isoformat(timespec="minutes")
