"""What happened to a case, a sentence for each kind of event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from marketplace.models import ActingAs, EventKind, Relaxation
from web import dates
from web.labels import escalation, relaxations, series

CLOSING_REASONS: Final[Mapping[str, str]] = {
    "helped_elsewhere": "Er is elders hulp gevonden",
    "referred": "Doorverwezen naar een andere organisatie",
    "no_longer_needed": "De hulp is niet meer nodig",
    "not_suitable": "Dit is geen vraag voor vrijwilligers",
    "nobody_found": "Wij vinden niemand",
}
ENGINE: Final = "De zoekmachine"
# How a call went, for a button each.
CONTACT_OUTCOMES: Final[Mapping[str, str]] = {
    "not_reached": "Niet bereikt",
    "message_left": "Bericht ingesproken",
    "calls_back": "Belt terug",
    "spoken": "Gesproken",
    "agreed": "Zegt ja",
    "declined": "Zegt nee",
}
_UNDONE: Final[Mapping[str, str]] = {
    "take": "de zaak nemen",
    "give_back": "de zaak teruggeven",
    "widen": "de vraag verruimen",
    "ask": "iemand vragen",
    "couple": "de koppeling",
    "close": "sluiten",
    "refer": "doorverwijzen",
    "split": "splitsen",
    "merge": "samenvoegen",
    "relax": "de hulpvrager iets vragen",
    "nemen": "het traject nemen",
    "gesprek": "het eerste gesprek plannen",
    "nodig": "wat nodig is",
    "later": "later weer kijken",
    "ontmoeting": "de kennismaking plannen",
    "doel": "een doel en een periode",
}
_CHANNELS: Final[Mapping[str, str]] = {"web": "op de site", "telephone": "aan de telefoon", "desk": "aan de balie"}
_DECLINED: Final[Mapping[str, str]] = {
    "not_now": "nu niet",
    "not_this_kind": "dit soort hulp past niet",
    "too_far": "te ver weg",
    "pause": "neemt pauze",
    "other": "om een andere reden",
}
_WITHDRAWN: Final[Mapping[str, str]] = {
    "filled": "er is iemand gevonden",
    "misfit": "het past niet meer",
    "closed": "de vraag is gesloten",
    "request_withdrawn": "de vraag is ingetrokken",
    "parent": "een ouder vindt het niet meer goed",
    "no_room": "de helper heeft geen ruimte meer",
    "merged": "de vraag staat er twee keer",
}


@dataclass(frozen=True)
class Told:
    """One event with the names in it. ``who`` did it; ``whom`` it is about, empty where that is nobody."""

    kind: EventKind
    acting_as: ActingAs
    who: str = ""
    whom: str = ""
    slot_number: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """Who did it, to begin a sentence with."""
        if self.acting_as is ActingAs.ENGINE:
            return ENGINE
        return self.who or "Iemand"

    @property
    def about(self) -> str:
        """Whom it is about, within a sentence."""
        return self.whom or "iemand"

    @property
    def text(self) -> str:
        """What somebody wrote with it, after a colon."""
        written = str(self.detail.get("text") or "").strip()
        return f": “{written}”" if written else ""


def sentence(told: Told) -> str:
    """What happened, in words."""
    return SENTENCES[told.kind](told)


def is_warm(told: Told) -> bool:
    """Whether people came nearer to each other: the moments one looks for in a long history."""
    return told.kind in (EventKind.MATCHED, EventKind.CONFIRMED, EventKind.DONE)


def _posted(told: Told) -> str:
    where = _CHANNELS.get(str(told.detail.get("channel")), "")
    if told.acting_as is ActingAs.STAFF:
        return f"{told.actor} typte de vraag van {told.about} in, {where}.".replace(", .", ".")
    return f"{told.actor} plaatste de vraag {where}".rstrip() + "."


def _widened(told: Told) -> str:
    if told.acting_as is not ActingAs.STAFF:
        return f"{told.actor} koos voor verder zoeken{_until(told)}."
    if told.detail.get("relaxation"):
        return f"De hulpvrager vond goed dat {_relaxation(told)}{_until(told)}."
    wider = [
        f"{dates.duration(int(told.detail['minutes']))} is genoeg" if told.detail.get("minutes") else "",
        "elk moment is goed" if told.detail.get("any_time") else "",
        "elke taal is goed" if told.detail.get("any_language") else "",
    ]
    told_wider = ", ".join(part for part in wider if part)
    return f"{told.actor} verruimde de vraag{f' ({told_wider})' if told_wider else ''}{_until(told)}."


def _until(told: Told) -> str:
    respond_by = told.detail.get("respond_by")
    return f", tot {dates.day(dates.day_of(datetime.fromisoformat(respond_by)))}" if respond_by else ""


def _read(told: Told) -> str:
    if told.detail.get("reason") == "helper":
        return f"{told.actor} zocht op hoe {told.about} te bereiken is."
    if told.detail.get("reason") == "break_glass":
        return f"{told.actor} opende de zaak buiten het eigen gebied{told.text}"
    return f"{told.actor} bekeek de zaak."


def _reassigned(told: Told) -> str:
    why = told.detail.get("why")
    if why == "given_back":
        return f"{told.actor} gaf de zaak terug aan de zoekmachine."
    if why == "overdue":
        return f"De zaak ging naar {told.about}, want de werkdag was voorbij."
    if why == "how_bad":
        return f"De zaak ging naar {told.about}, want het ging niet goed."
    if why == "parent_stopped":
        return f"De zaak ging naar {told.about}, want een jonge helper stopte."
    if why == "away":
        return f"De zaak ging naar {told.about}, want een collega is weg."
    if why == "back":
        return f"De zaak ging terug naar {told.about}."
    if why == "area":
        return f"{told.actor} droeg de zaak over aan {told.about}, met het gebied."
    if why == "time_over":
        return f"De zaak ging naar {told.about}, want de zoektijd was voorbij."
    return f"De zaak ging naar {told.about}."


def _contact(told: Told) -> str:
    outcome = CONTACT_OUTCOMES.get(str(told.detail.get("outcome")), "")
    if outcome and told.detail.get("about_who") is False:
        return f"{told.actor} belde{f' {told.whom}' if told.whom else ''}: {outcome.lower()}{told.text or '.'}"
    subject = "over wie er komt" if told.detail.get("about_who") is not False else "niet over wie er komt"
    return f"{told.actor} had contact{f' ({outcome.lower()})' if outcome else ''}, {subject}{told.text or '.'}"


def _split(told: Told) -> str:
    if told.detail.get("from"):
        return f"{told.actor} maakte hier een eigen vraag van."
    return f"{told.actor} splitste de vraag."


def _merged(told: Told) -> str:
    if told.detail.get("into"):
        return f"{told.actor} voegde deze vraag bij een eerdere van dezelfde hulpvrager."
    return f"{told.actor} voegde er een tweede vraag van dezelfde hulpvrager bij."


def _climbed(told: Told) -> str:
    count = int(told.detail.get("told") or 0)
    if told.detail.get("rung") == "wider":
        asked = "De hulpvrager is gevraagd of iets anders ook kan." if count else "Er was niets ruimer te vragen."
        return f"De zoekmachine keek ruimer. {asked}"
    if told.detail.get("rung") == "organisations":
        if not count:
            return "Er was geen organisatie om het aan te vragen."
        return f"{'Eén organisatie is' if count == 1 else f'{count} organisaties zijn'} ook gevraagd."
    return "De gemeente weet dat deze vraag niet verder komt."


def _relaxation(told: Told) -> str:
    if "relaxation" not in told.detail:
        return "iets anders ook kan"
    return relaxations.in_short(Relaxation(told.detail["relaxation"]), int(told.detail.get("amount") or 0))


def _undone(told: Told) -> str:
    return f"{told.actor} maakte ongedaan: {_UNDONE.get(str(told.detail.get('act')), 'de stap')}."


def _relaxation_answered(told: Told) -> str:
    return f"De hulpvrager zei {'ja' if told.detail.get('is_yes') else 'nee'} op de vraag of {_relaxation(told)}."


def _handed_over(told: Told) -> str:
    to = str(told.detail.get("to") or "een andere organisatie")
    how = _CHANNELS.get(str(told.detail.get("channel")), "")
    return {
        "asked": f"{told.actor} wil de vraag overdragen aan {to}.",
        "agreed": f"De hulpvrager vindt het goed dat {to} het verhaal krijgt{f', {how}' if how else ''}.",
        "declined": f"De hulpvrager wil niet dat {to} het verhaal krijgt.",
        "received": f"{to} gaat ermee verder.",
        "refused": f"{to} kan dit niet doen. De vraag is terug.",
        "overdue": f"{to} antwoordde niet op tijd. De vraag is terug.",
        "withdrawn": f"De overdracht aan {to} gaat niet door.",
    }.get(str(told.detail.get("step")), f"Overdracht aan {to}.")


def _proposed(told: Told) -> str:
    return f"{told.actor} vroeg {told.about} om te helpen."


def _declined(told: Told) -> str:
    why = _DECLINED.get(str(told.detail.get("reason")), "")
    return f"{told.about} zei nee{f': {why}' if why else ''}."


def _lapsed(told: Told) -> str:
    if told.detail.get("was_yes"):
        return f"De keuze voor {told.about} bleef uit. Het ja is verlopen."
    return f"{told.about} antwoordde niet op tijd."


def _proposal_withdrawn(told: Told) -> str:
    why = _WITHDRAWN.get(str(told.detail.get("why")), "")
    return f"De vraag aan {told.about} is teruggenomen{f': {why}' if why else ''}."


def _matched(told: Told) -> str:
    if told.acting_as is ActingAs.STAFF:
        return f"{told.actor} koppelde {told.about}."
    return f"{told.about} zei ja. Er is een koppeling."


def _confirmed(told: Told) -> str:
    if told.detail.get("how") == "time":
        return f"Er kwam geen bezwaar tegen {told.about}. De contactgegevens zijn open."
    return f"{told.actor} zei prima tegen {told.about}. De contactgegevens zijn open."


def _cancelled(told: Told) -> str:
    if told.detail.get("by") == "volunteer":
        return f"{told.about} zegde af."
    return f"{told.actor} zegde de afspraak met {told.about} af."


def _unhonoured(told: Told) -> str:
    if told.detail.get("why") == "regret":
        return f"{told.about} zei ja, maar de plek was net weg. Bedankt, en op de reservelijst gezet."
    return f"{told.about} zei te laat ja. Bedankt, en op de reservelijst gezet."


def _closed(told: Told) -> str:
    reason = CLOSING_REASONS.get(str(told.detail.get("reason")), "")
    return f"{told.actor} sloot de zoektocht{f'. {reason}' if reason else ''}{told.text or '.'}"


def _slot_freed(told: Told) -> str:
    return f"Plek {told.slot_number} is weer vrij." if told.slot_number else "Er is weer een plek vrij."


def _escalated(told: Told) -> str:
    to = f"aan {told.whom}" if told.whom else "aan het team"
    return f"De zoekmachine gaf de zaak {to}. {escalation.reason_of(told.detail)}".strip()


def _paused(told: Told) -> str:
    until = told.detail.get("until")
    return f"{told.about} neemt pauze{_day_until(until)}." if until else f"{told.about} stopte de pauze."


def _day_until(instant: Any) -> str:
    return f" tot {dates.day(dates.day_of(datetime.fromisoformat(str(instant))))}"


def _moment_of(told: Told) -> str:
    starts_at = told.detail.get("starts_at")
    return f": {dates.moment(datetime.fromisoformat(str(starts_at)))}" if starts_at else ""


def _evaluated(told: Told) -> str:
    how = {"good": "goed", "so_so": "gaat wel", "bad": "niet goed"}.get(str(told.detail.get("how")), "")
    who = told.about if told.detail.get("by") == "volunteer" else "De hulpvrager"
    return f"{who} vertelde hoe het was{f': {how}' if how else ''}."


def _hours(told: Told) -> str:
    minutes = told.detail.get("minutes")
    return f"{told.about} hielp{f' {dates.duration(int(minutes))}' if minutes else ''}."


def _garden_answered(told: Told) -> str:
    answer = "ja" if told.detail.get("is_yes") else "nee"
    if told.acting_as is ActingAs.STAFF:
        return f"{told.actor} typte in dat de hulpvrager {answer} zegt tegen de tuindag."
    return f"{told.actor} zei {answer} tegen de tuindag."


def _withdrawn(told: Told) -> str:
    if told.detail.get("because") == "goes_there":
        return f"{told.actor} gaat zelf naar een activiteit, en trok de vraag in."
    return f"{told.actor} trok de vraag in."


# Every kind has a sentence; a test keeps it so.
SENTENCES: Final[Mapping[EventKind, Callable[[Told], str]]] = {
    EventKind.REQUEST_POSTED: _posted,
    EventKind.REQUEST_CORRECTED: lambda told: f"{told.actor} verbeterde de vraag.",
    EventKind.REQUEST_WIDENED: _widened,
    EventKind.REQUEST_CHANGED: lambda told: f"{told.actor} paste de vraag aan{_until(told)}.",
    EventKind.REQUEST_SPLIT: _split,
    EventKind.REQUEST_MERGED: _merged,
    EventKind.REQUEST_REOPENED: lambda told: f"{told.actor} opende de vraag opnieuw.",
    EventKind.REQUEST_WITHDRAWN: _withdrawn,
    EventKind.REQUEST_CLOSED: _closed,
    EventKind.ESCALATED: _escalated,
    EventKind.REPRESENTATION_ENDED: lambda told: f"{told.about} vraagt niet meer in naam van de hulpvrager.",
    EventKind.CASE_READ: _read,
    EventKind.CASE_TAKEN: lambda told: f"{told.actor} nam de zaak.",
    EventKind.CASE_REASSIGNED: _reassigned,
    EventKind.CASE_NOTED: lambda told: f"{told.actor} schreef{told.text}",
    EventKind.CLIMBED: _climbed,
    EventKind.RELAXATION_ASKED: lambda told: f"{told.actor} vroeg de hulpvrager of {_relaxation(told)}.",
    EventKind.RELAXATION_ANSWERED: _relaxation_answered,
    EventKind.UNDONE: _undone,
    EventKind.PEOPLE_MERGED: lambda told: f"{told.actor} voegde twee dossiers van {told.about} samen.",
    EventKind.MERGE_UNDONE: lambda told: f"{told.actor} haalde de dossiers van {told.about} weer uit elkaar.",
    EventKind.APPROVED: lambda told: f"{told.actor} gaf goedkeuring.",
    EventKind.CONTACT_LOGGED: _contact,
    EventKind.PROPOSED: _proposed,
    EventKind.PROPOSAL_RELAYED: lambda told: f"{told.actor} las de vraag voor aan {told.about}.",
    EventKind.APPLIED: lambda told: f"{told.about} bood zelf aan om te helpen.",
    EventKind.DECLINED: _declined,
    EventKind.LAPSED: _lapsed,
    EventKind.PROPOSAL_WITHDRAWN: _proposal_withdrawn,
    EventKind.YES_WAITS: lambda told: f"{told.about} zei ja en wacht op de keuze van de hulpvrager.",
    EventKind.CHOSEN: lambda told: f"{told.actor} koos {told.about}.",
    EventKind.PAIR_REFUSED: lambda told: f"{told.actor} koos niet voor {told.about}.",
    EventKind.YES_UNHONOURED: _unhonoured,
    EventKind.SLOT_FREED: _slot_freed,
    EventKind.MATCHED: _matched,
    EventKind.CONFIRMED: _confirmed,
    EventKind.OBJECTED: lambda told: f"{told.actor} had bezwaar tegen {told.about}. De koppeling vervalt.",
    EventKind.CANCELLED: _cancelled,
    EventKind.REMOVED: lambda told: f"{told.actor} haalde {told.about} van de zaak{told.text or '.'}",
    EventKind.DONE: lambda told: f"{told.actor} meldde dat de hulp van {told.about} klaar is.",
    EventKind.DATE_PROPOSED: lambda told: f"{told.actor} stelde een datum voor{_moment_of(told)}.",
    EventKind.DATE_AGREED: lambda told: f"De datum met {told.about} staat vast{_moment_of(told)}.",
    EventKind.NUDGED: lambda told: f"{told.actor} vroeg of het lukt om een datum te vinden met {told.about}.",
    EventKind.OFFERED_ON: lambda told: f"Er kwam geen datum met {told.about}. De plek gaat weer naar anderen.",
    EventKind.EVALUATED: _evaluated,
    EventKind.HOURS_LOGGED: _hours,
    EventKind.PLAN_PUBLISHED: lambda told: f"{told.actor} maakte het rijschema bekend.",
    EventKind.RIDE_MOVED: lambda told: f"{told.actor} verplaatste de rit.",
    EventKind.RIDE_RESULT: lambda told: f"{told.actor} meldde hoe de rit ging.",
    EventKind.RIDE_REFERRED: lambda told: f"{told.actor} verwees naar de regiotaxi.",
    EventKind.STANDBY_ASKED: lambda told: f"{told.actor} vroeg {told.about} om in te vallen.",
    EventKind.STANDBY_ANSWERED: lambda told: (
        f"{told.about} {'wil' if told.detail.get('yes') else 'kan niet'} invallen."
    ),
    EventKind.STANDING_ASKED: lambda told: f"{told.actor} vroeg een vaste rit voor {told.about}.",
    EventKind.STANDING_CHANGED: lambda told: f"{told.actor} veranderde de vaste rit van {told.about}.",
    EventKind.DRIVER_JOINED: lambda told: f"{told.about} werd chauffeur.",
    EventKind.DRIVER_CHANGED: lambda told: f"{told.actor} paste de rijtijden of de auto van {told.about} aan.",
    EventKind.DRIVER_AWAY: lambda told: f"{told.actor} gaf door wanneer {told.about} niet rijdt.",
    EventKind.DRIVER_LEFT: lambda told: f"{told.about} stopte als chauffeur.",
    EventKind.PAPER_SEEN: lambda told: f"{told.actor} zag een papier van {told.about}.",
    EventKind.OFFER_MADE: lambda told: f"{told.about} deed een aanbod.",
    EventKind.OFFER_CHANGED: lambda told: f"{told.about} paste het aanbod aan.",
    EventKind.OFFER_PAUSED: _paused,
    EventKind.OFFER_LEFT: lambda told: f"{told.about} stopte als vrijwilliger.",
    EventKind.GARDEN_DAY_PROPOSED: lambda told: f"{told.actor} stelde een tuindag voor met {told.about}.",
    EventKind.GARDEN_DAY_ANSWERED: _garden_answered,
    EventKind.HANDED_OVER: _handed_over,
    EventKind.CONCERN_RAISED: lambda told: "Iemand gaf een zorg door.",
    EventKind.CONCERN_CLOSED: lambda told: "Een zorg is afgehandeld.",
    EventKind.PARENT_ASKED: lambda told: "Een ouder kreeg de vraag of een kind mag helpen.",
    EventKind.PARENT_ANSWERED: lambda told: (
        "Een ouder vindt het goed." if told.detail.get("answer") == "yes" else "Een ouder vindt het niet goed."
    ),
    EventKind.PARENT_STOPPED: lambda told: f"Een ouder wil niet meer dat {told.about} helpt.",
    EventKind.SERIES_CHANGED: lambda told: series.event_words(told.actor, told.about, told.detail),
    EventKind.OCCURRENCE_CHANGED: lambda told: series.event_words(told.actor, told.about, told.detail),
    EventKind.SERIES_HELPER_CHANGED: lambda told: series.event_words(told.actor, told.about, told.detail),
    EventKind.TEXT_HELD: lambda told: "De tekst wordt eerst gelezen.",
    EventKind.TEXT_JUDGED: lambda told: f"{told.actor} keek naar een melding.",
    EventKind.ACCOUNT_BLOCKED: lambda told: f"{told.actor} blokkeerde een account.",
    EventKind.ACCOUNT_RESTORED: lambda told: f"{told.actor} gaf een account weer vrij.",
    EventKind.PAIR_BLOCKED: lambda told: "Twee mensen komen niet meer bij elkaar.",
    EventKind.ORGANISATION_FOUNDED: lambda told: f"{told.actor} meldde een organisatie aan.",
    EventKind.ORGANISATION_CONFIRMED: lambda told: f"{told.actor} zette een organisatie op de lijst.",
    EventKind.ORGANISATION_RENAMED: lambda told: f"{told.actor} gaf een organisatie een andere naam.",
    EventKind.ORGANISATION_ENDED: lambda told: f"{told.actor} haalde een organisatie weg.",
    EventKind.MEMBER_JOINED: lambda told: f"{told.about} doet mee voor een organisatie.",
    EventKind.MEMBER_LEFT: lambda told: f"{told.about} doet niet meer mee voor een organisatie.",
    EventKind.WAITING_JOINED: lambda told: f"{told.about} staat op de wachtlijst.",
    EventKind.WAITING_LEFT: lambda told: f"{told.about} staat niet meer op de wachtlijst.",
    EventKind.BUDDY_INTAKE_PLANNED: lambda told: f"{told.actor} plande het eerste gesprek.",
    EventKind.BUDDY_INTAKE_HELD: lambda told: f"{told.actor} hield het eerste gesprek.",
    EventKind.BUDDY_MEETING_SET: lambda told: f"{told.actor} plande de kennismaking met {told.about}.",
    EventKind.BUDDY_GOAL_SET: lambda told: f"{told.actor} schreef een doel en een periode op.",
    EventKind.BUDDY_TALK_HELD: lambda told: f"{told.about} vertelde hoe het gaat.",
    EventKind.BUDDY_EXTENDED: lambda told: "De twee gaan langer samen verder.",
    EventKind.SIGNED_IN: lambda told: f"{told.actor} logde in.",
}
