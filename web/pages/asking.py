"""The pages of asking: one question each, with what was said so far beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from marketplace.errors import InvalidInput
from marketplace.geocoding import show_postcode
from matching.skills import SkillTable
from web import dates
from web.forms.asking import (
    Step,
    preferred_of,
    read_details,
    read_for_another,
    read_kind,
    read_organisation,
    read_what,
)
from web.forms.asking_parts import (
    DURATIONS,
    USUAL_MINUTES,
    Answers,
    Way,
    When,
    Where,
    read_when,
    read_where,
    way_of,
)
from web.forms.series import MONTH_WORDS, RHYTHM_WORDS, USUAL_MONTHS
from web.labels.relations import RELATIONS
from web.labels.requests import people_words, sentence_case, when_words
from web.labels.series import series_words
from web.labels.skills import WORK_AREAS, picture_of

ADDRESS: Final = "/hulp-vragen"
_QUESTIONS: Final = (Step.WHAT, Step.WHERE, Step.WHEN, Step.WHO, Step.CHECK)
_TITLES: Final[Mapping[Step, str]] = {
    Step.WHAT: "Waarmee kunnen we helpen?",
    Step.KIND: "Wat past het best bij uw vraag?",
    Step.WHERE: "Waar is de hulp nodig?",
    Step.WHEN: "Wanneer kan het?",
    Step.WHO: "Wie bent u?",
    Step.CHECK: "Klopt dit?",
}


def address_of(step: Step) -> str:
    """Where a question stands."""
    return ADDRESS if step is Step.WHAT else f"{ADDRESS}/{step.value}"


@dataclass(frozen=True)
class Line:
    """Something that was said, with the way back to it."""

    label: str
    text: str
    href: str


@dataclass(frozen=True)
class Frame:
    """What the page of every question holds."""

    title: str
    action: str
    number: int
    total: int
    said: tuple[Line, ...]
    errors: Mapping[str, str]
    # What stands in the fields: as it was typed.
    typed: Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of help to choose."""

    code: str
    label: str
    picture: str


@dataclass(frozen=True)
class WhatPage(Frame):
    """In your own words. Perhaps somebody from the list is to be asked first."""

    preferred_id: str = ""
    preferred_name: str = ""


@dataclass(frozen=True)
class KindPage(Frame):
    """Three kinds that it may be, or all of them by work area."""

    suggestions: tuple[Kind, ...] = ()
    groups: tuple[tuple[str, tuple[Kind, ...]], ...] = ()


@dataclass(frozen=True)
class WherePage(Frame):
    """The place."""


@dataclass(frozen=True)
class WhenPage(Frame):
    """Days of the week, a date, or whenever."""

    way: str = Way.WEEK.value
    ways: tuple[tuple[str, str, bool], ...] = ()
    durations: tuple[tuple[str, str], ...] = ()
    first_day: str = ""
    shows_more: bool = False
    # Whether it is once or more often, and what there is to choose of the latter.
    often: tuple[tuple[str, str, bool], ...] = ()
    rhythms: tuple[tuple[str, str], ...] = RHYTHM_WORDS
    months: tuple[tuple[str, str], ...] = MONTH_WORDS


@dataclass(frozen=True)
class WhoPage(Frame):
    """For whom it is, and who asks; who is signed in is asked only the first."""

    is_known: bool = False
    relations: tuple[tuple[str, str], ...] = tuple((one.value, words) for one, words in RELATIONS.items())


@dataclass(frozen=True)
class CheckPage(Frame):
    """Everything on one page."""

    is_known: bool = False
    # Finds what the draft has become, where the button was pressed twice.
    draft_id: str = ""


_PAGES: Final[Mapping[Step, type[Frame]]] = {
    Step.WHAT: WhatPage,
    Step.KIND: KindPage,
    Step.WHERE: WherePage,
    Step.WHEN: WhenPage,
    Step.WHO: WhoPage,
    Step.CHECK: CheckPage,
}


@dataclass(frozen=True)
class MailPage:
    """The mail is on its way to the address that was typed."""

    email: str
    postbox: str
    # Where the address was typed.
    who_href: str
    title: str = "Kijk in uw mail"


@dataclass(frozen=True)
class Teller:
    """Tells what was said so far, in words."""

    skills: SkillTable
    municipality: str
    today: date
    # The name of whoever is signed in; empty for everybody else.
    known_name: str = ""
    preferred_name: str = ""

    def lines(self, answers: Answers) -> tuple[Line, ...]:
        """Every answer that can be read, in the order of the questions."""
        where = _read(read_where, answers, self.municipality)
        when = _read(read_when, answers)
        found = [
            *self._what(answers),
            *self._where(where),
            *self._when(when),
            *self._who(answers),
        ]
        return tuple(Line(label, text, address_of(step)) for step, label, text in found)

    def _what(self, answers: Answers) -> list[tuple[Step, str, str]]:
        found = []
        if text := _read(read_what, answers):
            found.append((Step.WHAT, "Uw vraag", text))
        if (code := _read(read_kind, answers)) in self.skills:
            found.append((Step.KIND, "Soort hulp", self.skills[str(code)].label_nl))
        if self.preferred_name and preferred_of(answers):
            found.append((Step.WHAT, "U vraagt eerst", self.preferred_name))
        return found

    def _where(self, where: Where | None) -> list[tuple[Step, str, str]]:
        if where is None:
            return []
        address = f"{where.street} {where.house_number}, {show_postcode(where.place.postcode)}"
        home = "bij u thuis" if where.is_at_home else "ergens anders"
        return [(Step.WHERE, "Waar", f"{address} ({home})")]

    def _when(self, when: When | None) -> list[tuple[Step, str, str]]:
        if when is None:
            return []
        if when.series is not None:
            words = sentence_case(series_words(when.series, today=self.today))
        else:
            words = sentence_case(when_words(when.windows, when.weekly, today=self.today))
        lines = [("Wanneer", f"{words} – ongeveer {dates.duration(when.minutes)}")]
        if when.series is not None:
            lines.append(
                ("Wie komt er", f"{people_words(when.slots)}, om de beurt" if when.slots > 1 else "Steeds dezelfde")
            )
        elif when.slots > 1:
            lines.append(("Hoeveel mensen", people_words(when.slots)))
        if when.is_chosen:
            lines.append(("Wie er komt", "Dat kiest u zelf"))
        if when.respond_by is not None:
            until = dates.day(dates.day_of(when.respond_by), today=self.today)
            lines.append(("Antwoord uiterlijk", sentence_case(until)))
        return [(Step.WHEN, label, text) for label, text in lines]

    def _who(self, answers: Answers) -> list[tuple[Step, str, str]]:
        organisation = _read(read_organisation, answers)
        for_whom = [(Step.WHO, "Namens", organisation)] if organisation else self._for_another(answers)
        if self.known_name:
            return [(Step.WHO, "Wie", self.known_name), *for_whom]
        details, email = read_details(answers), str(answers.get("email") or "")
        if not details.first_name or not email:
            return []
        shared = [
            words
            for words, is_shared in (("telefoonnummer", details.share_telephone), ("e-mailadres", details.share_email))
            if is_shared
        ]
        return [
            (Step.WHO, "Wie", f"{details.first_name} {details.last_name}"),
            (Step.WHO, "Bereikbaar", ", ".join(one for one in (email, details.telephone) if one)),
            (Step.WHO, "Dit delen wij", f"Uw {' en '.join(shared)}, pas na een afspraak"),
            *for_whom,
        ]

    def _for_another(self, answers: Answers) -> list[tuple[Step, str, str]]:
        """For whom it is; who is signed in isn't asked, and can say here that it is for another."""
        other = _read(read_for_another, answers)
        if other is None:
            return [(Step.WHO, "Voor wie", "Voor uzelf")] if self.known_name else []
        return [(Step.WHO, "Voor wie", f"{other.name} ({RELATIONS[other.relation].lower()})")]


def make_page(
    step: Step,
    answers: Answers,
    teller: Teller,
    *,
    errors: Mapping[str, str] | None = None,
    **more: Any,
) -> Frame:
    """The page of one question. ``more`` are the fields that only this page has."""
    questions = [one for one in _QUESTIONS if not (teller.known_name and one is Step.WHO)]
    asked = Step.WHAT if step is Step.KIND else step
    return _PAGES[step](
        title=_TITLES[step],
        action=address_of(step),
        number=questions.index(asked) + 1 if asked in questions else len(questions),
        total=len(questions),
        said=teller.lines(answers),
        errors=errors or {},
        typed=answers,
        **more,
    )


def kinds_of(skills: SkillTable, codes: tuple[str, ...]) -> tuple[Kind, ...]:
    """Some kinds of help to choose from."""
    return tuple(Kind(code, skills[code].label_nl, picture_of(code)) for code in codes if code in skills)


def all_kinds(skills: SkillTable) -> tuple[tuple[str, tuple[Kind, ...]], ...]:
    """Every kind of help by work area."""
    return tuple(
        (name, kinds_of(skills, tuple(code for code, skill in skills.items() if skill.work_area == area)))
        for area, name in WORK_AREAS.items()
    )


def when_fields(answers: Answers, *, chosen: str, today: date) -> dict[str, Any]:
    """What the page about time has of its own. ``chosen`` is the way that was just picked, if one was."""
    way = way_of({"way": chosen} if chosen else answers)
    names = {Way.WEEK: "Op een dag in de week", Way.DATE: "Op een datum", Way.ANY: "Maakt niet uit"}
    here = address_of(Step.WHEN)
    is_series = way is Way.SERIES
    often = ((Way.WEEK, "Eén keer", not is_series), (Way.SERIES, "Vaker", is_series))
    return {
        "way": way.value,
        "ways": ()
        if is_series
        else tuple((f"{here}?keuze={one.value}", words, one is way) for one, words in names.items()),
        "often": tuple((f"{here}?keuze={one.value}", words, is_on) for one, words, is_on in often),
        "durations": tuple((str(minutes), dates.duration(minutes)) for minutes in DURATIONS),
        "first_day": today.isoformat(),
        "shows_more": bool(
            answers.get("is_chosen") or answers.get("respond_by") or answers.get("slots") not in (None, "", "1")
        ),
    }


def with_defaults(answers: Answers) -> dict[str, Any]:
    """What stands in fields that nobody touched yet."""
    return {
        "minutes": str(USUAL_MINUTES),
        "slots": "1",
        "place": "thuis",
        "share_telephone": True,
        "for_whom": "mijzelf",
        "rhythm": "week",
        "months": USUAL_MONTHS,
        "turns": "een",
        "circle": "3",
        **answers,
    }


def _read(read: Any, *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except InvalidInput:
        return None
