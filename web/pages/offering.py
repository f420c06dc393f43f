"""The pages of offering help: the form for new and changed offers, a pause, and stopping."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.asks import NewOffer, WeekPiece
from marketplace.geocoding import Place
from marketplace.models import Offer
from marketplace.permissions import Actor
from marketplace.queries import market, offers
from matching.problem import Skill, SkillTable
from web import dates
from web.forms.offering import DEFAULTS, Answers, skills_field, usual_pause, write_answers
from web.labels.problems import sentence_of
from web.labels.rules import lower_first
from web.labels.skills import WORK_AREAS

_AREA_PICTURES: Final = {
    "meeting_company": "company",
    "house_garden_kitchen": "garden",
    "transport": "transport",
    "clubs_organisations": "clubs",
}
# In the largest work area the garden comes first: there helpers are short.
_GROUPS: Final = {"garden": 0, "home": 1, "digital": 2, "admin": 3}
_REACHES_KM: Final = (2.0, 5.0, 10.0, 20.0)
LANGUAGES: Final = (
    ("nl", "Nederlands"),
    ("en", "Engels"),
    ("de", "Duits"),
    ("fr", "Frans"),
    ("pl", "Pools"),
    ("tr", "Turks"),
    ("ar", "Arabisch"),
    ("uk", "Oekraïens"),
    ("es", "Spaans"),
    ("fa", "Farsi"),
    ("ti", "Tigrinya"),
)
# Codes of this form alone.
_SENTENCES: Final = {
    "languages_missing": "Kies minstens één taal.",
    "when_far": "Een pauze duurt hoogstens een jaar. Kies een eerdere dag.",
}
# Where the first control of a group stands, for the links of the error summary.
_ANCHORS: Final = {"skills": skills_field(next(iter(WORK_AREAS))), "availability": "when", "born_on": "is_young"}

Option = tuple[str, str]


@dataclass(frozen=True)
class AreaChoice:
    """The kinds of help of one work area, as chips."""

    field: str
    label: str
    picture: str
    hint: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True)
class OfferPage:
    """The one form of an offer."""

    title: str
    button: str
    areas: tuple[AreaChoice, ...]
    reaches: tuple[Option, ...]
    languages: tuple[Option, ...]
    values: Mapping[str, Any]
    is_new: bool
    asks_who: bool
    # Whoever has a pause sees until when; empty without one.
    paused_until: str = ""
    back: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WelcomePage:
    """Somebody helps from now on."""

    first_name: str
    back: str
    title: str = "Fijn dat u meedoet"


@dataclass(frozen=True)
class PausePage:
    """A pause: until when, or end it."""

    # Empty where there is no pause yet.
    paused_until: str
    value: str
    earliest: str
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Even pauze"


@dataclass(frozen=True)
class StopPage:
    """Whether somebody really wants to stop, and the thanks once they have."""

    is_stopped: bool
    title: str


def read_offer_page(
    session: Session,
    *,
    visitor: Actor | None,
    municipality_id: UUID,
    now: datetime,
    back: str = "",
    answers: Answers | None = None,
    problems: Mapping[str, str] | None = None,
    known: Mapping[str, str | list[str]] | None = None,
) -> OfferPage:
    """The form: as it was typed with what is wrong with it, else the offer as it stands, else what most choose."""
    offer = find_offer(session, visitor, municipality_id)
    skills = market.read_skill_table(session)
    answers = answers or (
        {**DEFAULTS, **(known or {})} if offer is None else write_answers(_as_offered(session, offer), skills)
    )
    return OfferPage(
        title="Ik wil helpen" if offer is None else "Mijn aanbod",
        button="Doe mee" if offer is None else "Bewaar mijn aanbod",
        areas=tuple(
            _area(skills, area, label, answers, is_open="skills" in (problems or {}))
            for area, label in WORK_AREAS.items()
        ),
        reaches=_reaches(str(answers.get("reach_km", ""))),
        languages=LANGUAGES,
        values={"any_time": "", "is_public": "", "is_young": "", **answers},
        is_new=offer is None,
        asks_who=visitor is None,
        paused_until="" if offer is None else pause_words(offer.paused_until, now),
        back=back,
        errors=word_problems(problems or {}),
    )


def word_problems(problems: Mapping[str, str]) -> dict[str, str]:
    """Field → sentence, each at the control that stands on the page."""
    return {_ANCHORS.get(name, name): _SENTENCES.get(code) or sentence_of(code) for name, code in problems.items()}


def pause_words(until: datetime | None, now: datetime) -> str:
    """Until when somebody has a pause; empty without one."""
    if until is None or until <= now:
        return ""
    return dates.day(dates.day_of(until), today=dates.day_of(now))


def find_pause_page(
    session: Session,
    *,
    actor: Actor,
    municipality_id: UUID,
    now: datetime,
    typed: str | None = None,
    problems: Mapping[str, str] | None = None,
) -> PausePage | None:
    """A pause as it stands, or two weeks to begin with. None for who does not help."""
    if (offer := find_offer(session, actor, municipality_id)) is None:
        return None
    return PausePage(
        paused_until=pause_words(offer.paused_until, now),
        value=usual_pause(now).isoformat() if typed is None else typed,
        earliest=dates.day_of(now).isoformat(),
        errors=word_problems(problems or {}),
    )


def stop_page(*, is_stopped: bool) -> StopPage:
    """Before and after."""
    return StopPage(is_stopped, "Dank u wel voor al uw hulp" if is_stopped else "Wilt u stoppen met helpen?")


def find_offer(session: Session, visitor: Actor | None, municipality_id: UUID) -> Offer | None:
    """Somebody's own offer that still stands."""
    return None if visitor is None else offers.find_live_offer_of(session, visitor.person_id, municipality_id)


def _area(skills: SkillTable, area: str, label: str, answers: Mapping[str, Any], *, is_open: bool) -> AreaChoice:
    kinds = sorted((skills[code] for code in skills if skills[code].work_area == area), key=_inviting_first)
    chosen = tuple(answers.get(skills_field(area), ()))
    some = ", ".join([kinds[0].label_nl, *(lower_first(kind.label_nl) for kind in kinds[1:3])]) if kinds else ""
    return AreaChoice(
        field=skills_field(area),
        label=label,
        picture=_AREA_PICTURES.get(area, "help"),
        hint=f"{some} en nog {len(kinds) - 3} andere" if len(kinds) > 4 else some,
        options=tuple((kind.code, _kind(kind.label_nl, kind.requires)) for kind in kinds),
        chosen=chosen,
        # Closed, a telephone shows all four at once; open is what was chosen, or what must be mended.
        is_open=is_open or bool(chosen),
    )


def _inviting_first(kind: Skill) -> tuple[bool, int, str]:
    """What anybody can begin with tomorrow comes first, what needs a certificate last."""
    return "vog" in kind.requires, _GROUPS.get(kind.code.split(".")[0], 0), kind.label_nl


def _kind(label: str, requires: frozenset[str]) -> str:
    return f"{label} (VOG)" if "vog" in requires else label


def _reaches(value: str) -> tuple[Option, ...]:
    """In minutes, because nobody feels a kilometre; what somebody has already is among them."""
    usual = {f"{km:g}": km for km in _REACHES_KM}
    with suppress(ValueError):
        usual.setdefault(value, float(value))
    return tuple((text, dates.distance(km)) for text, km in sorted(usual.items(), key=lambda one: one[1]) if km <= 50)


def _as_offered(session: Session, offer: Offer) -> NewOffer:
    held = offers.list_offer_skills(session, offer.id)
    week = offers.list_availability(session, offer.id)
    return NewOffer(
        # What rests after "dit soort niet" comes unticked: who ticks it again wants it again.
        skill_codes=frozenset(row.skill_code for row in held if row.rested_at is None),
        place=Place(offer.postcode, offer.neighbourhood, "", offer.latitude, offer.longitude, offer.precision),
        availability=tuple(WeekPiece(row.weekday, row.start_minute, row.end_minute) for row in week),
        reach_km=offer.reach_km,
        capacity=offer.capacity,
        asked_per_week=offer.asked_per_week,
        languages=tuple(offer.languages),
        sentence=offer.sentence,
        is_public=offer.is_public,
    )
