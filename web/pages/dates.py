"""After the match: the date that two people agree, whether it worked out, how it was, and the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.calendars import Entry
from marketplace.errors import NotFound
from marketplace.meetings import is_own_proposal
from marketplace.models import Appointment, HelpRequest, Match, MatchStatus
from marketplace.permissions import Actor
from marketplace.queries import browsing, matches, meeting, meetings, requests
from marketplace.queries.browsing import RequestFacts
from marketplace.two_sides import other_side
from marketplace.visibility import Shown
from web import dates
from web.forms.dates import OTHER, suggest_moments
from web.labels.problems import sentence_of
from web.labels.requests import sentence_case
from web.labels.rules import lower_first

Option = tuple[str, str]

_SENTENCES: Final = {
    "moment_missing": "Kies een moment, of vul zelf een dag en een tijd in.",
    "time_missing": "Vul in hoe laat, bijvoorbeeld 10.00.",
    "how_missing": "Vertel hoe het was.",
    "helps_missing": "Vertel of het helpt om verder te kunnen.",
    "again_missing": "Vertel of u het weer zou doen.",
    "remark_long": "Maak uw tekst korter. Er passen 500 tekens in.",
    "remark_private": "Haal het telefoonnummer of e-mailadres uit uw tekst.",
    "hours_range": "Kies hoe lang het duurde.",
}
_LENGTHS_MIN: Final = (15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480)


def word_problems(problems: Mapping[str, str]) -> dict[str, str]:
    """Field → sentence."""
    return {name: _SENTENCES.get(code) or sentence_of(code) for name, code in problems.items()}


@dataclass(frozen=True)
class DatesPart:
    """The date of a match, for one of the two. Empty addresses are what they cannot do."""

    # What is agreed, in words; empty without.
    agreed: str
    # What is put forward and waits for an answer; empty without.
    proposed: str
    lead: str
    appointment_id: str
    agree_href: str
    propose_href: str
    propose_words: str
    calendar_href: str
    how_href: str


@dataclass(frozen=True)
class ProposePage:
    """When can it be?"""

    title: str
    lead: str
    action: str
    back: str
    options: tuple[Option, ...]
    chosen: str
    day: str
    time: str
    seen: str
    button: str
    is_noting: bool
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SilencePage:
    """Is it going to happen?"""

    title: str
    lead: str
    base: str


@dataclass(frozen=True)
class EvaluationPage:
    """How was it, in three questions; afterwards thanks, and for the volunteer the hours."""

    title: str
    lead: str
    action: str
    other: str
    is_volunteer: bool
    is_answered: bool
    helps_question: str
    again_question: str
    # What somebody may still have to do: an answer that it was bad opens a way on.
    advice: str
    hours: tuple[Option, ...]
    hours_value: str
    back: str
    back_words: str
    # Staff type in what was told, and by which way.
    asks_channel: bool = False
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Scene:
    match: Match
    request: HelpRequest
    facts: RequestFacts
    is_volunteer: bool
    other: str


def read_dates(
    session: Session, match: Match, *, actor: Actor, base: str, other: str, now: datetime
) -> DatesPart | None:
    """The date as it stands; None before the two can reach each other, and after the end."""
    if match.status is not MatchStatus.CONFIRMED:
        return None
    agreed, standing = meetings.find_agreed(session, match.id), meetings.find_proposed(session, match.id)
    standing = standing if standing is not None and standing.starts_at > now else None
    is_mine = standing is not None and is_own_proposal(standing, match, actor)
    is_over = agreed is not None and agreed.starts_at <= now
    return DatesPart(
        agreed=_when(agreed, now),
        proposed=_when(standing, now),
        lead=_lead(agreed, standing, is_mine=is_mine, is_over=is_over, other=other),
        appointment_id=str(standing.id) if standing else "",
        agree_href=f"{base}/datum/akkoord" if standing is not None and not is_mine else "",
        propose_href="" if is_over else f"{base}/datum",
        propose_words="Stel een andere datum voor" if agreed or standing else "Stel een datum voor",
        calendar_href=f"{base}/afspraak.ics" if agreed is not None and not is_over else "",
        how_href=f"{base}/hoe-was-het" if is_over else "",
    )


def _when(appointment: Appointment | None, now: datetime) -> str:
    if appointment is None:
        return ""
    ends_at = appointment.starts_at + timedelta(minutes=appointment.minutes)
    return sentence_case(dates.window(appointment.starts_at, ends_at, today=dates.day_of(now)))


def _lead(agreed: Appointment | None, standing: Appointment | None, *, is_mine: bool, is_over: bool, other: str) -> str:
    if is_over:
        return "Is het gelukt? Vertel ons hoe het was."
    if standing is not None:
        return f"Wij wachten op het antwoord van {other}." if is_mine else f"{other} stelt dit voor. Past het u?"
    if agreed is not None:
        return "De dag ervoor sturen wij u allebei een herinnering."
    return "Er is nog geen datum. Bel of mail elkaar, of stel hier een datum voor."


def read_propose_page(
    session: Session,
    match_id: UUID,
    *,
    actor: Actor,
    base: str,
    now: datetime,
    is_noting: bool = False,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> ProposePage | None:
    """The form for a date; None where no date can be agreed. Raises NotFound for who is not one of the two."""
    scene = _scene(session, match_id, actor)
    if scene.match.status is not MatchStatus.CONFIRMED:
        return None
    standing = meetings.find_proposed(session, match_id)
    known = typed or {}
    moments = suggest_moments(scene.facts.windows, scene.facts.weekly, scene.facts.minutes, now=now)
    options = [(one.isoformat(), sentence_case(dates.moment(one, today=dates.day_of(now)))) for one in moments]
    return ProposePage(
        title=f"Wanneer is het met {scene.other}?" if is_noting else f"Wanneer kunt u met {scene.other}?",
        lead=f"{sentence_case(scene.facts.skill_label)}, ongeveer {dates.duration(scene.facts.minutes)}.",
        action=f"{base}/datum",
        back=base,
        options=(*options, (OTHER, "Een ander moment")) if options else (),
        chosen=known.get("when", "") or ("" if options else OTHER),
        day=known.get("day", ""),
        time=known.get("time", ""),
        seen=known.get("seen", "") or (str(standing.id) if standing else ""),
        button="Bewaar de datum" if is_noting else f"Stel dit voor aan {scene.other}",
        is_noting=is_noting,
        errors=word_problems(problems or {}),
    )


def read_silence_page(session: Session, match_id: UUID, *, actor: Actor, base: str) -> SilencePage | None:
    """Did it work out; None where there is nothing to tell any more."""
    scene = _scene(session, match_id, actor)
    if scene.match.status is not MatchStatus.CONFIRMED:
        return None
    what = lower_first(scene.facts.skill_label)
    return SilencePage(f"Is het gelukt met {scene.other}?", f"Het gaat om {what}.", base)


def read_evaluation_page(
    session: Session,
    match_id: UUID,
    *,
    actor: Actor,
    action: str,
    back: str,
    of_volunteer: bool | None = None,
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> EvaluationPage | None:
    """Three questions, or thanks; None where the match did not go on."""
    scene = _scene(session, match_id, actor, of_volunteer)
    if scene.match.status not in (MatchStatus.CONFIRMED, MatchStatus.DONE):
        return None
    person_id = scene.match.person_id if scene.is_volunteer else scene.request.requester_id
    said = meetings.find_evaluation(session, match_id, person_id)
    logged = meetings.find_hours(session, match_id)
    asks_hours = scene.is_volunteer and of_volunteer is None
    is_bad = said is not None and said.how.value == "bad"
    return EvaluationPage(
        title="Dank u wel" if said else f"Hoe was het met {scene.other}?",
        lead=f"Het gaat om {lower_first(scene.facts.skill_label)}.",
        action=action,
        other=scene.other,
        is_volunteer=scene.is_volunteer,
        is_answered=said is not None,
        helps_question=(
            f"Helpt het {scene.other} om verder te kunnen?"
            if scene.is_volunteer
            else "Helpt het u om verder te kunnen?"
        ),
        again_question="Zou u weer helpen?" if scene.is_volunteer else "Zou u het weer vragen?",
        advice=_advice(scene) if is_bad else "",
        hours=_lengths(scene.facts.minutes, logged.minutes if logged else 0) if asks_hours else (),
        hours_value=str(logged.minutes if logged else scene.facts.minutes),
        back=back if of_volunteer is None else f"/werk/{scene.request.id}",
        back_words="Naar de afspraak" if of_volunteer is None else "Naar de zaak",
        asks_channel=of_volunteer is not None,
        typed=typed or {},
        errors=word_problems(problems or {}),
    )


def _advice(scene: _Scene) -> str:
    sorry = "Wat jammer. Wij lezen wat u schreef. Wilt u erover praten? Bel ons gerust."
    if scene.match.status is MatchStatus.CONFIRMED and not scene.is_volunteer:
        return f"{sorry} Kwam {scene.other} niet? Zeg de afspraak dan af. Wij zoeken iemand anders."
    return sorry


def _lengths(usual: int, logged: int) -> tuple[Option, ...]:
    known = sorted({*_LENGTHS_MIN, usual, *([logged] if logged else [])})
    return tuple((str(one), sentence_case(dates.duration(one))) for one in known)


def read_entry(session: Session, match_id: UUID, *, actor: Actor, base_url: str, now: datetime) -> Entry | None:
    """The date of one match for the calendar of one of the two; as cancelled, where it was. None without a date."""
    scene = _scene(session, match_id, actor)
    appointment = meetings.find_agreed(session, match_id)
    is_cancelled = appointment is None
    if appointment is None:
        is_off = scene.match.status in (MatchStatus.CANCELLED, MatchStatus.OBJECTED)
        appointment = meetings.find_agreed_last(session, match_id) if is_off else None
    if appointment is None:
        return None
    return make_entry(
        appointment,
        scene.match,
        scene.request,
        what=scene.facts.skill_label,
        other=scene.other,
        shown=other_side(session, scene.match, scene.request, actor=actor, now=now),
        is_volunteer=scene.is_volunteer,
        base_url=base_url,
        is_cancelled=is_cancelled,
    )


def make_entry(
    appointment: Appointment,
    match: Match,
    request: HelpRequest,
    *,
    what: str,
    other: str,
    shown: Shown,
    is_volunteer: bool,
    base_url: str,
    is_cancelled: bool = False,
) -> Entry:
    """No telephone number, and the address only while it is shown to this person."""
    street = "" if is_cancelled else shown.help_address
    return Entry(
        uid=f"{match.id}@{urlsplit(base_url).hostname or 'localhost'}",
        sequence=appointment.sequence,
        changed_at=appointment.answered_at or appointment.proposed_at,
        starts_at=appointment.starts_at,
        ends_at=appointment.starts_at + timedelta(minutes=appointment.minutes),
        summary=f"{other} helpen: {lower_first(what)}" if is_volunteer else f"{other} komt helpen: {lower_first(what)}",
        description=f"Bekijk de afspraak, of zeg af: {base_url}/koppelingen/{match.id}",
        location=f"{street}, {request.neighbourhood}" if street else request.neighbourhood,
        url=f"{base_url}/koppelingen/{match.id}",
        is_cancelled=is_cancelled,
    )


def _scene(session: Session, match_id: UUID, actor: Actor, of_volunteer: bool | None = None) -> _Scene:
    match = matches.get_match(session, match_id)
    request = requests.get_request(session, match.request_id)
    by_staff = of_volunteer is not None and permissions.may_work_case(actor, request)
    if not by_staff and not permissions.is_party(actor, match, request):
        raise NotFound(f"match {match_id}")
    facts = browsing.get_facts(session, match.request_id)
    is_volunteer = of_volunteer if of_volunteer is not None else actor.person_id == match.person_id
    asker = facts.organisation_name or facts.requester_name
    other = asker if is_volunteer else meeting.get_first_name(session, match.person_id)
    return _Scene(match, request, facts, is_volunteer, other)
