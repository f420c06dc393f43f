"""Care for volunteers: who deserves attention and why; and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import care
from marketplace.care import Attention, CareReason
from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.queries import care as queries
from marketplace.queries.care import Fares
from marketplace.visibility import Field, Situation, may_see
from web import dates
from web.labels.problems import sentences_of
from web.pages.my_page import Item

CARE: Final = "/werk/vrijwilligers"
FIRST: Final = 8  # of each group, beside the others
PER_PAGE: Final = 40  # of one group
PAPERS: Final[Mapping[str, str]] = {
    "vog": "VOG",
    "buddy_training": "Buddytraining",
    "driving_licence": "Rijbewijs",
    "car": "Verzekering van de auto",
}
_TITLES: Final[Mapping[CareReason, tuple[str, str]]] = {
    CareReason.NEWCOMER: ("Wacht op een eerste taak", "Zij meldden zich aan en hielpen nog niemand. Bel eens."),
    CareReason.SILENT: ("Wordt stil", "Zij antwoordden drie keer of vaker niet. Vraag hoe het gaat."),
    CareReason.ASKED_OFTEN: ("Vaak gevraagd", "Zij kregen in vier weken zes vragen of meer. Is dat niet te veel?"),
    CareReason.CERTIFICATE: (
        "Papier loopt af",
        "Is een papier verlopen? Dan vragen wij hen niet meer voor wat dat papier nodig heeft.",
    ),
    CareReason.THANKS: ("Tijd voor een bedankje", "Zij hielpen zo vaak dat een kaart of telefoontje past."),
}
Line = tuple[str, str]


@dataclass(frozen=True)
class Group:
    """People with the same reason: the first of them, and how many there are."""

    title: str
    text: str
    people: tuple[Item, ...]
    id: str
    total: int

    @property
    def href(self) -> str:
        """Where all of them are."""
        return f"{CARE}?wie={self.id}"


@dataclass(frozen=True)
class CarePage:
    """Who deserves attention: the first of each group, or a page of one group."""

    groups: tuple[Group, ...]
    title: str = "Zorg voor vrijwilligers"
    is_one_group: bool = False
    number: int = 1
    last: int = 1


@dataclass(frozen=True)
class VolunteerPage:
    """One volunteer: how they fare, how to reach them, and what to write down."""

    path: str
    name: str
    why: tuple[str, ...]
    facts: tuple[Line, ...]
    contact: tuple[Line, ...]
    papers: tuple[Line, ...]
    kinds: tuple[Line, ...]
    typed: Mapping[str, str]
    title: str
    errors: Mapping[str, str] = field(default_factory=dict)


def read_care_page(
    session: Session, municipality_id: UUID, *, actor: Actor, now: datetime, of: str = "", number: int = 1
) -> CarePage:
    """Group by reason; somebody with two reasons stands in two groups. ``of`` names one group, shown by the page."""
    found = care.list_attention(session, municipality_id, actor=actor, now=now)
    only = next((reason for reason in _TITLES if reason.value == of), None)
    if only is None:
        groups = (_group(reason, found, now, slice(FIRST)) for reason in _TITLES)
        return CarePage(tuple(group for group in groups if group.people))
    last = max(1, ceil(sum(only in one.reasons for one in found) / PER_PAGE))
    number = min(max(number, 1), last)
    group = _group(only, found, now, slice((number - 1) * PER_PAGE, number * PER_PAGE))
    return CarePage((group,), is_one_group=True, number=number, last=last)


def _group(reason: CareReason, found: Sequence[Attention], now: datetime, part: slice) -> Group:
    title, text = _TITLES[reason]
    people = [one for one in found if reason in one.reasons]
    return Group(title, text, tuple(_item(one, reason, now) for one in people[part]), reason.value, len(people))


def read_volunteer_page(
    session: Session,
    fares: Fares,
    person: Person,
    *,
    municipality_id: UUID,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> VolunteerPage:
    """One volunteer, whose look the caller has logged."""
    today = dates.day_of(now)
    return VolunteerPage(
        path=f"{CARE}/{fares.offer_id}",
        name=person.first_name,
        why=tuple(_why(fares, reason, now) for reason in care.reasons_of(fares, now)),
        facts=(
            ("Helpt sinds", dates.day(dates.day_of(fares.since), today=today)),
            ("Wijk", fares.neighbourhood),
            ("Keer geholpen", str(fares.done)),
            ("Gevraagd in vier weken", str(care.count_asked(fares, now))),
            ("Gesproken", dates.day(dates.day_of(fares.spoken_at), today=today) if fares.spoken_at else "nog niet"),
            ("Bedankt", dates.day(dates.day_of(fares.thanked_at), today=today) if fares.thanked_at else "nog niet"),
        ),
        contact=_contact(person),
        papers=tuple(
            (
                PAPERS.get(seen.code, seen.code),
                f"gezien op {dates.day(seen.seen_on, today=today)}"
                + (f", geldig tot en met {dates.day(seen.valid_until, today=today)}" if seen.valid_until else ""),
            )
            for seen in queries.list_certificates(session, municipality_id, fares.person_id)
        ),
        kinds=tuple((code, PAPERS[code]) for code in care.SEEN_HERE),
        typed=typed or {},
        title=f"Zorg voor {person.first_name}",
        errors=sentences_of(problems or {}),
    )


def _item(one: Attention, reason: CareReason, now: datetime) -> Item:
    fares = one.fares
    return Item(f"{CARE}/{fares.offer_id}", f"{fares.first_name}, {fares.neighbourhood}", _why(fares, reason, now))


def _why(fares: Fares, reason: CareReason, now: datetime) -> str:
    if reason is CareReason.NEWCOMER:
        asked = len(fares.asked)
        tail = "Nog niets gevraagd." if not asked else f"{asked} keer gevraagd, nog niet geholpen."
        return f"Wacht {(now - fares.since).days} dagen. {tail}"
    if reason is CareReason.SILENT:
        return f"{care.count_unanswered(fares.asked)} vragen achter elkaar zonder antwoord."
    if reason is CareReason.ASKED_OFTEN:
        return f"{care.count_asked(fares, now)} vragen in vier weken."
    if reason is CareReason.CERTIFICATE:
        today = dates.day_of(now)
        return " ".join(
            f"{PAPERS.get(code, code)}: {'verlopen sinds' if until < today else 'geldig tot en met'} "
            f"{dates.day(until, today=today)}."
            for code, until in care.running_out(fares, now)
        )
    times = care.milestone_of(fares, now)
    return "Hielp voor het eerst." if times == 1 else f"Hielp {times} keer."


def _contact(person: Person) -> tuple[Line, ...]:
    lines = (
        (Field.LAST_NAME, "Naam", f"{person.first_name} {person.last_name}".strip()),
        (Field.TELEPHONE, "Telefoon", person.telephone or ""),
        (Field.EMAIL, "E-mail", person.email or ""),
    )
    return tuple((label, text) for what, label, text in lines if text and may_see(what, Situation.COORDINATOR))
