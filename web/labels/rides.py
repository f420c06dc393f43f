"""Rides in words: what goes along, how one stands, what it costs, and why nobody drives it."""

from collections.abc import Mapping
from typing import Any, Final

from marketplace.models import RideStatus
from web import dates
from web.labels.requests import StatusTag

NEEDS: Final[Mapping[str, str]] = {"rollator": "Rollator", "folding_wheelchair": "Opvouwbare rolstoel"}

PAPER_NAMES: Final[Mapping[str, str]] = {
    "driving_licence": "Rijbewijs B",
    "car": "Verzekering van de auto",
    "vog": "VOG",
}

# As the passenger reads it.
_STATUS: Final[Mapping[RideStatus, StatusTag]] = {
    RideStatus.ASKED: StatusTag("Wij zoeken een chauffeur", "waiting"),
    RideStatus.PLANNED: StatusTag("Wij wachten op de chauffeur", "waiting"),
    RideStatus.AGREED: StatusTag("Uw rit is geregeld", "good"),
    RideStatus.DONE: StatusTag("Gereden", "good"),
    RideStatus.NOT_AT_HOME: StatusTag("De chauffeur vond u niet", "attention"),
    RideStatus.TURNED_DOWN: StatusTag("U ging niet mee", "neutral"),
    RideStatus.CANCELLED: StatusTag("Afgezegd", "neutral"),
    RideStatus.CANCELLED_LATE: StatusTag("Laat afgezegd", "neutral"),
    RideStatus.REFERRED: StatusTag("De regiotaxi rijdt", "warm"),
    RideStatus.NOT_DRIVEN: StatusTag("Niet gelukt", "attention"),
}
# As those who plan read it.
_PLANNERS: Final[Mapping[RideStatus, StatusTag]] = {
    RideStatus.ASKED: StatusTag("Nog niemand", "attention"),
    RideStatus.PLANNED: StatusTag("Nog geen ja", "waiting"),
    RideStatus.AGREED: StatusTag("Chauffeur zei ja", "good"),
    RideStatus.DONE: StatusTag("Gereden", "good"),
    RideStatus.NOT_AT_HOME: StatusTag("Niet thuis", "attention"),
    RideStatus.TURNED_DOWN: StatusTag("Ging niet mee", "neutral"),
    RideStatus.CANCELLED: StatusTag("Afgezegd", "neutral"),
    RideStatus.CANCELLED_LATE: StatusTag("Laat afgezegd", "neutral"),
    RideStatus.REFERRED: StatusTag("Taxi", "warm"),
    RideStatus.NOT_DRIVEN: StatusTag("Niet gereden", "attention"),
}
_REASONS: Final[Mapping[str, str]] = {
    "too_many_persons": "Zoveel mensen passen in geen enkele auto.",
    "avoided": "De chauffeurs die kunnen, rijden niet met deze passagier.",
    "outside_all_windows": "Op dit tijdstip rijdt niemand.",
    "no_time_left": "Wie er kan, heeft op dat moment al een andere rit.",
}


def status_of(status: RideStatus) -> StatusTag:
    """How a ride stands, to who rides."""
    return _STATUS[status]


def planners_status(status: RideStatus) -> StatusTag:
    """How a ride stands, to who plans."""
    return _PLANNERS[status]


def euros(cents: int) -> str:
    """``€ 12,30``."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}€ {whole:,}".replace(",", ".") + f",{rest:02d}"


def price_words(least_cents: int, most_cents: int) -> str:
    """``ongeveer 3 tot 8 euro``: whole euros, because nobody knows yet who drives."""
    least, most = max(1, least_cents // 100), -(-most_cents // 100)
    return f"ongeveer {least} euro" if least >= most else f"ongeveer {least} tot {most} euro"


def why_nobody(reason: str) -> str:
    """Why the planning found nobody."""
    if reason in _REASONS:
        return _REASONS[reason]
    need = reason.removeprefix("no_driver_with_")
    if need in NEEDS:
        return f"Geen enkele chauffeur kan een {NEEDS[need].lower()} meenemen."
    return "De planning vond niemand."


def what_would_help(change: Mapping[str, Any], name: str) -> str:
    """The smallest change that would let this driver do it, as `transport.reasons` says it."""
    by = change["by"]
    if change["relax"] == "pickup":
        return f"{name} kan het, als het ophalen {dates.duration(int(by))} mag schuiven."
    if change["relax"] == "window":
        return f"{name} kan het, als die {dates.duration(int(by))} langer wil rijden."
    if change["relax"] == "seats":
        return f"{name} kan het, als er {int(by)} {'mens' if by == 1 else 'mensen'} minder meegaat."
    return f"{name} kan het, als de {NEEDS.get(str(by), str(by)).lower()} toch in de auto past."
