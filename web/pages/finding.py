"""The pages on which people look around: the list of requests, one request, the volunteers, and asking one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.errors import NotFound
from marketplace.geocoding import neighbourhoods
from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import AskerKind, ProposalStatus
from marketplace.permissions import Actor
from marketplace.queries import blocks, browsing, listing, matches, meeting, moderation, offers, requests, young
from marketplace.queries.browsing import PublicOffer, RequestFacts
from matching.geography import haversine_km
from web import dates
from web.forms.finding import AREA_SLUGS, DISTANCES_KM, Point, Search
from web.labels.requests import DAYS, any_of, people_words, when_words
from web.labels.rules import Hint, lower_first, upper_first
from web.labels.skills import picture_of, work_area_name
from web.pages.areas import AreaMap, area_map, find_neighbourhood, slug_of
from web.pages.cards import RequestCard, cards_of

PER_PAGE: Final = 12
_LANGUAGES: Final = {"nl": "Nederlands", "en": "Engels", "de": "Duits", "fr": "Frans", "pl": "Pools", "tr": "Turks"}
_NEEDS: Final = {
    "vog": "een VOG (wij regelen die samen met u, gratis)",
    "driving_licence": "een rijbewijs",
    "car": "een auto",
    "buddy_training": "een training (die geven wij)",
}

Chip = tuple[str, str, bool]
Option = tuple[str, str]
Line = tuple[str, str]


@dataclass(frozen=True)
class FindingPage:
    """The list of requests."""

    cards: tuple[RequestCard, ...]
    said: str
    chips: tuple[Chip, ...]
    search: Search
    days: tuple[Option, ...]
    distances: tuple[Option, ...]
    pages: int
    page_href: str
    offers_help: bool
    map: AreaMap | None
    neighbourhoods: tuple[Option, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Wie kunt u helpen?"


@dataclass(frozen=True)
class RequestPage:
    """One request, as the public sees it, and how the visitor stands to it."""

    title: str
    href: str
    picture: str
    text: str
    facts: tuple[Line, ...]
    respond_by: str
    is_open: bool
    # Whether "ik help" says something new: also the answer of who was asked for it.
    may_help: bool
    is_known: bool
    # Where the visitor has to do with it already: their proposal or their match, in words.
    own_href: str = ""
    own_words: str = ""
    staff_href: str = ""


@dataclass(frozen=True)
class RefusedPage:
    """Why "ik help" could not be, what can be done, and who else asks."""

    title: str
    lead: str
    hints: tuple[Hint, ...]
    cards: tuple[RequestCard, ...]


@dataclass(frozen=True)
class OfferCard:
    """For `offer_card` of `_macros/card.html`."""

    href: str
    picture: str
    name: str
    what: str
    neighbourhood: str
    when: str
    sentence: str


@dataclass(frozen=True)
class VolunteersPage:
    """The volunteers who put themselves on the list."""

    cards: tuple[OfferCard, ...]
    chips: tuple[Chip, ...]
    number: int
    pages: int
    page_href: str
    title: str = "Vrijwilligers in de buurt"


@dataclass(frozen=True)
class VolunteerPage:
    """One of them, and what one may ask."""

    title: str
    name: str
    picture: str
    sentence: str
    facts: tuple[Line, ...]
    # The visitor's own open requests: one has one, or chooses.
    requests: tuple[Option, ...]
    is_self: bool
    ask_href: str
    action: str
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotAskedPage:
    """Why this volunteer was not asked, and the ways on."""

    title: str
    sentences: tuple[str, ...]
    request_href: str


@dataclass(frozen=True)
class AskedPage:
    """This volunteer was asked: until when they may answer."""

    title: str
    name: str
    until: str
    request_href: str


def read_list(
    session: Session,
    search: Search,
    *,
    municipality_id: UUID,
    municipality: str,
    now: datetime,
    visitor: Actor | None,
    typed_point: Point | None,
    errors: Mapping[str, str] | None = None,
) -> FindingPage:
    """The open requests that a search leaves: nearest first where we know from where, else the newest first."""
    own_point = find_own_point(session, visitor, municipality_id)
    point = typed_point or own_point
    rows = listing.list_open_cards(
        session,
        municipality_id=municipality_id,
        now=now,
        work_area=AREA_SLUGS.get(search.area),
        weekday=int(search.day) - 1 if search.day else None,
        point=point,
        visitor_id=visitor.person_id if visitor else None,
    )
    if search.distance and point is not None:
        rows = [row for row in rows if (row.distance_km or 0) <= float(search.distance)]
    chosen = find_neighbourhood(search.neighbourhood, municipality)
    search = replace(search, neighbourhood=search.neighbourhood if chosen else "")
    found_in = [row.neighbourhood for row in rows]
    rows = [row for row in rows if chosen is None or row.neighbourhood == chosen]
    pages = max(1, -(-len(rows) // PER_PAGE))
    number = min(search.page, pages)
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return FindingPage(
        cards=cards_of(shown, today=dates.day_of(now)),
        said=_said(len(rows), chosen, typed_point is not None, own_point is not None),
        chips=_area_chips(search),
        search=replace(search, page=number),
        days=(("", "elke dag"), *((str(number), day) for number, day in enumerate(DAYS, 1))),
        distances=(("", "maakt niet uit"), *((str(km), dates.distance(km)) for km in DISTANCES_KM)),
        pages=pages,
        page_href=search.page_href(),
        offers_help=own_point is not None,
        map=area_map(municipality, found_in, chosen=chosen, href=lambda slug: search.href(wijk=slug)),
        neighbourhoods=(("", f"heel {municipality}"), *((slug_of(n), n) for n in sorted(neighbourhoods(municipality)))),
        errors=errors or {},
    )


def read_request_page(
    session: Session, request_id: UUID, *, municipality_id: UUID, visitor: Actor | None, now: datetime
) -> RequestPage:
    """One request. Raises NotFound."""
    facts = browsing.get_facts(session, request_id)
    _require_public(session, facts, visitor)
    own_href, own_words, is_settled = _own(session, facts, visitor)
    point = find_own_point(session, visitor, municipality_id)
    title = title_of(facts)
    is_open = facts.ended_at is None and facts.free_slots > 0 and now < facts.respond_by
    return RequestPage(
        title=title,
        href=f"/hulpvragen/{facts.id}",
        picture=picture_of(facts.skill_code),
        text=facts.text,
        facts=public_facts(facts, point, today=dates.day_of(now)),
        respond_by=dates.near_moment(facts.respond_by, now=now),
        is_open=is_open,
        may_help=is_open and not is_settled,
        is_known=point is not None,
        own_href=own_href,
        own_words=own_words,
        staff_href=_case_of(session, facts, visitor),
    )


def _case_of(session: Session, facts: RequestFacts, visitor: Actor | None) -> str:
    """The case, for who works on this kind of help."""
    if visitor is None or not visitor.is_staff:
        return ""
    may = permissions.may_work_case(visitor, requests.get_request(session, facts.id))
    return f"/werk/{facts.id}" if may else ""


def _require_public(session: Session, facts: RequestFacts, visitor: Actor | None) -> None:
    """Raises NotFound for what a person is still to read, and where one of the two blocked the other."""
    hidden = blocks.list_hidden_from(session, visitor.person_id if visitor else None)
    is_staff = visitor is not None and visitor.is_staff
    is_aside = moderation.is_set_aside(session, requests.get_request(session, facts.id))
    if facts.requester_id in hidden or (is_aside and not is_staff):
        raise NotFound(f"request {facts.id}")


def read_refused_page(
    session: Session,
    request_id: UUID,
    *,
    hints: tuple[Hint, ...],
    is_taken: bool,
    municipality_id: UUID,
    visitor: Actor,
    now: datetime,
) -> RefusedPage:
    """A refusal, with other requests nearby."""
    facts = browsing.get_facts(session, request_id)
    point = find_own_point(session, visitor, municipality_id) or (facts.latitude, facts.longitude)
    rows = listing.list_open_cards(
        session, municipality_id=municipality_id, now=now, point=point, limit=7, visitor_id=visitor.person_id
    )
    others = [row for row in rows if row.id != request_id and row.requester_id != visitor.person_id][:4]
    return RefusedPage(
        title="Er is net iemand gevonden" if is_taken else "Deze hulpvraag past nu niet bij u",
        lead="Dank u wel! Fijn dat u wilde helpen." if is_taken else "Dank u wel dat u wilt helpen.",
        hints=hints,
        cards=cards_of(others, today=dates.day_of(now)),
    )


def read_volunteers(
    session: Session,
    *,
    municipality_id: UUID,
    now: datetime,
    area: str = "",
    number: int = 1,
    visitor_id: UUID | None = None,
) -> VolunteersPage:
    """The public offers of one work area, or all."""
    work_area = AREA_SLUGS.get(area)
    count = browsing.count_public_offers(
        session, municipality_id=municipality_id, now=now, work_area=work_area, visitor_id=visitor_id
    )
    pages = max(1, -(-count // PER_PAGE))
    number = min(number, pages)
    found = browsing.list_public_offers(
        session,
        municipality_id=municipality_id,
        now=now,
        work_area=work_area,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
        visitor_id=visitor_id,
    )
    search = Search(area=area if work_area else "")
    href = search.href("/vrijwilligers")
    return VolunteersPage(
        cards=tuple(_offer_card(offer, work_area) for offer in found),
        chips=_area_chips(search, "/vrijwilligers"),
        number=number,
        pages=pages,
        page_href=f"{href}{'&' if '?' in href else '?'}pagina=",
    )


def read_volunteer(
    session: Session,
    offer_id: UUID,
    *,
    municipality_id: UUID,
    visitor: Actor | None,
    now: datetime,
    errors: Mapping[str, str] | None = None,
) -> VolunteerPage:
    """One public offer, and which of their own requests the visitor may ask for. Raises NotFound."""
    offer = browsing.get_public_offer(
        session,
        offer_id,
        municipality_id=municipality_id,
        now=now,
        visitor_id=visitor.person_id if visitor else None,
    )
    own = requests.find_open_of(session, visitor.person_id) if visitor is not None else ()
    titles = [(row.id, title_of(browsing.get_facts(session, row.id))) for row in own if row.ended_at is None]
    return VolunteerPage(
        title=f"{offer.first_name} uit {offer.neighbourhood}",
        name=offer.first_name,
        picture=picture_of(offer.skills[0][0]) if offer.skills else "help",
        sentence=offer.sentence,
        facts=(
            ("Helpt met", _kinds([label for _, label, _ in offer.skills])),
            ("Kan meestal", upper_first(_roughly(offer.week))),
        ),
        requests=tuple((str(request_id), title) for request_id, title in titles),
        is_self=visitor is not None and visitor.person_id == offer.person_id,
        ask_href=f"/hulp-vragen?vrijwilliger={offer.id}",
        action=f"/vrijwilligers/{offer.id}/vraag",
        errors=errors or {},
    )


def read_not_asked(
    session: Session, request_id: UUID, sentences: Sequence[str], *, others_asked: bool, now: datetime, name: str
) -> NotAskedPage:
    """Why not; where somebody else may still answer, until when."""
    until = browsing.find_others_asked_until(session, request_id, now=now) if others_asked else None
    more = (f"Dat mag tot {dates.near_moment(until, now=now)}. Daarna kunt u {name} vragen.",) if until else ()
    return NotAskedPage(
        title=f"{name} kunnen wij nu niet vragen",
        sentences=(*sentences, *more),
        request_href=f"/mijn/vragen/{request_id}",
    )


def find_asked_page(
    session: Session, request_id: UUID, offer_id: UUID, *, actor: Actor, now: datetime
) -> AskedPage | None:
    """Until when this volunteer may answer; None where they are not asked, or not by this requester."""
    offer = offers.get_offer(session, offer_id)
    live = matches.find_live_proposal(session, request_id, offer.person_id)
    if live is None or not permissions.is_requester(actor, requests.get_request(session, request_id)):
        return None
    name = meeting.get_first_name(session, offer.person_id)
    return AskedPage(
        title=f"Wij vragen het aan {name}",
        name=name,
        until=dates.near_moment(live.expires_at, now=now),
        request_href=f"/mijn/vragen/{request_id}",
    )


def title_of(facts: RequestFacts) -> str:
    """What is asked, by whom if that is an organisation."""
    where = (facts.destination or {}).get("neighbourhood", "")
    title = f"{facts.skill_label} naar {where}" if where else facts.skill_label
    is_named = facts.asker_kind is AskerKind.ORGANISATION and facts.organisation_name
    return f"{title} – {facts.organisation_name}" if is_named else title


def public_facts(facts: RequestFacts, point: Point | None, *, today: date) -> tuple[Line, ...]:
    """What everybody may know of a request, line by line."""
    lines = [
        ("Waar", facts.neighbourhood),
        ("Hoe ver", distance_words(facts, point) if point else ""),
        ("Naar", _destination(facts)),
        ("Wanneer", when_words(facts.windows, facts.weekly, today=today)),
        ("Hoe lang", dates.duration(facts.minutes)),
        ("Nog nodig", people_words(facts.free_slots) if facts.free_slots > 1 else ""),
        ("Nodig", any_of([_NEEDS.get(need, need) for need in sorted(facts.requires)]).replace(" of ", " en ")),
        ("Taal", any_of([_LANGUAGES.get(code, code) for code in facts.languages])),
        ("Leeftijd", f"vanaf {facts.min_age} jaar" if facts.min_age else ""),
    ]
    return tuple((label, upper_first(text)) for label, text in lines if text)


def distance_words(facts: RequestFacts, point: Point) -> str:
    """How far the help is from somewhere."""
    return dates.distance(haversine_km(*point, facts.latitude, facts.longitude))


def find_own_point(session: Session, visitor: Actor | None, municipality_id: UUID) -> Point | None:
    """Where the visitor's own offer sets out from; None for who does not help."""
    offer = offers.find_live_offer_of(session, visitor.person_id, municipality_id) if visitor is not None else None
    return None if offer is None else (offer.latitude, offer.longitude)


def _own(session: Session, facts: RequestFacts, visitor: Actor | None) -> tuple[str, str, bool]:
    """Where the visitor's own part in it stands, in words, and whether they said yes already."""
    if visitor is None:
        return "", "", False
    if (match := matches.find_standing_match(session, facts.id, visitor.person_id)) is not None:
        return f"/koppelingen/{match.id}", "U helpt hier al. Dank u wel!", True
    live = matches.find_live_proposal(session, facts.id, visitor.person_id)
    if live is None or live.status not in LIVE_PROPOSALS:
        return "", "", False
    waits = live.status is ProposalStatus.WAITING
    is_looked_at = waits and young.is_looked_at(session, live.id)
    if is_looked_at:
        return f"/voorstellen/{live.id}", "Je hebt ja gezegd. Iemand van ons kijkt eerst mee.", True
    words = "U hebt ja gezegd. Wij wachten op de keuze." if waits else "U bent hiervoor gevraagd."
    return f"/voorstellen/{live.id}", words, waits


def _said(count: int, neighbourhood: str | None, is_typed: bool, is_own: bool) -> str:
    how_many = "1 hulpvraag" if count == 1 else f"{count} hulpvragen"
    if neighbourhood:
        how_many += f" in {neighbourhood}"
    if is_typed:
        return f"{how_many}, het dichtst bij uw postcode eerst"
    return f"{how_many}, het dichtst bij u eerst" if is_own else f"{how_many}, de nieuwste eerst"


def _area_chips(search: Search, path: str = "/hulpvragen") -> tuple[Chip, ...]:
    every = [("", "Alles"), *((slug, work_area_name(code)) for slug, code in AREA_SLUGS.items())]
    return tuple((search.href(path, gebied=slug), words, slug == search.area) for slug, words in every)


def _destination(facts: RequestFacts) -> str:
    """Where a ride goes, no finer than a neighbourhood: the name of a clinic says too much."""
    goal = facts.destination or {}
    where = goal.get("neighbourhood", "")
    return f"{where}, en weer terug" if where and goal.get("returns") else where


def _offer_card(offer: PublicOffer, work_area: str | None) -> OfferCard:
    # What was looked for comes first, both in words and as the drawing.
    kinds = sorted(offer.skills, key=lambda kind: kind[2] != work_area)
    labels = [label for _, label, _ in kinds]
    what = f"{_kinds(labels[:3])} en meer" if len(labels) > 4 else _kinds(labels)
    return OfferCard(
        href=f"/vrijwilligers/{offer.id}",
        picture=picture_of(kinds[0][0]) if kinds else "help",
        name=offer.first_name,
        what=what or "Helpt graag",
        neighbourhood=offer.neighbourhood,
        when=upper_first(_roughly(offer.week)),
        sentence=offer.sentence,
    )


def _kinds(labels: Sequence[str]) -> str:
    """Kinds of help in one line; their names hold "en" already."""
    return ", ".join([*labels[:1], *map(lower_first, labels[1:])])


def _roughly(week: Sequence[listing.WeeklyRow]) -> str:
    """When somebody can, without a timetable of their life."""
    days = {row.weekday for row in week}
    if len(days) >= 6:
        return "bijna elke dag"
    if days == set(range(5)):
        return "op werkdagen"
    if days and days <= {5, 6}:
        return "in het weekend"
    return "op " + any_of([DAYS[day] for day in sorted(days)]).replace(" of ", " en ") if days else "in overleg"
