"""Standard texts, as they are and filled in for a case; and the poster of one request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import texts
from marketplace.models import AskerKind, HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import browsing, people, tasks
from marketplace.queries import texts as queries
from web import dates
from web.labels.problems import sentences_of
from web.labels.requests import when_words
from web.labels.rules import lower_first, upper_first
from web.labels.skills import picture_of
from web.qr import QrCode
from web.rendering import Site

TEXTS: Final = "/werk/teksten"
NEW: Final = "nieuw"
_MEANS: Final[Mapping[str, str]] = {
    "voornaam": "de voornaam van de hulpvrager",
    "wat": "wat voor hulp het is",
    "wijk": "de wijk waar het is",
    "tot": "de dag tot wanneer wij zoeken",
    "medewerker": "uw eigen voornaam",
    "organisatie": "de naam van onze organisatie",
    "telefoon": "ons telefoonnummer",
}


@dataclass(frozen=True)
class ShownText:
    """One text, with where it is changed; empty for who may not."""

    title: str
    paragraphs: tuple[str, ...]
    edit: str


@dataclass(frozen=True)
class TextsPage:
    """Every text in use; filled in, on the page of a case."""

    texts: tuple[ShownText, ...]
    may_edit: bool
    # The case that they are filled in for; empty in the list.
    case: str
    title: str


@dataclass(frozen=True)
class Version:
    """A version as it was."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class EditPage:
    """Write a text."""

    path: str
    retire: str
    typed: Mapping[str, str]
    fields: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    title: str
    errors: Mapping[str, str] = field(default_factory=dict)
    told: str = ""


@dataclass(frozen=True)
class PosterPage:
    """A sheet for a notice board: what and where, no more; nobody's name, number or words."""

    case: str
    what: str
    where: str
    when: str
    duration: str
    who: str
    picture: str
    qr: QrCode
    address: str
    is_open: bool
    title: str = "Poster van deze vraag"


def read_texts_page(session: Session, site: Site, *, actor: Actor) -> TextsPage:
    """As they are, with their fields."""
    may_edit = actor.has_role(site.municipality_id, texts.LEADS)
    return TextsPage(
        texts=tuple(
            ShownText(one.title, _paragraphs(one.text), f"{TEXTS}/{one.code}" if may_edit else "")
            for one in texts.list_texts(session, site.municipality_id)
        ),
        may_edit=may_edit,
        case="",
        title="Standaardteksten",
    )


def read_case_texts(session: Session, request: HelpRequest, site: Site, *, actor: Actor, now: datetime) -> TextsPage:
    """Filled in for one case, whose look the caller has logged."""
    facts = browsing.get_facts(session, request.id)
    values = {
        "voornaam": facts.organisation_name or facts.requester_name,
        "wat": lower_first(facts.skill_label),
        "wijk": facts.neighbourhood,
        "tot": dates.day(dates.day_of(facts.respond_by), today=dates.day_of(now)),
        "medewerker": actor.first_name or people.get_person(session, actor.person_id).first_name,
        "organisatie": facts.organisation,
        "telefoon": site.telephone,
    }
    return TextsPage(
        texts=tuple(
            ShownText(one.title, _paragraphs(texts.fill_in(one.text, values)), "")
            for one in texts.list_texts(session, request.municipality_id)
        ),
        may_edit=False,
        case=f"/werk/{request.id}",
        title="Teksten voor deze zaak",
    )


def read_edit_page(
    session: Session,
    municipality_id: UUID,
    code: str,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    told: str = "",
) -> EditPage:
    """The form, with every version that was. Raises NotFound."""
    known = texts.get_text(session, municipality_id, code) if code != NEW else texts.Text("", 0, "", "")
    versions = queries.list_versions(session, municipality_id, code)
    today = dates.day_of(now)
    came_with = [one for one in texts.DEFAULTS if one.code == code]
    return EditPage(
        path=f"{TEXTS}/{code}",
        retire=f"{TEXTS}/{code}/weg" if code != NEW else "",
        typed=typed or {"title": known.title, "text": known.text, "based_on": str(known.version)},
        fields=tuple((f"{{{name}}}", _MEANS[name]) for name in texts.FIELDS),
        versions=(
            *(
                Version(
                    f"Versie {row.version}, {dates.day(dates.day_of(row.at), today=today)}, door {name}",
                    _paragraphs(row.text),
                )
                for row, name in versions
            ),
            *(Version("Zoals de tekst begon", _paragraphs(one.text)) for one in came_with if versions),
        ),
        title="Een nieuwe tekst" if code == NEW else f"Tekst: {known.title}",
        errors=sentences_of(problems or {}),
        told=told,
    )


def read_poster(session: Session, request: HelpRequest, site: Site, *, now: datetime) -> PosterPage:
    """What everybody may know of a request: not its words, which may say who it is."""
    facts = browsing.get_facts(session, request.id)
    is_organisation = facts.asker_kind is AskerKind.ORGANISATION
    # What anybody can do, is taken on there at once, without an account.
    is_for_anybody = request.id in tasks.list_open_to_anybody(session, request.municipality_id)
    address = f"{site.base_url}/{'nu' if is_for_anybody else 'hulpvragen'}/{request.id}"
    return PosterPage(
        case=f"/werk/{request.id}",
        what=facts.skill_label,
        where=facts.neighbourhood,
        when=upper_first(when_words(facts.windows, facts.weekly, today=dates.day_of(now))),
        duration=dates.duration(facts.minutes),
        who=facts.organisation_name if is_organisation else "Een buur",
        picture=picture_of(facts.skill_code),
        qr=QrCode.of(address),
        address=f"{site.base_url.split('://', 1)[-1]}/nu",
        is_open=facts.free_slots > 0 and facts.ended_at is None,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
