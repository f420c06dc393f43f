"""Organisations in words: who may do what, and how a shift stands."""

from collections.abc import Mapping
from typing import Final

from marketplace.models import MatchStatus, MemberRole, OrganisationStatus
from marketplace.queries.vacancies import ShiftRow
from web.labels.requests import StatusTag

ROLES: Final[Mapping[MemberRole, str]] = {
    MemberRole.OWNER: "Eigenaar",
    MemberRole.EDITOR: "Medewerker",
    MemberRole.READER: "Meelezer",
}
ROLE_HINTS: Final[Mapping[MemberRole, str]] = {
    MemberRole.OWNER: "Mag alles, en nodigt anderen uit.",
    MemberRole.EDITOR: "Plaatst vacatures en kiest wie er komt.",
    MemberRole.READER: "Kijkt mee, en verandert niets.",
}
STATUSES: Final[Mapping[OrganisationStatus, StatusTag]] = {
    OrganisationStatus.NEW: StatusTag("Wij bekijken deze pagina nog", "waiting"),
    OrganisationStatus.CONFIRMED: StatusTag("Staat op de lijst", "good"),
    OrganisationStatus.ENDED: StatusTag("Gestopt", "neutral"),
}
HELPING: Final[Mapping[MatchStatus, str]] = {
    MatchStatus.AGREED: "komt",
    MatchStatus.CONFIRMED: "komt",
    MatchStatus.DONE: "is geweest",
}


def places_words(free: int, places: int) -> str:
    """``nog 2 van de 5 plekken vrij``."""
    if not free:
        return "vol"
    if places == 1:
        return "1 plek vrij"
    return f"nog {free} van de {places} plekken vrij"


def taken_words(free: int, places: int) -> str:
    """``3 van de 5 plekken bezet``; nothing where there are no places any more."""
    if not places:
        return ""
    if places == 1:
        return "de ene plek is nog vrij" if free else "de ene plek is bezet"
    return f"{places - free} van de {places} plekken bezet"


def status_of_shift(shift: ShiftRow, *, is_over: bool) -> StatusTag:
    """How a shift stands, as the organisation sees it."""
    if shift.ended_at is not None and not shift.places:
        return StatusTag("Gaat niet door", "neutral")
    if is_over:
        return StatusTag("Geweest", "neutral")
    if not shift.free:
        return StatusTag("Vol", "good")
    return StatusTag(f"Nog {shift.free} nodig", "waiting")
