"""Asking, step by step: what is kept of each form, and how all of it together becomes a request.

Answers are kept as they were typed, so that a step shows what somebody wrote; they are read again at each use, because
a moment that lay ahead when it was typed may have passed by the time the mail is opened.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from marketplace.asks import MAX_TEXT, NewRequest, check_public, check_request
from marketplace.errors import InvalidInput
from marketplace.geocoding import Place
from marketplace.intake import Described
from marketplace.models import AskerKind, Precision, Relation
from marketplace.people import Details, check_details, tidy_telephone
from web.forms.asking_parts import Answers, When, Where, read_when, read_where, when_field
from web.forms.reading import Form, is_ticked, read_id, read_line, read_many, read_text
from web.forms.series import FIELDS as SERIES_FIELDS

T = TypeVar("T")
FOR_ANOTHER: Final = "ander"


class Step(StrEnum):
    """The questions in their order; the value is the end of the address."""

    WHAT = "wat"
    KIND = "soort"
    WHERE = "waar"
    WHEN = "wanneer"
    WHO = "wie"
    CHECK = "klopt-dit"


_EMAIL: Final = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")


# --- what is kept of a form --------------------------------------------------------------------------------------


def keep_what(form: Form) -> dict[str, Any]:
    """The first question. Another text may be about another kind: the kind is asked again."""
    return {"text": read_text(form, "text"), "preferred_offer_id": read_line(form, "vrijwilliger")}


def keep_kind(form: Form) -> dict[str, Any]:
    return {"skill": read_line(form, "skill")}


def keep_where(form: Form) -> dict[str, Any]:
    return {name: read_line(form, name) for name in ("postcode", "house_number", "street", "place")}


def keep_when(form: Form) -> dict[str, Any]:
    names = ("way", "date", "from", "until", "minutes", "slots", "respond_by", *SERIES_FIELDS)
    kept: dict[str, Any] = {name: read_line(form, name) for name in names}
    return {**kept, "when": read_many(form, "when"), "is_chosen": is_ticked(form, "is_chosen")}


def keep_who(form: Form) -> dict[str, Any]:
    names = ("first_name", "last_name", "email", "organisation_name", "for_whom", "relation", "other_name")
    return {
        **{name: read_line(form, name) for name in names},
        "other_telephone": tidy_telephone(read_line(form, "other_telephone")),
        "other_agrees": is_ticked(form, "other_agrees"),
        "telephone": tidy_telephone(read_line(form, "telephone")),
        "share_telephone": is_ticked(form, "share_telephone"),
        "share_email": is_ticked(form, "share_email"),
        "is_organisation": is_ticked(form, "is_organisation"),
    }


KEEPERS: Final[Mapping[Step, Callable[[Form], dict[str, Any]]]] = {
    Step.WHAT: keep_what,
    Step.KIND: keep_kind,
    Step.WHERE: keep_where,
    Step.WHEN: keep_when,
    Step.WHO: keep_who,
}


# --- what it means -----------------------------------------------------------------------------------------------


def read_what(answers: Answers) -> str:
    """The text. Raises InvalidInput."""
    text = str(answers.get("text") or "")
    if not text:
        raise InvalidInput({"text": "text_missing"})
    if problem := check_public("text", text, longest=MAX_TEXT):
        raise InvalidInput({"text": problem})
    return text


def read_kind(answers: Answers) -> str:
    """The kind of help. Raises InvalidInput."""
    if not (code := str(answers.get("skill") or "")):
        raise InvalidInput({"skill": "skill_missing"})
    return code


def read_details(answers: Answers) -> Details:
    """Who asks."""
    return Details(
        first_name=str(answers.get("first_name") or ""),
        last_name=str(answers.get("last_name") or ""),
        telephone=str(answers.get("telephone") or ""),
        share_telephone=bool(answers.get("share_telephone", True)),
        share_email=bool(answers.get("share_email", False)),
    )


def read_organisation(answers: Answers) -> str:
    """For which organisation somebody asks; empty where it is for themselves. Raises InvalidInput."""
    if not answers.get("is_organisation"):
        return ""
    name = str(answers.get("organisation_name") or "")
    if not name:
        raise InvalidInput({"organisation_name": "organisation_name_missing"})
    if len(name) > 80:
        raise InvalidInput({"organisation_name": "organisation_name_long"})
    return name


@dataclass(frozen=True)
class ForAnother:
    """Who is helped, where somebody asks for another, and what the two are to each other."""

    name: str
    telephone: str
    relation: Relation

    def described(self, asked: NewRequest) -> Described:
        """As they become known: they live where the help is, unless that is elsewhere."""
        if not asked.is_at_home:
            return Described(self.name, self.telephone)
        return Described(self.name, self.telephone, asked.place.postcode, asked.street, asked.house_number)


def read_for_another(answers: Answers) -> ForAnother | None:
    """For whom somebody asks; None where it is for themselves. Raises InvalidInput with every problem at once."""
    if answers.get("for_whom") != FOR_ANOTHER or answers.get("is_organisation"):
        return None
    name, telephone = str(answers.get("other_name") or ""), str(answers.get("other_telephone") or "")
    relation = {one.value: one for one in Relation}.get(str(answers.get("relation") or ""))
    is_reached = bool(telephone) or answers.get("place") != "elders"
    wrong_number = check_details(Details("-", "-", telephone)).get("telephone") == "telephone_form"
    problems = {
        "relation": "" if relation else "relation_missing",
        "other_name": "other_name_missing" if " " not in name else "other_name_long" if len(name) > 100 else "",
        "other_telephone": "telephone_form" if wrong_number else "" if is_reached else "other_telephone_missing",
        "other_agrees": "" if answers.get("other_agrees") else "other_agrees_missing",
    }
    if found := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(found)
    assert relation is not None
    return ForAnother(name, telephone, relation)


def check_who(answers: Answers, *, is_known: bool) -> dict[str, str]:
    """Every problem of "who are you"; of somebody who is signed in only for whom or for which organisation it is."""
    problems: dict[str, str] = {}
    if not is_known:
        email = str(answers.get("email") or "")
        problems |= check_details(read_details(answers))
        if not (_EMAIL.fullmatch(email) and len(email) <= 254):
            problems["email"] = "email_form" if email else "email_missing"
    for read in (read_organisation, read_for_another):
        _try(read, answers, problems=problems)
    return problems


# --- all of it together ------------------------------------------------------------------------------------------


def read_request(answers: Answers, *, municipality: str) -> NewRequest:
    """The request that these answers ask. Raises InvalidInput with every problem at once."""
    problems: dict[str, str] = {}
    text = _try(read_what, answers, problems=problems)
    skill_code = _try(read_kind, answers, problems=problems)
    where = _try(read_where, answers, municipality, problems=problems)
    when = _try(read_when, answers, problems=problems)
    organisation = _try(read_organisation, answers, problems=problems)
    if text is None or skill_code is None or where is None or when is None or organisation is None:
        raise InvalidInput(problems)
    made = _make(text, skill_code, where, when, organisation, preferred_of(answers))
    return replace(made, care_note=str(answers.get("care_note") or ""))


def preferred_of(answers: Answers) -> UUID | None:
    """The offer of the volunteer whom somebody would like to ask, if any."""
    return read_id(str(answers.get("preferred_offer_id") or ""))


def check_step(step: Step, answers: Answers, *, municipality: str, now: datetime, is_known: bool) -> dict[str, str]:
    """Every problem of one step: what the form itself can tell, then what the marketplace says of it."""
    problems: dict[str, str] = {}
    if step is Step.WHAT:
        _try(read_what, answers, problems=problems)
    elif step is Step.KIND:
        _try(read_kind, answers, problems=problems)
    elif step is Step.WHERE:
        _try(read_where, answers, municipality, problems=problems)
    elif step is Step.WHEN:
        problems = _check_when(answers, municipality, now)
    elif step is Step.WHO:
        problems = check_who(answers, is_known=is_known)
    return problems


def first_open_step(answers: Answers, *, municipality: str, now: datetime, is_known: bool) -> Step | None:
    """The first question that is not answered yet, or no longer well; None where all are."""
    for step in (Step.WHAT, Step.KIND, Step.WHERE, Step.WHEN, Step.WHO):
        if check_step(step, answers, municipality=municipality, now=now, is_known=is_known):
            return step
    return None


def _check_when(answers: Answers, municipality: str, now: datetime) -> dict[str, str]:
    problems: dict[str, str] = {}
    where = _try(read_where, answers, municipality, problems={})
    when = _try(read_when, answers, problems=problems)
    if when is None:
        return problems
    place = where or Where(_somewhere(municipality), "", "", True)
    asked = _make("-", str(answers.get("skill") or "-"), place, when, "", None)
    try:
        check_request(asked, skills={asked.skill_code: None}, now=now, municipality=municipality)
    except InvalidInput as refused:
        # The field that the form has: a chip of the week, or the day.
        return {when_field(answers) if field == "when" else field: code for field, code in refused.problems.items()}
    return {}


def _make(
    text: str, skill_code: str, where: Where, when: When, organisation: str, preferred: UUID | None
) -> NewRequest:
    return NewRequest(
        skill_code=skill_code,
        text=text,
        place=where.place,
        minutes=when.minutes,
        windows=when.windows,
        weekly=when.weekly,
        slots=when.slots,
        street=where.street,
        house_number=where.house_number,
        is_at_home=where.is_at_home,
        respond_by=when.respond_by,
        is_chosen_by_requester=when.is_chosen,
        asker_kind=AskerKind.ORGANISATION if organisation else AskerKind.PRIVATE,
        organisation_name=organisation,
        preferred_offer_id=preferred,
        series=when.series,
    )


def _somewhere(municipality: str) -> Place:
    """A place to check times with while the real one is not known."""
    return Place("", "", municipality, 0.0, 0.0, Precision.POSTCODE4)


def _try(read: Callable[..., T], *arguments: Any, problems: dict[str, str]) -> T | None:
    try:
        return read(*arguments)
    except InvalidInput as refused:
        problems |= refused.problems
        return None
