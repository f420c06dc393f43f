"""A person's own pages: what waits for them, what they agreed, what has been; and each request they asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from marketplace.asks import RIDE
from marketplace.geocoding import show_postcode
from marketplace.models import (
    Appointment,
    AppointmentStatus,
    HelpRequest,
    MatchStatus,
    Offer,
    ProposalStatus,
    RelaxationQuestion,
    RequestStatus,
)
from marketplace.policies import next_asking_moment
from marketplace.queries.mine import AskedRow, MatchRow, RequestRow, Times, WaitingRow
from web import dates
from web.labels.requests import (
    CLOSED_BECAUSE,
    YOUR_TURN,
    StatusTag,
    by_words,
    count_words,
    first_sentence,
    people_words,
    sentence_case,
    status_of,
    when_words,
)
from web.labels.rules import why_them
from web.pages.relaxing import Relaxing, ask


@dataclass(frozen=True)
class Item:
    """One line that leads somewhere, for `queue` of `_macros/card.html`."""

    href: str
    title: str
    line: str
    status: StatusTag | None = None


@dataclass(frozen=True)
class MyPage:
    """*Nu voor u*, *Afspraken*, *Geschiedenis*, and nothing else."""

    now_for_you: tuple[Item, ...]
    appointments: tuple[Item, ...]
    history: tuple[Item, ...]
    is_driver: bool = False
    organisations: tuple[tuple[str, str], ...] = ()  # address and name of each that one acts for
    title: str = "Mijn pagina"


@dataclass(frozen=True)
class Mine:
    """Everything that the page is made of."""

    asked: Sequence[AskedRow]
    running: Sequence[MatchRow]
    ended: Sequence[MatchRow]
    open_requests: Sequence[RequestRow]
    closed_requests: Sequence[RequestRow]
    times: Mapping[UUID, Times]
    dates: Mapping[UUID, Appointment]
    offer: Offer | None
    # Rides one makes and days one drives, as lines already.
    rides: tuple[Item, ...] = ()


def make_my_page(mine: Mine, *, now: datetime) -> MyPage:
    """What waits comes first, the first to lapse on top."""
    to_confirm = [row for row in mine.running if _waits_for_prima(row, now)]
    agreed = [row for row in mine.running if row not in to_confirm]
    to_answer = [row for row in agreed if _asks_about_date(row, mine.dates.get(row.match_id), now)]
    over = (RequestStatus.WITHDRAWN, RequestStatus.CLOSED)
    return MyPage(
        now_for_you=(
            *(item for item in mine.rides if item.status == YOUR_TURN),
            *(_asked(row, mine.times, now) for row in mine.asked),
            *(_choice(row) for row in mine.open_requests if row.waiting),
            *(_prima(row, now) for row in to_confirm),
            *(_appointment(row, mine, now, status=YOUR_TURN) for row in to_answer),
            *(_looking(row, now) for row in mine.open_requests if not row.waiting),
            *([_offer(mine.offer, now)] if mine.offer else []),
        ),
        appointments=(
            *(item for item in mine.rides if item.status != YOUR_TURN),
            *(_appointment(row, mine, now) for row in agreed if row not in to_answer),
        ),
        history=(
            *(_ended(row, now) for row in mine.ended),
            *(_closed(row, now) for row in mine.closed_requests if row.status in over),
        ),
    )


def _waits_for_prima(row: MatchRow, now: datetime) -> bool:
    return not row.is_volunteer and row.status is MatchStatus.AGREED and now < row.objection_until


def _asked(row: AskedRow, times: Mapping[UUID, Times], now: datetime) -> Item:
    when = _when(times, row.request_id, now)
    return Item(
        href=f"/voorstellen/{row.proposal_id}",
        title=f"Kunt u helpen? {row.skill_label} in {row.neighbourhood}",
        line=f"{row.asker} vraagt het, {when}. Antwoord vóór {by_words(row.expires_at, now=now)}.",
        status=YOUR_TURN,
    )


def _choice(row: RequestRow) -> Item:
    verb = "wil" if row.waiting == 1 else "willen"
    return Item(
        href=f"/mijn/vragen/{row.request_id}",
        title=f"{people_words(row.waiting)} {verb} u helpen",
        line=f"{row.skill_label}. Kies wie er komt.",
        status=YOUR_TURN,
    )


def _prima(row: MatchRow, now: datetime) -> Item:
    return Item(
        href=f"/koppelingen/{row.match_id}",
        title=f"{row.other} komt u helpen",
        line=f"{row.skill_label}. Vindt u dat goed? Zeg het vóór {by_words(row.objection_until, now=now)}.",
        status=YOUR_TURN,
    )


def _looking(row: RequestRow, now: datetime) -> Item:
    until = row.next_moment_at if row.is_escalated else row.respond_by
    promise = f"Uiterlijk {by_words(until, now=now)} hoort u van ons." if until > now else ""
    return Item(
        href=f"/mijn/vragen/{row.request_id}",
        title=f"Uw vraag: {row.skill_label}",
        line=f"{first_sentence(row.text, 80)} {promise}".strip(),
        status=status_of(row.status, is_escalated=row.is_escalated),
    )


def _offer(offer: Offer, now: datetime) -> Item:
    is_paused = offer.paused_until is not None and offer.paused_until > now
    once = "U hielp een keer. Wilt u vaker? Vertel ons dan wanneer u kunt."  # we ask such a person nothing
    line = "U staat klaar om te helpen. Wij vragen u als er iets past." if offer.asked_per_week else once
    if is_paused and offer.paused_until is not None:
        until = dates.near_day(dates.day_of(offer.paused_until), today=dates.day_of(now))
        line = f"U hebt pauze tot {until}. Tot dan vragen wij u niets."
    return Item("/mijn/helpen", "Uw hulp", line)


def _asks_about_date(row: MatchRow, date: Appointment | None, now: datetime) -> bool:
    """The other put a date forward, or the date has been and nobody said how it was."""
    if date is None:
        return False
    if date.status is AppointmentStatus.AGREED:
        return date.starts_at <= now
    by_volunteer = date.proposed_by_id == row.volunteer_id
    return date.starts_at > now and by_volunteer is not row.is_volunteer


def _appointment(row: MatchRow, mine: Mine, now: datetime, *, status: StatusTag | None = None) -> Item:
    who = f"U helpt {row.other}" if row.is_volunteer else f"{row.other} helpt u"
    return Item(f"/koppelingen/{row.match_id}", f"{who}: {row.skill_label}", _when_agreed(row, mine, now), status)


def _when_agreed(row: MatchRow, mine: Mine, now: datetime) -> str:
    """The date as it stands between the two; without one, when the request can be."""
    date = mine.dates.get(row.match_id)
    if date is not None and (date.status is AppointmentStatus.AGREED or date.starts_at > now):
        ends_at = date.starts_at + timedelta(minutes=date.minutes)
        when = dates.window(date.starts_at, ends_at, today=dates.day_of(now))
        if date.status is AppointmentStatus.PROPOSED:
            is_mine = (date.proposed_by_id == row.volunteer_id) is row.is_volunteer
            return f"Uw voorstel: {when}." if is_mine else f"{row.other} stelt voor: {when}. Past het u?"
        return f"Het was {when}. Vertel hoe het was." if date.starts_at <= now else f"Afgesproken: {when}."
    is_open = row.confirmed_at is not None or row.objection_until <= now
    more = "Er is nog geen datum." if is_open else f"Uw gegevens ziet u vanaf {by_words(row.objection_until, now=now)}."
    return f"{sentence_case(_when(mine.times, row.request_id, now))}. {more}"


def _ended(row: MatchRow, now: datetime) -> Item:
    is_done = row.status is MatchStatus.DONE
    who = f"U hielp {row.other}" if row.is_volunteer else f"{row.other} hielp u"
    title = f"{who}: {row.skill_label}" if is_done else f"Afspraak met {row.other}: {row.skill_label}"
    tag = StatusTag("Gelukt", "good") if is_done else StatusTag("Ging niet door", "neutral")
    return Item(f"/koppelingen/{row.match_id}", title, _ended_on(row.ended_at, now), tag)


def _closed(row: RequestRow, now: datetime) -> Item:
    return Item(
        href=f"/mijn/vragen/{row.request_id}",
        title=f"Uw vraag: {row.skill_label}",
        line=_ended_on(row.ended_at, now),
        status=status_of(row.status),
    )


def _ended_on(at: datetime | None, now: datetime) -> str:
    return sentence_case(dates.day(dates.day_of(at), today=dates.day_of(now))) if at else ""


def _when(times: Mapping[UUID, Times], request_id: UUID, now: datetime) -> str:
    held = times.get(request_id, Times())
    return when_words(held.windows, held.weekly, today=dates.day_of(now))


# --- one request, as its requester sees it -----------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """Somebody who said yes and waits: first name, neighbourhood, their own sentence and why they, no more."""

    proposal_id: str
    name: str
    about: str
    why: str
    sentence: str
    until: str


@dataclass(frozen=True)
class Fact:
    """A line of what was asked."""

    label: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class RequestPage:
    """How a request stands, in words, and what its requester can do."""

    title: str
    path: str
    status: StatusTag
    sentences: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    matches: tuple[Item, ...]
    facts: tuple[Fact, ...]
    may_look_further: bool
    may_withdraw: bool
    is_over: bool
    # Where it ends that somebody asks in another's name, and what the way there is called; empty without.
    representing_href: str
    representing: str
    # Whether something may give way: the question, what it would do, and where the answer goes.
    relaxation: Relaxing | None
    # Where one reads, and allows, what would go to another organisation; empty where nothing waits for that.
    hand_over_href: str
    # Activities nearby, or a garden day: see `web.pages.beside`.
    beside: object = None


@dataclass(frozen=True)
class Standing:
    """Everything that the page of one request is made of."""

    request: HelpRequest
    skill_label: str
    status: RequestStatus
    times: Times
    answers: Counter[ProposalStatus]
    waiting: Sequence[WaitingRow]
    matches: Sequence[tuple[UUID, str, MatchStatus]]
    coordinator: str
    organisation: str
    has_coming_time: bool
    # Who asks in one's name, or (not is_helped) in whose name one asks; empty where people ask for themselves.
    other: str = ""
    is_helped: bool = True
    question: RelaxationQuestion | None = None
    asked_days: frozenset[int] = frozenset()
    is_hand_over_asked: bool = False
    # A person reads its text before anybody else does.
    is_held: bool = False


def make_request_page(standing: Standing, *, now: datetime) -> RequestPage:
    """The words follow from who is looking: the requester, a coordinator, or the engine."""
    request = standing.request
    is_looking = standing.status in (RequestStatus.OPEN, RequestStatus.PARTLY_FILLED)
    return RequestPage(
        title=standing.skill_label,
        path=f"/mijn/vragen/{request.id}",
        status=status_of(
            standing.status, is_escalated=request.escalated_at is not None, is_choice=bool(standing.waiting)
        ),
        sentences=tuple(_looking_sentences(standing, now)) if is_looking else _over_sentences(standing),
        candidates=tuple(_candidate(row, standing, now) for row in standing.waiting),
        matches=tuple(_helper(row) for row in standing.matches),
        facts=_facts(standing, now),
        may_look_further=is_looking and _may_look_further(standing, now),
        may_withdraw=request.ended_at is None,
        is_over=request.ended_at is not None,
        representing_href=f"/mijn/vragen/{request.id}/namens" if standing.other else "",
        representing=(
            f"{standing.other} vraagt niet meer in mijn naam"
            if standing.is_helped
            else f"Ik vraag niet meer in naam van {standing.other}"
        ),
        relaxation=ask(standing.question, standing.asked_days) if is_looking else None,
        hand_over_href=f"/mijn/vragen/{request.id}/overdracht" if standing.is_hand_over_asked else "",
    )


def _looking_sentences(standing: Standing, now: datetime) -> list[str]:
    request = standing.request
    if standing.is_held:
        return [
            "Wij lezen uw tekst eerst. Daarna zoeken wij iemand voor u.",
            f"Uiterlijk {by_words(request.next_moment_at, now=now)} hoort u van ons."
            if request.next_moment_at > now
            else "U hoort van ons.",
        ]
    found = [asked_words(standing.answers, now)]
    if standing.waiting:
        found.append("Kies hieronder wie er komt.")
    if not standing.has_coming_time:
        return [found[0], "Het moment dat u koos, is voorbij. Trek deze vraag in en vraag het opnieuw, of bel ons."]
    if request.escalated_at is not None:
        who = standing.coordinator or "Een medewerker"
        found.append(f"{who} van {standing.organisation} zoekt nu met u mee.")
        if request.next_moment_at > now:
            found.append(f"Uiterlijk {by_words(request.next_moment_at, now=now)} hoort u meer.")
    elif request.respond_by > now:
        found.append(f"Uiterlijk {by_words(request.respond_by, now=now)} hoort u van ons.")
    else:
        found.append("De tijd om te zoeken is voorbij. U kunt ons verder laten zoeken.")
    return found


def asked_words(answers: Counter[ProposalStatus], now: datetime) -> str:
    """``Wij vroegen 3 mensen: 1 kan niet, 2 denken nog na.``"""
    asked = sum(answers.values())
    if not asked:
        starts_at = next_asking_moment(now)
        if starts_at > now:
            return f"{sentence_case(dates.near_moment(starts_at, now=now))} beginnen wij met vragen in de buurt."
        return "Wij vragen nu mensen in de buurt."
    told = count_words(
        (
            (answers[ProposalStatus.DECLINED], "kan niet", "kunnen niet"),
            (answers[ProposalStatus.LAPSED], "antwoordde niet", "antwoordden niet"),
            (answers[ProposalStatus.OPEN], "denkt nog na", "denken nog na"),
            (answers[ProposalStatus.WAITING], "zei ja", "zeiden ja"),
            (answers[ProposalStatus.ACCEPTED], "helpt u", "helpen u"),
        )
    )
    if not told:
        return f"Wij vroegen {people_words(asked)}."
    # "1 mens: 1 kan niet" counts where there is nothing to count.
    return f"Wij vroegen {people_words(asked)}: {told}." if asked > 1 else f"Wij vroegen 1 mens. Die {told[2:]}."


def _over_sentences(standing: Standing) -> tuple[str, ...]:
    reason = standing.request.closed_reason or ""
    because = (CLOSED_BECAUSE[reason],) if reason in CLOSED_BECAUSE else ()
    return {
        RequestStatus.FILLED: ("Er is hulp gevonden voor uw vraag.",),
        RequestStatus.DONE: ("Deze hulp is gegeven.", "Fijn dat het gelukt is."),
        RequestStatus.WITHDRAWN: ("U trok deze vraag in. Wij zoeken niet meer.", *because),
        RequestStatus.CLOSED: ("Wij zoeken niet verder voor deze vraag.", *because, "Hebt u een vraag? Bel ons."),
    }[standing.status]


def _candidate(row: WaitingRow, standing: Standing, now: datetime) -> Candidate:
    return Candidate(
        proposal_id=str(row.proposal_id),
        name=row.first_name,
        about=f"{row.neighbourhood}, {dates.distance(row.distance_km)}",
        why=why_them(
            row.reasons,
            name=row.first_name,
            what=standing.skill_label,
            is_ride=standing.request.skill_code == RIDE,
            distance_km=row.distance_km,
            organisation=standing.organisation,
        ),
        sentence=row.sentence,
        until=by_words(row.expires_at, now=now),
    )


def _helper(row: tuple[UUID, str, MatchStatus]) -> Item:
    match_id, name, status = row
    words = f"{name} hielp u" if status is MatchStatus.DONE else f"{name} komt u helpen"
    return Item(f"/koppelingen/{match_id}", words, "Bekijk de afspraak")


def _facts(standing: Standing, now: datetime) -> tuple[Fact, ...]:
    request, today = standing.request, dates.day_of(now)
    address = f"{request.street} {request.house_number}, {show_postcode(request.postcode)}".strip(" ,")
    going = [Fact("Naar", str(request.destination["name"]))] if request.destination else []
    return (
        Fact("Uw vraag", request.text),
        Fact("Wanneer", sentence_case(when_words(standing.times.windows, standing.times.weekly, today=today))),
        Fact("Hoe lang", f"Ongeveer {dates.duration(request.minutes)}"),
        Fact("Van" if going else "Waar", address),
        *going,
        Fact("Gevraagd op", sentence_case(dates.day(dates.day_of(request.posted_at), today=today))),
    )


def _may_look_further(standing: Standing, now: datetime) -> bool:
    """Where the search has come to an end or to a person, and nobody of the staff is busy with it."""
    request = standing.request
    has_stalled = request.escalated_at is not None or request.respond_by <= now
    return has_stalled and request.held_at is None and standing.has_coming_time


# --- the other pages ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlacedPage:
    """The request was just posted: what happens next, and when."""

    href: str
    steps: tuple[str, ...]
    # Somebody was to be asked first, who cannot be asked for this.
    is_other: bool
    title: str = "Wij zoeken iemand voor u"
    beside: object = None


def make_placed_page(
    request: HelpRequest, *, organisation: str, is_other: bool, now: datetime, is_held: bool = False
) -> PlacedPage:
    """What happens next, as three sentences with their moments."""
    starts_at = next_asking_moment(now)
    begins = "Wij vragen nu mensen in de buurt die dit kunnen."
    if starts_at > now:
        begins = f"{sentence_case(dates.near_moment(starts_at, now=now))} beginnen wij met vragen in de buurt."
    answer = "Zegt iemand ja? Dan krijgt u meteen een mail."
    if request.is_chosen_by_requester:
        answer = "Zegt iemand ja? Dan krijgt u een mail. U kiest zelf wie er komt."
    return PlacedPage(
        href=f"/mijn/vragen/{request.id}",
        steps=(
            "Wij lezen uw tekst eerst even. Dat doen wij uiterlijk de volgende werkdag." if is_held else begins,
            answer,
            f"Uiterlijk {by_words(request.respond_by, now=now)} hoort u van ons."
            f" Vinden wij niemand? Dan zoekt een medewerker van {organisation} mee.",
        ),
        is_other=is_other,
    )


@dataclass(frozen=True)
class WithdrawPage:
    """Is it meant? Whoever was to come is told."""

    path: str
    what: str
    sentences: tuple[str, ...]
    title: str = "Wilt u uw vraag intrekken?"
