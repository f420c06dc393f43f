"""One screen to take in what somebody tells, with those we may know already beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace import consent
from marketplace.geocoding import show_postcode
from marketplace.intake import Found
from marketplace.models import ConsentKind
from matching.skills import SkillTable
from web import dates
from web.forms.asking_parts import DURATIONS, USUAL_MINUTES
from web.forms.intake import NEW
from web.forms.series import MONTH_WORDS, RHYTHM_WORDS
from web.labels.scripts import CONSENT_TEXTS

ADDRESS: Final = "/werk/nieuwe-vraag"
SEARCH: Final = f"{ADDRESS}/zoeken"
# What a request that comes back is asked besides.
_OF_RHYTHM: Final = frozenset({"rhythm", "at", "months"})
_SOMEBODY_ELSE: Final = (NEW, "Nee, dit is iemand anders", "Wij maken een nieuwe persoon.")


@dataclass(frozen=True)
class IntakePage:
    """The fields, and the words to read out."""

    typed: Mapping[str, Any]
    errors: Mapping[str, str]
    # Who it may be: value, name, where they live; () where nobody was looked for, or nobody found.
    found: tuple[tuple[str, str, str], ...]
    was_searched: bool
    skills: tuple[tuple[str, str], ...]
    durations: tuple[tuple[str, str], ...]
    # Whether what most requests do without stands open: something is typed there, or wrong.
    shows_more: bool
    shows_rhythm: bool
    read_out: str
    rhythms: tuple[tuple[str, str], ...] = RHYTHM_WORDS
    months: tuple[tuple[str, str], ...] = MONTH_WORDS
    title: str = "Nieuwe vraag"


def make_page(
    skills: SkillTable,
    typed: Mapping[str, Any],
    *,
    found: Iterable[Found] = (),
    was_searched: bool = False,
    errors: Mapping[str, str] | None = None,
) -> IntakePage:
    """The page as it stands."""
    return IntakePage(
        typed={"minutes": str(USUAL_MINUTES), "slots": "1", "contact_by": "bellen", "when": [], **_filled(typed)},
        errors=errors or {},
        found=choices_of(found),
        was_searched=was_searched,
        skills=tuple(sorted(((code, skill.label_nl) for code, skill in skills.items()), key=lambda pair: pair[1])),
        durations=tuple((str(minutes), dates.duration(minutes)) for minutes in DURATIONS),
        shows_more=bool(typed.get("help_address")),
        shows_rhythm=bool(typed.get("rhythm")) or not _OF_RHYTHM.isdisjoint(errors or ()),
        read_out=CONSENT_TEXTS[ConsentKind.TERMS, consent.VERSIONS[ConsentKind.TERMS]],
    )


def choices_of(found: Iterable[Found]) -> tuple[tuple[str, str, str], ...]:
    """Those who may be meant, and that it is none of them."""
    lines = tuple((str(one.person.id), one.person.name, _where(one)) for one in found)
    return (*lines, _SOMEBODY_ELSE) if lines else ()


def _where(found: Found) -> str:
    person = found.person
    address = f"{person.street} {person.house_number}".strip()
    parts = [address, show_postcode(person.postcode) if person.postcode else "", person.telephone]
    return ", ".join(part for part in parts if part) or "Geen adres of telefoonnummer bekend"


def _filled(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in typed.items() if value}
