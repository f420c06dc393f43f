"""Standard texts: written by team leads in plain Dutch, with fields that are filled in, every version kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import permissions
from marketplace.errors import InvalidInput, NotFound, Overtaken
from marketplace.models import StaffRoleKind, StandardText
from marketplace.permissions import Actor
from marketplace.queries import texts as queries

LEADS: Final = frozenset({StaffRoleKind.TEAM_LEAD})
# What may stand between braces: of whom a case is, what is asked, where and until when, and who writes.
FIELDS: Final = ("voornaam", "wat", "wijk", "tot", "medewerker", "organisatie", "telefoon")
MOST_TITLE: Final = 80
MOST_TEXT: Final = 2000
# Words in a sentence, on average and at most: what reads easily at level B1.
MEAN_WORDS: Final = 12.0
MOST_WORDS: Final = 20
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?:])\s+|\n+")


@dataclass(frozen=True)
class Text:
    """A text as it is in use; version 0 came with the site."""

    code: str
    version: int
    title: str
    text: str


# What every municipality begins with; whoever changes one makes a version of their own.
DEFAULTS: Final = (
    Text(
        "wij-zoeken",
        0,
        "Wij zoeken nog",
        "Beste {voornaam},\n\nU vroeg om hulp: {wat}. Wij vonden nog niemand. Wij zoeken door tot {tot}.\n"
        "Past een andere dag ook? Bel ons dan: {telefoon}.\n\nGroeten van {medewerker}, {organisatie}",
    ),
    Text(
        "niet-bereikt",
        0,
        "Wij belden u, maar u was er niet",
        "Beste {voornaam},\n\nIk belde u over uw vraag: {wat}. Ik kreeg u niet aan de lijn.\n"
        "Wilt u mij terugbellen? Ons nummer is {telefoon}.\n\nGroeten van {medewerker}, {organisatie}",
    ),
    Text(
        "niemand-gevonden",
        0,
        "Wij vonden niemand",
        "Beste {voornaam},\n\nU vroeg om hulp: {wat}. Het spijt ons. Wij vonden niemand.\n"
        "Ik denk graag met u mee over iets anders. Bel mij: {telefoon}.\n\nGroeten van {medewerker}, {organisatie}",
    ),
    Text(
        "oproep",
        0,
        "Oproep voor de buurt",
        "Wie helpt een buur in {wijk}? Het gaat om: {wat}.\nHet mag één keer, of vaker. U kiest zelf wanneer.\n"
        "Bel {telefoon}. {organisatie} vertelt u graag meer.",
    ),
)


def list_texts(session: Session, municipality_id: UUID) -> list[Text]:
    """Every text in use, by title."""
    newest = queries.list_newest(session, municipality_id)
    own = [Text(row.code, row.version, row.title, row.text) for row in newest.values() if not row.is_retired]
    return sorted([*own, *(text for text in DEFAULTS if text.code not in newest)], key=lambda text: text.title)


def get_text(session: Session, municipality_id: UUID, code: str) -> Text:
    """One text in use. Raises NotFound."""
    for text in list_texts(session, municipality_id):
        if text.code == code:
            return text
    raise NotFound(f"text {code}")


def save(
    session: Session,
    *,
    municipality_id: UUID,
    code: str,
    title: str,
    text: str,
    based_on: int,
    actor: Actor,
    now: datetime,
) -> Text:
    """A new version of a text, or (``code`` empty) a new text. What is the same as it was makes no version.

    Raises NotAllowed, NotFound, InvalidInput, Overtaken where somebody wrote a version since ``based_on``.
    """
    permissions.require(actor.has_role(municipality_id, LEADS))
    if problems := problems_of(title, text):
        raise InvalidInput(problems)
    if code:
        known = get_text(session, municipality_id, code)
        if (known.title, known.text) == (title, text):
            return known
    else:
        code, based_on = _free_code(session, municipality_id, title), 0
    _write(session, municipality_id, Text(code, based_on, title, text), actor, now, is_retired=False)
    return Text(code, based_on + 1, title, text)


def retire(session: Session, *, municipality_id: UUID, code: str, based_on: int, actor: Actor, now: datetime) -> None:
    """Not in use any more; its versions stay. Raises NotAllowed, NotFound, Overtaken."""
    permissions.require(actor.has_role(municipality_id, LEADS))
    known = get_text(session, municipality_id, code)
    _write(session, municipality_id, Text(code, based_on, known.title, known.text), actor, now, is_retired=True)


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in; one without a value stays as it stands, so that it is seen."""
    return _FIELD.sub(lambda found: values.get(found[1]) or found[0], text)


def problems_of(title: str, text: str) -> dict[str, str]:
    """What is wrong with it, by field."""
    problems = {}
    if not title or len(title) > MOST_TITLE:
        problems["title"] = "title_long" if title else "title_missing"
    if not text or len(text) > MOST_TEXT:
        problems["text"] = "worry_text_long" if text else "standard_text_missing"
    elif any(name not in FIELDS for name in _FIELD.findall(text)) or set("{}") & set(_FIELD.sub("", text)):
        problems["text"] = "field_unknown"
    elif not is_plain(text):
        problems["text"] = "sentences_long"
    return problems


def is_plain(text: str) -> bool:
    """Whether the sentences are as short as B1 asks. Length is not all of B1, but it is what can be counted."""
    lengths = [len(words) for part in _SENTENCE_ENDS.split(text) if (words := part.split())]
    return not lengths or (sum(lengths) / len(lengths) <= MEAN_WORDS and max(lengths) <= MOST_WORDS)


def _free_code(session: Session, municipality_id: UUID, title: str) -> str:
    taken = {*queries.list_newest(session, municipality_id), *(text.code for text in DEFAULTS)}
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:36] or "tekst"
    return next(code for number in range(1, 1000) if (code := stem if number == 1 else f"{stem}-{number}") not in taken)


def _write(
    session: Session, municipality_id: UUID, text: Text, actor: Actor, now: datetime, *, is_retired: bool
) -> None:
    newest = queries.list_newest(session, municipality_id).get(text.code)
    if (newest.version if newest else 0) != text.version:
        raise Overtaken(f"text {text.code}")
    session.add(
        StandardText(
            municipality_id=municipality_id,
            code=text.code,
            version=text.version + 1,
            title=text.title,
            text=text.text,
            is_retired=is_retired,
            written_by_id=actor.person_id,
            at=now,
        )
    )
    try:
        session.flush()
    except IntegrityError as clash:  # two team leads at once: the key lets one of them
        raise Overtaken(f"text {text.code}") from clash
