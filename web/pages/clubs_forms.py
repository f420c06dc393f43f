"""The forms of an organisation: its page, a vacancy (perhaps last year's), an activity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import minors
from marketplace.asks import RIDE
from marketplace.clubs.vacancies import MOST_QUESTIONS, MOST_SHIFTS
from marketplace.errors import NotFound
from marketplace.models import Organisation
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import market, people, requests
from marketplace.queries import organisations as queries
from marketplace.queries import vacancies as vacancy_queries
from web import dates
from web.forms.clubs import EVERY_WEEK, MINUTES, ONCE, ShiftFields, read_rows
from web.forms.reading import ticks_of
from web.labels.problems import sentences_of
from web.pages.clubs import ORGANISATIONS, Line

# The same weekday, a year later.
YEAR: Final = timedelta(weeks=52)


@dataclass(frozen=True)
class ProfilePage:
    """The form of an organisation's page: the first time, and later."""

    action: str
    title: str
    typed: Mapping[str, str]
    contacts: tuple[Line, ...]
    button: str
    back: str
    errors: Mapping[str, str] = field(default_factory=dict)
    # Nobody asked yet whether they are sixteen.
    asks_age: bool = False


@dataclass(frozen=True)
class VacancyForm:
    """The form of a vacancy."""

    action: str
    title: str
    typed: Mapping[str, Any]
    rows: tuple[ShiftFields, ...]
    skills: tuple[Line, ...]
    kinds: tuple[tuple[str, str, str], ...]
    choices: tuple[tuple[str, str, str], ...]
    minutes: tuple[Line, ...]
    questions: tuple[int, ...]
    may_add: bool
    back: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ActivityForm:
    """The form of an activity."""

    action: str
    title: str
    typed: Mapping[str, str]
    back: str
    errors: Mapping[str, str] = field(default_factory=dict)


def read_profile_form(
    session: Session,
    *,
    organisation: Organisation | None,
    founder: Actor | None = None,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> ProfilePage:
    """The form, as it stands; or empty, for ``founder``."""
    errors = sentences_of(problems or {})
    if organisation is None:
        action = f"{ORGANISATIONS}/aanmelden"
        person = people.get_person(session, founder.person_id) if founder is not None else None
        asks_age = "is_sixteen" in errors or (person is not None and minors.asks_age(session, person))
        title = "Meld uw organisatie aan"
        return ProfilePage(action, title, typed or {}, (), "Meld aan", ORGANISATIONS, errors, asks_age)
    members = queries.list_members(session, organisation.id)
    base = f"{ORGANISATIONS}/{organisation.id}/beheer"
    known = {
        "name": organisation.name,
        "about": organisation.about,
        "website": organisation.website,
        "reached_by": organisation.reached_by,
        "postcode": organisation.postcode,
        "contact": str(organisation.contact_id or ""),
    }
    contacts = tuple((str(row.person_id), f"{row.first_name} {row.last_name}".strip()) for row in members)
    title = "De pagina van uw organisatie"
    return ProfilePage(f"{base}/gegevens", title, typed or known, contacts, "Bewaar dit", base, errors)


def read_vacancy_form(
    session: Session,
    organisation: Organisation,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> VacancyForm:
    """The form of a vacancy, as far as it is filled in."""
    base = f"{ORGANISATIONS}/{organisation.id}/beheer"
    typed = (
        typed
        if typed is not None
        else {"kind": ONCE, "choice": "eerste", "postcode": organisation.postcode, "slots": "1"}
    )
    rows = tuple(read_rows(typed))
    table = market.read_skill_table(session)
    skills = [table[code] for code in table if code != RIDE and not code.startswith("company.buddy")]
    skills.sort(key=lambda skill: (not skill.code.startswith("club."), skill.label_nl))
    return VacancyForm(
        action=f"{base}/vacature",
        title="Nieuwe vacature",
        typed=typed,
        rows=rows,
        skills=tuple((skill.code, skill.label_nl) for skill in skills),
        kinds=(
            (ONCE, "Op één of meer dagen", "Met diensten, zoals bij een toernooi of een markt."),
            (EVERY_WEEK, "Elke week", "Iemand komt vast, op dagen die u kiest."),
        ),
        choices=(
            ("eerste", "Wie het eerst ja zegt en past", "U hoeft niets te doen."),
            ("kiezen", "Wij kiezen zelf", "U hebt telkens 24 uur om te kiezen."),
        ),
        minutes=tuple((str(minutes), dates.duration(minutes)) for minutes in MINUTES),
        questions=tuple(range(1, MOST_QUESTIONS + 1)),
        may_add=len(rows) < MOST_SHIFTS,
        back=base,
        errors=sentences_of(problems or {}),
    )


def copy_vacancy(session: Session, organisation_id: UUID, vacancy_id: UUID) -> dict[str, Any]:
    """Last year's vacancy as a filled-in form: its shifts a year later, on the same day of the week."""
    vacancy = vacancy_queries.get(session, vacancy_id)
    if vacancy.organisation_id != organisation_id:
        raise NotFound(f"vacancy {vacancy_id}")
    typed: dict[str, Any] = {
        "title": vacancy.title,
        "text": vacancy.text,
        "skill": vacancy.skill_code,
        "kind": EVERY_WEEK if vacancy.hours_per_week else ONCE,
        "postcode": vacancy.postcode,
        "street": vacancy.street,
        "house_number": vacancy.house_number,
        "hours_per_week": str(vacancy.hours_per_week or ""),
        "min_age": str(vacancy.min_age or ""),
        "choice": "kiezen" if vacancy.is_chosen_by_requester else "eerste",
        "copied_from": str(vacancy.id),
        **{f"question_{number}": text for number, text in enumerate(vacancy.questions, 1)},
    }
    rows = vacancy_queries.list_shifts(session, [vacancy_id]).get(vacancy_id, ())
    for number, row in enumerate(rows, 1):
        slots = len(requests.list_slots(session, row.request_id))
        if not row.windows:
            return typed | {"week": ticks_of(row.weekly), "minutes": str(row.minutes), "slots": str(slots)}
        # By the clock on the wall: ten o'clock stays ten o'clock, whatever summer time does.
        start, until = (moment.astimezone(AMSTERDAM) for moment in (row.windows[0].starts_at, row.windows[0].ends_at))
        typed |= {
            f"shift_{number}_day": (start.date() + YEAR).isoformat(),
            f"shift_{number}_from": f"{start:%H:%M}",
            f"shift_{number}_until": f"{until:%H:%M}",
            f"shift_{number}_people": str(slots),
        }
    return typed | {"rows": str(max(len(rows), 1))}


def read_activity_form(
    organisation: Organisation, *, typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None
) -> ActivityForm:
    """The form of an activity."""
    base = f"{ORGANISATIONS}/{organisation.id}/beheer"
    return ActivityForm(f"{base}/activiteit", "Nieuwe activiteit", typed or {}, base, sentences_of(problems or {}))
