"""A case on its way to another organisation: as staff, the resident and the other organisation see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import handovers, permissions
from marketplace.errors import NotFound
from marketplace.models import HandOver, HandOverStatus, HelpRequest, SlotStatus
from marketplace.permissions import Actor
from marketplace.queries import handovers as queries
from marketplace.queries import market, people, requests
from web import dates
from web.labels.problems import sentences_of
from web.labels.requests import StatusTag
from web.pages.casework import REFERRED_TO

Line = tuple[str, str]
TAGS: Final[Mapping[HandOverStatus, StatusTag]] = {
    HandOverStatus.ASKED: StatusTag("Wacht op ja van de hulpvrager", "waiting"),
    HandOverStatus.SENT: StatusTag("Wacht op antwoord", "waiting"),
    HandOverStatus.RECEIVED: StatusTag("Overgedragen", "good"),
    HandOverStatus.RETURNED: StatusTag("Kwam terug", "attention"),
    HandOverStatus.DECLINED: StatusTag("Hulpvrager wil dit niet", "neutral"),
    HandOverStatus.WITHDRAWN: StatusTag("Ging niet door", "neutral"),
}
_GOES_ALONG: Final = "Uw naam, telefoonnummer, e-mailadres en adres gaan mee."
_STAYS_HERE: Final = "Uw telefoonnummer en adres gaan niet mee."


@dataclass(frozen=True)
class StaffPage:
    """What goes along, to whom, and how far it is; or the form to begin."""

    path: str
    case: str
    what: str
    status: StatusTag | None
    facts: tuple[Line, ...]
    story: str
    id: str
    is_asked: bool
    is_sent: bool
    may_begin: bool
    read_out: tuple[str, ...]
    names: tuple[str, ...]
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Warm overdragen"


@dataclass(frozen=True)
class OwnPage:
    """What will be passed on about me, before it goes; or how it stands."""

    path: str
    back: str
    organisation: str
    story: str
    goes_along: str
    is_asked: bool
    sentence: str
    title: str


@dataclass(frozen=True)
class LinkPage:
    """What another organisation reads."""

    lead: str
    story: str
    facts: tuple[Line, ...]
    contact: tuple[Line, ...]
    is_open: bool
    sentence: str
    title: str


def read_staff_page(
    session: Session,
    request_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> StaffPage:
    """As a coordinator sees it. Raises NotAllowed."""
    request = requests.get_request(session, request_id)
    permissions.require(permissions.may_work_case(actor, request))
    found = queries.find_newest(session, request_id)
    is_live = found is not None and found.status in (HandOverStatus.ASKED, HandOverStatus.SENT)
    is_free = bool(requests.list_slots(session, request_id, SlotStatus.FREE))
    return StaffPage(
        path=f"/werk/{request_id}/overdragen",
        case=f"/werk/{request_id}",
        what=f"{market.read_skill_table(session)[request.skill_code].label_nl} in {request.neighbourhood}",
        status=TAGS[found.status] if found else None,
        facts=_facts(found, now) if found else (),
        story=found.story if found else "",
        id=str(found.id) if found else "",
        is_asked=found is not None and found.status is HandOverStatus.ASKED,
        is_sent=found is not None and found.status is HandOverStatus.SENT,
        may_begin=is_free and not is_live,
        read_out=read_out(found) if found and is_live else (),
        names=REFERRED_TO,
        typed=typed if typed is not None else {"story": request.text, "with_contact": "ja"},
        errors=sentences_of(problems or {}),
    )


def read_out(found: HandOver) -> tuple[str, ...]:
    """What is read out by telephone, or stands on the paper that is signed: the same as on the page."""
    return (
        f"“{found.organisation} kan u misschien beter helpen. Wij geven dan dit door:”",
        f"“{found.story}”",
        f"“{_GOES_ALONG if found.with_contact else _STAYS_HERE}”",
        "“Vindt u dat goed? Nee mag ook. Dan zoeken wij zelf verder.”",
    )


def read_own_page(session: Session, request_id: UUID, *, actor: Actor) -> OwnPage:
    """As the resident sees it. Raises NotFound, also for anybody else."""
    request = requests.get_request(session, request_id)
    found = queries.find_newest(session, request_id)
    if found is None or not permissions.is_requester(actor, request):
        raise NotFound(f"hand-over of {request_id}")
    is_asked = found.status is HandOverStatus.ASKED
    to = found.organisation
    sentences = {
        HandOverStatus.ASKED: f"{to} kan u misschien beter helpen. Dit geven wij door, als u ja zegt.",
        HandOverStatus.SENT: f"U zei ja. {to} leest dit nu. Horen wij niets? Dan gaan wij zelf verder.",
        HandOverStatus.RECEIVED: f"{to} gaat verder met uw vraag.",
        HandOverStatus.RETURNED: f"{to} neemt uw vraag niet over. Wij gaan er zelf mee verder.",
        HandOverStatus.DECLINED: "U zei nee. Er is niets doorgegeven. Wij zoeken zelf verder.",
        HandOverStatus.WITHDRAWN: "Dit gaat niet door. Er wordt niets meer doorgegeven.",
    }
    return OwnPage(
        path=f"/mijn/vragen/{request_id}/overdracht",
        back=f"/mijn/vragen/{request_id}",
        organisation=to,
        story=found.story,
        goes_along=_GOES_ALONG if found.with_contact else _STAYS_HERE,
        is_asked=is_asked,
        sentence=sentences[found.status],
        title="Mogen wij dit doorgeven?" if is_asked else "Uw vraag doorgeven",
    )


def read_link_page(session: Session, hand_over_id: UUID, *, now: datetime) -> LinkPage:
    """As the other organisation reads it; how to reach the resident only once they take it. Raises NotFound."""
    found = queries.get_hand_over(session, hand_over_id)
    request = requests.get_request(session, found.request_id)
    is_sent = found.status is HandOverStatus.SENT
    is_readable = handovers.is_readable(found, now=now)
    by = dates.day(dates.day_of(found.due_at - timedelta(minutes=1)))
    sentence = f"Zeg het vóór {by}. Horen wij niets? Dan gaan wij er zelf mee verder." if is_sent else ""
    if not is_readable:
        sentence = "Dit verhaal is hier niet meer te lezen. Hebt u een vraag? Bel ons."
    return LinkPage(
        lead=f"Dit is voor {found.organisation}. De inwoner vindt het goed dat u dit leest." if is_readable else "",
        story=found.story if is_readable else "",
        facts=_about(session, request) if is_readable else (),
        contact=_contact(session, request) if handovers.shows_contact(found, now=now) else (),
        is_open=is_sent,
        sentence=sentence,
        title="Kunt u verder helpen?" if is_sent else "Dank u wel",
    )


def _about(session: Session, request: HelpRequest) -> tuple[Line, ...]:
    person = people.get_person(session, request.requester_id)
    skill = market.read_skill_table(session)[request.skill_code].label_nl
    return (("Wie", person.first_name), ("Waar", request.neighbourhood), ("Wat", skill))


def _contact(session: Session, request: HelpRequest) -> tuple[Line, ...]:
    person = people.get_person(session, request.requester_id)
    street = f"{request.street} {request.house_number}".strip() or f"{person.street} {person.house_number}".strip()
    lines = (
        ("Naam", f"{person.first_name} {person.last_name}".strip()),
        ("Telefoon", person.telephone or ""),
        ("E-mail", person.email or ""),
        ("Adres", street),
    )
    return tuple((label, text) for label, text in lines if text)


def _facts(found: HandOver, now: datetime) -> tuple[Line, ...]:
    today = dates.day_of(now)
    lines = [
        ("Naar", found.organisation),
        ("Link naar", found.email or "geen mailadres, bel zelf"),
        ("Gaat mee", "naam, nummer en adres" if found.with_contact else "geen naam, nummer of adres"),
        ("Begonnen", dates.moment(found.asked_at, today=today)),
    ]
    if found.agreed_at is not None:
        lines.append(("Hulpvrager zei ja", dates.moment(found.agreed_at, today=today)))
    if found.ended_at is None:
        lines.append(("Komt terug na", dates.day(dates.day_of(found.due_at - timedelta(minutes=1)), today=today)))
    return tuple(lines)
