"""One case, beside the queue: everything that is known of it, who could help, and what a coordinator can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import lifecycle
from marketplace.geocoding import show_postcode
from marketplace.models import (
    Channel,
    HelpRequest,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import board, meetings, requests
from marketplace.queries.board import Pile
from web import dates
from web.dates import when
from web.forms.coordinating import NOTHING_SENT, SentForm
from web.labels import escalation
from web.labels.events import CLOSING_REASONS
from web.labels.positive_health import served_by
from web.labels.relations import IN_SHORT
from web.labels.requests import DAYS, StatusTag
from web.pages.casework import Casework, build_casework
from web.pages.coordinating import HOME, PER_RAIL, Line, Link, View, case_href, owner_name, read_queue
from web.pages.coordinating_helpers import Helpers, build_helpers
from web.pages.coordinating_story import (
    Agreement,
    Happened,
    Mediation,
    list_misses,
    tell_agreement,
    tell_event,
    tell_live,
    tell_machine,
    weigh_actions,
)
from web.pages.series_case import series_lines
from web.pages.social_map import Suggested, suggest_beside

_CHANNELS: Final = {
    Channel.WEB: "zelf, op de site",
    Channel.TELEPHONE: "aan de telefoon, door ons ingevoerd",
    Channel.DESK: "aan de balie, door ons ingevoerd",
}


_NOTHING: Final = "Hier hoeft niets meer te gebeuren."
_WENT_WRONG: Final = (
    "Eén van de twee zei dat het niet goed was. Bel hen. Zeg bij “Wie er helpt” of het gedaan is,"
    " of haal de helper van de zaak. Dan zoeken wij iemand anders."
)


@dataclass(frozen=True)
class Notice:
    """What went otherwise than somebody meant, and how it stands now."""

    title: str
    text: str


@dataclass(frozen=True)
class Fact:
    """A word and what it means for this case."""

    label: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Owner:
    """Whose the case is, until when, and what this person can do about that."""

    sentence: str
    status: StatusTag
    take_label: str
    from_id: str
    may_give_back: bool


@dataclass(frozen=True)
class Ways:
    """Where the forms of a case go."""

    take: str
    give_back: str
    note: str
    contact: str
    widen: str
    close: str
    ask: str
    search: str
    # Empty where nobody asks in the requester's name; where the requester can sign in.
    end_representation: str
    erase: str
    # Where somebody looks whether this person is here twice; only for the desk.
    doubles: str


@dataclass(frozen=True)
class CasePage:
    """Everything on one case."""

    title: str
    is_open: bool
    notice: Notice | None
    owner: Owner
    story: str
    facts: tuple[Fact, ...]
    requester: tuple[Fact, ...]
    machine: str
    reason: str
    misses: tuple[str, ...]
    live: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    helpers: Helpers
    mediation: Mediation
    ways: Ways
    minutes: int
    has_language: bool
    closing: tuple[tuple[str, str], ...]
    sent: SentForm
    history: tuple[Happened, ...]
    queue: tuple[Line, ...]
    queue_name: str
    back: Link
    following: Link | None
    # Names and values of hidden fields that keep what one came from, where a form leads back here.
    in_view: tuple[tuple[str, str], ...]
    work: Casework
    here: str
    # What goes on nearby that may do as well, from the social map.
    beside: tuple[Suggested, ...]


@dataclass(frozen=True)
class RemovePage:
    """Take somebody off a case, with a reason."""

    title: str
    name: str
    action: str
    back: str
    sent: SentForm = NOTHING_SENT


def build_remove(
    session: Session, request: HelpRequest, match_id: UUID, *, view: View, sent: SentForm = NOTHING_SENT
) -> RemovePage | None:
    """The page that asks why; None where this match does not run any more."""
    running = [
        row
        for row in board.list_matches(session, request.id)
        if row.match_id == match_id and row.status in lifecycle.RUNNING_MATCHES
    ]
    if not running:
        return None
    return RemovePage(
        title=f"{running[0].first_name} van deze zaak halen",
        name=running[0].first_name,
        action=case_href(request.id, view, "koppelingen", str(match_id)),
        back=case_href(request.id, view),
        sent=sent,
    )


def build_case(
    session: Session,
    request: HelpRequest,
    *,
    actor: Actor,
    view: View,
    now: datetime,
    organisation: str,
    search: str = "",
    sent: SentForm = NOTHING_SENT,
    notice: Notice | None = None,
) -> CasePage:
    """Read a case as it stands; a fixed number of selects, whatever its length. The look itself was logged before."""
    proposals = board.list_proposals(session, request.id)
    told = board.list_events(session, request.id)
    matches = board.list_matches(session, request.id)
    free = board.count_slots(session, request.id).get(SlotStatus.FREE, 0)
    is_open = request.ended_at is None and free > 0
    went_wrong = not is_open and meetings.is_in_trouble(session, request.id)
    found = build_helpers(session, request, search=search, view=view, is_open=is_open, now=now)
    machine = tell_machine(proposals, found.candidacy, is_open=is_open)
    rail, following = _rail(session, request, actor, view, now)
    return CasePage(
        title=f"{board.get_skill_label(session, request.skill_code)}, {request.neighbourhood}",
        is_open=is_open,
        notice=notice,
        owner=_owner(session, request, actor, is_open=is_open, went_wrong=went_wrong, now=now),
        story=request.text,
        facts=_facts(session, request, free, now),
        requester=_requester(session, request),
        machine=machine,
        reason=escalation.reason_of(request.escalation),
        misses=list_misses(session, request, now),
        live=tuple(tell_live(row, now) for row in proposals if row.status in lifecycle.LIVE_PROPOSALS),
        agreements=tuple(tell_agreement(row, request.id, view, now) for row in matches),
        helpers=found,
        mediation=weigh_actions(told),
        ways=_ways(session, request, view),
        minutes=request.minutes,
        has_language=bool(request.languages),
        closing=tuple(CLOSING_REASONS.items()),
        sent=sent,
        history=tuple(tell_event(row, now) for row in told),
        queue=rail,
        queue_name=_rail_name(view.pile),
        back=Link("Naar de hele lijst", view.href(HOME)),
        following=following,
        in_view=view.fields,
        work=build_casework(
            session,
            request,
            found.candidacy,
            machine,
            actor=actor,
            organisation=organisation,
            view=view,
            is_open=is_open,
            now=now,
        ),
        here=case_href(request.id, view),
        beside=suggest_beside(session, request, now=now) if is_open else (),
    )


# --- the queue beside it -----------------------------------------------------------------------------------------


def _rail(
    session: Session, request: HelpRequest, actor: Actor, view: View, now: datetime
) -> tuple[tuple[Line, ...], Link | None]:
    where = request.municipality_id
    lines = read_queue(session, actor, where, view, now, limit=PER_RAIL, current=request.id).lines
    places = [at for at, line in enumerate(lines) if line.is_current]
    after = lines[places[0] + 1 :] if places else lines
    return lines, Link(f"Volgende: {after[0].what}, {after[0].who}", after[0].href) if after else None


def _rail_name(pile: Pile) -> str:
    return {
        Pile.MINE: "Wat op u wacht",
        Pile.EVERYBODYS: "Wat bij een mens ligt",
        Pile.TEAM: "Bij de teamleider",
        Pile.OPEN: "Alles wat open is",
        Pile.ENDED: "Vandaag klaar",
    }[pile]


def _ways(session: Session, request: HelpRequest, view: View) -> Ways:
    def way(name: str) -> str:
        return case_href(request.id, view, name)

    requester = board.get_person(session, request.requester_id)

    return Ways(
        take=way("nemen"),
        give_back=way("teruggeven"),
        note=way("notitie"),
        contact=way("contact"),
        widen=way("verruimen"),
        close=way("sluiten"),
        ask=way("vragen"),
        search=case_href(request.id, View()),
        end_representation=way("namens") if request.representative_id else "",
        doubles=f"/werk/personen/{request.requester_id}/dubbel",
        erase=""
        if requester.email or not requester.first_name
        else f"/werk/personen/{request.requester_id}/verwijderen",
    )


# --- whose, what, who --------------------------------------------------------------------------------------------


def _owner(
    session: Session, request: HelpRequest, actor: Actor, *, is_open: bool, went_wrong: bool, now: datetime
) -> Owner:
    name = board.find_first_name(session, request.owner_id)
    is_mine = request.owner_id == actor.person_id
    is_held = request.held_at is not None and request.owner_id is not None
    who = owner_name(request.owner_id, name, actor)
    take = "" if is_mine and is_held else f"Neem over van {name}" if is_held else "Ik neem deze"
    return Owner(
        sentence=_WENT_WRONG if went_wrong else _whose(request, who, is_mine=is_mine, now=now) if is_open else _NOTHING,
        status=_standing(request, is_open=is_open or went_wrong, now=now),
        take_label=take if is_open else "",
        from_id=str(request.owner_id) if is_held and not is_mine else "",
        may_give_back=is_open and request.owner_id is not None and now < request.respond_by,
    )


def _whose(request: HelpRequest, who: str, *, is_mine: bool, now: datetime) -> str:
    if request.owner_id is None:
        return "De zoekmachine zoekt. Er is nog geen mens nodig."
    have = "hebt" if is_mine else "heeft"
    begin = who[:1].upper() + who[1:]
    if request.held_at is not None:
        return f"{begin} {have} deze zaak, sinds {when(request.held_at, now=now)}. De zoekmachine vraagt niemand meer."
    return f"Deze zaak ligt bij {who}. De zoekmachine vraagt door, tot iemand de zaak neemt."


def _standing(request: HelpRequest, *, is_open: bool, now: datetime) -> StatusTag:
    if not is_open:
        return StatusTag("Klaar" if request.ended_at else "Alle plekken zijn vergeven", "good")
    if request.owner_id is None:
        return StatusTag("De zoekmachine zoekt", "neutral")
    if request.next_moment_at <= now:
        return StatusTag(f"Te laat: {when(request.next_moment_at, now=now)}", "attention")
    return StatusTag(f"Doe iets vóór {when(request.next_moment_at, now=now)}", "waiting")


def _facts(session: Session, request: HelpRequest, free: int, now: datetime) -> tuple[Fact, ...]:
    today = dates.day_of(now)
    slots = requests.list_slots(session, request.id)
    lines = [
        Fact("Wanneer", _times(session, request.id, today)),
        *(Fact(label, text, href) for label, text, href in series_lines(session, request, now=now)),
        Fact("Hoe lang", dates.duration(request.minutes)),
        Fact("Plekken", f"{len(slots)}, waarvan {free} vrij"),
        Fact("Antwoord vóór", when(request.respond_by, now=now)),
        Fact("Waar", _where(request)),
        Fact("Naar", _destination(request.destination)),
        Fact("Talen", ", ".join(escalation.language_name(code) for code in request.languages)),
        Fact("Nodig", ", ".join(escalation.qualification_name(code) for code in request.requires)),
        Fact("Leeftijd", f"vanaf {request.min_age} jaar" if request.min_age else ""),
        Fact("Draagt bij aan", served_by(request.skill_code)),
        Fact("Keuze", "de hulpvrager kiest zelf" if request.is_chosen_by_requester else ""),
        Fact("Geplaatst", f"{when(request.posted_at, now=now)}, {_CHANNELS[request.channel]}"),
    ]
    return tuple(line for line in lines if line.text)


def _times(session: Session, request_id: UUID, today: date) -> str:
    windows = [
        dates.window(piece.starts_at, piece.ends_at, today=today)
        for piece in requests.list_windows(session, request_id)
    ]
    weekly = requests.list_weekly(session, request_id)
    days: dict[str, list[str]] = {}
    for piece in weekly:
        days.setdefault(_hours(piece.start_minute, piece.end_minute), []).append(DAYS[piece.weekday])
    pieces = [f"{'elke dag' if len(names) == len(DAYS) else ', '.join(names)} {hours}" for hours, names in days.items()]
    return "; ".join([*windows, *pieces])


def _hours(start: int, end: int) -> str:
    return f"{start // 60}.{start % 60:02d} tot {end // 60}.{end % 60:02d} uur"


def _where(request: HelpRequest) -> str:
    street = f"{request.street} {request.house_number}".strip()
    return ", ".join(part for part in (street, show_postcode(request.postcode), request.neighbourhood) if part)


def _destination(destination: Mapping[str, Any] | None) -> str:
    if not destination:
        return ""
    back = "en weer terug" if destination.get("returns") else "alleen heen"
    return f"{destination['name']}, {destination['neighbourhood']}, {back}"


def _requester(session: Session, request: HelpRequest) -> tuple[Fact, ...]:
    person = board.get_person(session, request.requester_id)
    telephone = person.telephone or ""
    lines = [
        Fact("Naam", f"{person.first_name} {person.last_name}".strip()),
        Fact("Organisatie", request.organisation_name),
        Fact("Telefoon", telephone, f"tel:{telephone.replace(' ', '').replace('-', '')}"),
        Fact("E-mail", person.email or "", f"mailto:{person.email}"),
        *_representative(session, request),
    ]
    return tuple(line for line in lines if line.text)


def _representative(session: Session, request: HelpRequest) -> list[Fact]:
    """Who asked in their name, and decides for them."""
    if request.representative_id is None or request.relation is None:
        return []
    person = board.get_person(session, request.representative_id)
    name = f"{person.first_name} {person.last_name}".strip()
    return [
        Fact("Gevraagd door", f"{name} ({IN_SHORT[request.relation]})"),
        Fact("Te bereiken via", person.telephone or person.email or ""),
    ]
