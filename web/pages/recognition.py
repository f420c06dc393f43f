"""The pages of recognition: a year, a service period with its certificates, hours to confirm, something in return."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.ages import today_of
from marketplace.errors import InvalidInput, NotFound
from marketplace.links import CertificateLinks, ServiceHoursLinks
from marketplace.models import Municipality, ServiceCertificate, ServiceHoursStatus
from marketplace.permissions import Actor
from marketplace.queries import market, people
from marketplace.queries import recognition as queries
from marketplace.queries.recognition import Year
from marketplace.young import serving
from marketplace.young.serving import USUAL_GOAL_H, Tally
from web import dates
from web.forms.reading import read_whole
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.labels.rules import upper_first
from web.pages.my_page import Item
from web.qr import QrCode

# Small things that anybody can do tomorrow, without a certificate; most of them from one's own chair.
SMALL: Final[Mapping[str, str]] = {
    "company.phone": "Eens per week iemand bellen",
    "company.coffee": "Een kop koffie drinken met iemand",
    "company.games": "Een spelletje doen, of een hobby delen",
    "company.walking": "Een blokje om met iemand",
    "home.groceries": "Een boodschap meenemen voor een ander",
    "home.sewing": "Iets naaien of verstellen",
    "company.language": "Nederlands oefenen met iemand",
}
FIRST_YEAR: Final = 2020
_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_TAGS: Final[Mapping[ServiceHoursStatus, StatusTag]] = {
    ServiceHoursStatus.OWN_WORD: StatusTag("Eigen opgave", "neutral"),
    ServiceHoursStatus.ASKED: StatusTag("Gevraagd, telt als eigen opgave", "waiting"),
    ServiceHoursStatus.CONFIRMED: StatusTag("Bevestigd", "good"),
    ServiceHoursStatus.REFUSED: StatusTag("Klopt niet, telt niet mee", "attention"),
}


@dataclass(frozen=True)
class YearPage:
    """What somebody did in a year, and what they wish to hear."""

    year: int
    lead: str
    facts: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, int], ...]
    thanks: tuple[str, ...]
    others: tuple[int, ...]
    wants_year: bool
    wants_invitation: bool
    title: str


@dataclass(frozen=True)
class ReturnPage:
    """Something small for another: choose, or rather not."""

    kinds: tuple[tuple[str, str], ...]
    is_declined: bool
    title: str = "Wilt u ook iets voor een ander doen?"


@dataclass(frozen=True)
class HoursLine:
    """One line of hours that no match holds."""

    when: str
    what: str
    length: str
    status: StatusTag


@dataclass(frozen=True)
class CertificateLine:
    """One certificate: when it was signed, and whether it still holds."""

    href: str
    words: str
    take_back: str = ""


@dataclass(frozen=True)
class ServicePage:
    """A service period: how far it is, what counts, and what was signed."""

    is_running: bool
    lead: str
    percent: int
    facts: tuple[tuple[str, str], ...]
    hours: tuple[HoursLine, ...]
    certificates: tuple[CertificateLine, ...]
    values: Mapping[str, str]
    latest: str
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Mijn diensttijd"


@dataclass(frozen=True)
class CertificatePage:
    """One sheet of paper."""

    name: str
    period: str
    lines: tuple[tuple[str, str], ...]
    signed: str
    is_valid: bool
    address: str
    qr: QrCode
    title: str = "Bewijs van diensttijd"


@dataclass(frozen=True)
class CheckPage:
    """Whether a certificate is true; of one that is not, no more than that."""

    is_valid: bool
    lead: str
    lines: tuple[tuple[str, str], ...]
    title: str


@dataclass(frozen=True)
class HoursPage:
    """What an organisation is asked: are these hours right?"""

    lead: str
    is_open: bool
    title: str


@dataclass(frozen=True)
class ServedLine:
    """Somebody in a service period, as the desk sees it."""

    name: str
    words: str
    sign: str
    certificates: tuple[CertificateLine, ...]


@dataclass(frozen=True)
class ServiceWorkPage:
    """Everybody in a service period."""

    people: tuple[ServedLine, ...]
    title: str = "Diensttijd"


def read_year_page(session: Session, typed: str, *, actor: Actor, now: datetime) -> YearPage:
    """Raises NotFound for a year that cannot be."""
    this, year = today_of(now).year, read_whole(typed)
    if year is None or not FIRST_YEAR <= year <= this:
        raise NotFound(f"year {typed}")
    found = queries.read_year(session, actor.person_id, year)
    wish = queries.find_recognition(session, actor.person_id)
    return YearPage(
        year=year,
        lead=_lead(found),
        facts=_year_facts(found),
        kinds=found.kinds,
        thanks=found.thanks,
        others=tuple(one for one in (this, this - 1, this - 2) if one != year),
        wants_year=wish is None or wish.wants_year,
        wants_invitation=wish is None or wish.wants_invitation,
        title=f"Dit deed u in {year}",
    )


def _lead(year: Year) -> str:
    if not year.times:
        return f"In {year.year} staat hier nog niets. Zodra u iemand hielp, ziet u het hier."
    people = "één mens" if year.people == 1 else f"{year.people} mensen"
    times = "één keer" if year.times == 1 else f"{year.times} keer"
    return f"U hielp {people}, samen {times}. Dank u wel!"


def _year_facts(year: Year) -> tuple[tuple[str, str], ...]:
    where = ", ".join(f"{name} ({count} keer)" for name, count in year.neighbourhoods)
    return tuple(
        (label, text)
        for label, text in (("Tijd", dates.duration(year.minutes) if year.minutes else ""), ("Waar", where))
        if text
    )


def read_return_page(session: Session, *, actor: Actor) -> ReturnPage:
    """A few small things; for who said no before only thanks."""
    invitation = queries.find_invitation(session, actor.person_id)
    wish = queries.find_recognition(session, actor.person_id)
    is_declined = (invitation is not None and invitation.is_yes is False) or (
        wish is not None and not wish.wants_invitation
    )
    return ReturnPage(tuple(SMALL.items()), is_declined)


def read_service_page(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> ServicePage:
    """As somebody sees their own."""
    period = queries.find_period(session, actor.person_id)
    errors, today = sentences_of(problems), today_of(now)
    if period is None:
        usual = {"goal_hours": str(USUAL_GOAL_H), "starts_on": today.isoformat()}
        return ServicePage(False, "", 0, (), (), (), {**usual, **typed}, today.isoformat(), errors)
    counted = serving.tally(session, period, now=now)
    return ServicePage(
        is_running=True,
        lead=(
            f"{f'U hielp {dates.duration(counted.total)}' if counted.total else 'Nog geen uren'}. "
            f"Het doel is {period.goal_hours} uur."
        ),
        percent=round(100 * counted.share),
        facts=_counted(counted),
        hours=tuple(
            HoursLine(
                dates.day(one.on_day, today=today),
                f"{one.what}{f', {one.organisation}' if one.organisation else ''}",
                upper_first(dates.duration(one.minutes)),
                _TAGS[one.status],
            )
            for one in queries.list_service_hours(session, period.id)
        ),
        certificates=tuple(_certificate(one) for one in queries.list_certificates(session, period.id)),
        values={"on_day": today.isoformat(), **typed},
        latest=today.isoformat(),
        errors=errors,
    )


def _counted(counted: Tally) -> tuple[tuple[str, str], ...]:
    lines = (("Bevestigd", counted.confirmed), ("Eigen opgave", counted.own_word))
    return tuple((label, dates.duration(minutes)) for label, minutes in lines if minutes)


def _certificate(one: ServiceCertificate, *, is_staff: bool = False) -> CertificateLine:
    words = f"Getekend op {dates.day(dates.day_of(one.issued_at))}"
    if one.withdrawn_at is not None:
        return CertificateLine("", f"{words}, ingetrokken")
    if is_staff:
        return CertificateLine("", words, f"/werk/diensttijd/bewijs/{one.id}/intrekken")
    return CertificateLine(f"/mijn/diensttijd/bewijs/{one.id}", words)


def read_certificate(
    session: Session, certificate_id: UUID, *, actor: Actor, links: CertificateLinks
) -> CertificatePage:
    """One's own, to print. Raises NotFound for anybody else."""
    one = queries.get_certificate(session, certificate_id)
    if one.person_id != actor.person_id:
        raise NotFound(f"certificate {certificate_id}")
    person = people.get_person(session, one.person_id)
    return CertificatePage(
        name=f"{person.first_name} {person.last_name}".strip(),
        period=_period(one),
        lines=_lines(one),
        signed=_signed(session, one),
        is_valid=one.withdrawn_at is None,
        address=links.url(one.id),
        qr=QrCode.of(links.url(one.id)),
    )


def read_check(session: Session, token: str, *, links: CertificateLinks) -> CheckPage:
    """What stands on the paper and no more. Raises NotFound."""
    if (certificate_id := links.read(token)) is None:
        raise NotFound("a link of ours")
    one = queries.get_certificate(session, certificate_id)
    person = people.get_person(session, one.person_id)
    if one.withdrawn_at is not None or person.erased_at is not None:
        lead = "Dit bewijs is ingetrokken. Het geldt niet meer."
        return CheckPage(False, lead, (), "Dit bewijs geldt niet")
    name = f"{person.first_name} {person.last_name}".strip()
    lines = (("Van", name), ("Periode", _period(one)), *_lines(one), ("Getekend", _signed(session, one)))
    return CheckPage(True, "Dit bewijs is echt. Kijk of hetzelfde op het papier staat.", lines, "Dit bewijs geldt")


def _period(one: ServiceCertificate) -> str:
    return f"{_dated(one.from_on)} tot en met {_dated(one.until_on)}"


def _dated(when: date) -> str:
    """With the year: on paper nobody knows which one it is."""
    return f"{when.day} {dates.month(when.year, when.month)}"


def _lines(one: ServiceCertificate) -> tuple[tuple[str, str], ...]:
    lines = (("Bevestigd door een ander", one.confirmed_minutes), ("Volgens eigen opgave", one.own_minutes))
    return tuple((label, dates.duration(minutes)) for label, minutes in lines if minutes)


def _signed(session: Session, one: ServiceCertificate) -> str:
    signer = people.get_person(session, one.issued_by_id)
    organisation = session.get_one(Municipality, one.municipality_id).organisation
    name = f"{signer.first_name} {signer.last_name}".strip()
    return f"{name}, {organisation}, {_dated(dates.day_of(one.issued_at))}"


def read_token(links: ServiceHoursLinks, token: str) -> UUID:
    """Which hours a link is of. Raises NotFound."""
    if (hours_id := links.read(token)) is None:
        raise NotFound("a link of ours")
    return hours_id


def read_hours_page(session: Session, token: str, *, links: ServiceHoursLinks) -> HoursPage:
    """As the organisation reads it: a first name, the day, how long and what. Raises NotFound."""
    hours = queries.lock_service_hours(session, read_token(links, token))
    name = people.get_person(session, hours.person_id).first_name
    if hours.status is not ServiceHoursStatus.ASKED:
        return HoursPage("U hoeft niets meer te doen.", False, "Dank u wel voor uw antwoord")
    told = f"{dates.duration(hours.minutes)} geholpen bij {hours.organisation}. Het ging om: {hours.what}."
    return HoursPage(f"{name} schrijft: op {dates.day(hours.on_day)} {told}", True, f"Hielp {name} bij u?")


def read_email(typed: str) -> str:
    """An address, or nothing. Raises InvalidInput."""
    if typed and not (len(typed) <= 254 and _EMAIL.fullmatch(typed)):
        raise InvalidInput({"email": "email_form"})
    return typed


def read_service_work(session: Session, municipality_id: UUID, *, actor: Actor, now: datetime) -> ServiceWorkPage:
    """As the desk sees it. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    found = []
    for period, first, last in queries.list_periods(session, municipality_id):
        counted = serving.tally(session, period, now=now)
        words = ", ".join(f"{label.lower()} {text}" for label, text in _counted(counted)) or "nog geen uren"
        found.append(
            ServedLine(
                f"{first} {last}".strip(),
                f"{words}; het doel is {period.goal_hours} uur",
                f"/werk/diensttijd/{period.id}/tekenen" if counted.total else "",
                tuple(_certificate(one, is_staff=True) for one in queries.list_certificates(session, period.id)),
            )
        )
    return ServiceWorkPage(tuple(found))


def own_service(session: Session, actor: Actor, *, now: datetime) -> tuple[Item, ...]:
    """For my page: how far the service period is; nothing without one."""
    period = queries.find_period(session, actor.person_id)
    if period is None:
        return ()
    counted = serving.tally(session, period, now=now)
    done = dates.duration(counted.total) if counted.total else "Nog geen uren"
    return (Item("/mijn/diensttijd", "Uw diensttijd", f"{done} van {period.goal_hours} uur."),)


def known_answers(session: Session, actor: Actor | None, kinds: list[str]) -> dict[str, str | list[str]]:
    """What the form of an offer begins with for who comes to do something in return: the kinds, and where they live."""
    skills = market.read_skill_table(session)
    chosen: dict[str, str | list[str]] = {}
    for code in kinds:
        if code in SMALL and code in skills:
            name = f"skills_{skills[code].work_area}"
            chosen[name] = [*chosen.get(name, []), code]
    last = queries.find_last_request(session, actor.person_id) if actor else None
    return {**chosen, **({"postcode": last.postcode} if last is not None and len(last.postcode) == 6 else {})}
