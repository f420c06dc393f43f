"""What two people who found each other see of their match. One part, shown on its own page and under a mailed link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.ages import needs_parent
from marketplace.asks import RIDE
from marketplace.errors import NotFound
from marketplace.models import GardenDay, Match, MatchStatus
from marketplace.permissions import Actor
from marketplace.queries import browsing, conversations, garden_days, matches, meeting, meetings, people, requests
from marketplace.queries.browsing import RequestFacts
from marketplace.talk import pairs
from marketplace.two_sides import CONTACT, other_side
from marketplace.visibility import Shown
from web import dates
from web.labels.requests import YOUR_TURN, StatusTag, when_words
from web.labels.rules import lower_first, upper_first, why_them
from web.labels.skills import picture_of
from web.mail_words import DOING
from web.pages.dates import DatesPart, read_dates
from web.pages.garden_days import OWN, when_of
from web.pages.series_case import series_href

Line = tuple[str, str]


@dataclass(frozen=True)
class Contact:
    """What the other shares; a line stays empty where they share nothing of that kind."""

    name: str
    telephone: str
    email: str
    # Where to come, for the volunteer where the help is at home; empty elsewhere.
    address: str


@dataclass(frozen=True)
class MeetingPart:
    """How a match stands for one of the two, and what they can do. Empty addresses are what they cannot do."""

    match_id: UUID
    other: str
    title: str
    lead: str
    picture: str
    status: StatusTag
    facts: tuple[Line, ...]
    steps: tuple[str, ...]
    # Why this volunteer, told to who asked; empty for the volunteer.
    why: str
    contact: Contact | None
    is_done: bool
    is_void: bool
    confirm_href: str = ""
    object_href: str = ""
    cancel_href: str = ""
    finish_href: str = ""
    how_href: str = ""
    worry_href: str = ""
    messages_href: str = ""
    # How many messages of the other were not read yet.
    unread: int = 0
    dates: DatesPart | None = None
    # Somebody under sixteen at somebody's home: never the two alone.
    company: str = ""
    # Every time of help that returns; empty for what is once.
    series_href: str = ""
    # The garden day that it is part of, for who leads it.
    garden_href: str = ""
    # What the volunteer said of the hours, for who was helped to confirm; empty where there is nothing to confirm.
    hours_asked: str = ""


@dataclass(frozen=True)
class MeetingPage:
    """The page of a match."""

    title: str
    meeting: MeetingPart


@dataclass(frozen=True)
class SurePage:
    """Really? One sentence on what happens then, one button that does it and one way back."""

    title: str
    lead: str
    more: str
    action: str
    button: str
    back: str
    back_words: str = "Terug naar de afspraak"


@dataclass(frozen=True)
class _Scene:
    """Everything the sentences are made of."""

    match: Match
    facts: RequestFacts
    volunteer: str
    is_volunteer: bool
    # What this one is shown of the other.
    shown: Shown
    is_open: bool
    now: datetime
    # What was told of who is cared for, for who helps and once the two can reach each other.
    care_note: str = ""
    # A group does this garden, and others, on one day.
    garden_day: GardenDay | None = None

    @property
    def other(self) -> str:
        """What the other is called."""
        return self.asker if self.is_volunteer else self.volunteer

    @property
    def asker(self) -> str:
        """Who asks: a first name, or an organisation."""
        return self.facts.organisation_name or self.facts.requester_name

    @property
    def has_begun(self) -> bool:
        """Whether it may have happened: the first dated time has begun, or it was to be agreed together."""
        return not self.facts.windows or self.facts.windows[0].starts_at <= self.now


_TAGS: Final = {
    MatchStatus.AGREED: StatusTag("Afgesproken", "good"),
    MatchStatus.CONFIRMED: StatusTag("Het gaat door", "good"),
    MatchStatus.DONE: StatusTag("Klaar", "good"),
    MatchStatus.OBJECTED: StatusTag("Gaat niet door", "neutral"),
    MatchStatus.CANCELLED: StatusTag("Afgezegd", "neutral"),
}


_STEPS_OF_SERIES: Final = (
    "Alle keren staan bij elkaar. U hoeft niets meer af te spreken.",
    "Kan het een keer niet? Zeg het bij die ene keer. De andere keren blijven.",
)


def read_meeting_page(session: Session, match_id: UUID, *, actor: Actor, now: datetime) -> MeetingPage:
    """The page of a match. Raises NotFound, also for who is not one of the two."""
    match = matches.get_match(session, match_id)
    part = read_meeting(session, match, actor=actor, now=now)
    return MeetingPage(part.title, part)


def read_meeting(
    session: Session, match: Match, *, actor: Actor, now: datetime, cancel_href: str | None = None
) -> MeetingPart:
    """How a match stands for one of the two.

    With ``cancel_href`` it is shown under a mailed link, which reads and cancels and does nothing else.
    """
    request = requests.get_request(session, match.request_id)
    if not permissions.is_party(actor, match, request):
        raise NotFound(f"match {match.id}")
    scene = _scene(session, match, actor=actor, now=now)
    title, lead, steps = _words(scene)
    if scene.garden_day is not None:
        steps = _steps_of_day(scene, scene.garden_day)
    base, is_linked = f"/koppelingen/{match.id}", cancel_href is not None
    here = base if cancel_href is None else cancel_href.removesuffix("/afzeggen")
    is_running = match.status in (MatchStatus.AGREED, MatchStatus.CONFIRMED)
    is_void = match.status in (MatchStatus.OBJECTED, MatchStatus.CANCELLED)
    may_object = match.status is MatchStatus.AGREED and not scene.is_volunteer and now < match.objection_until
    returns = series_href(session, match.request_id)
    is_dated = not returns and scene.garden_day is None
    may_finish = match.status is MatchStatus.CONFIRMED and scene.has_begun and not is_linked and not returns
    return MeetingPart(
        match_id=match.id,
        other=scene.other,
        title=title,
        lead=lead,
        picture=picture_of(scene.facts.skill_code) if is_running else "thanks",
        status=YOUR_TURN if may_object else _TAGS[match.status],
        facts=_facts(scene),
        steps=_STEPS_OF_SERIES if returns and scene.is_open else steps,
        why=_why(session, scene) if is_running and not scene.is_volunteer else "",
        contact=_contact(scene),
        is_done=match.status is MatchStatus.DONE,
        is_void=is_void,
        confirm_href=f"{base}/prima" if may_object else "",
        object_href=f"{base}/liever-niet" if may_object else "",
        cancel_href=(cancel_href or f"{base}/afzeggen") if is_running and not may_object else "",
        finish_href=f"{base}/klaar" if may_finish else "",
        how_href=f"{here}/hoe-was-het" if match.status is MatchStatus.DONE else "",
        worry_href=f"/mijn/zorgen?over={match.id}" if scene.is_volunteer and not is_void and not is_linked else "",
        company=_company(session, scene) if is_running else "",
        hours_asked="" if is_linked else _hours_asked(session, scene),
        dates=read_dates(session, match, actor=actor, base=here, other=scene.other, now=now) if is_dated else None,
        series_href=returns,
        garden_href=f"{OWN}/{scene.garden_day.id}" if scene.garden_day and scene.is_volunteer and not is_linked else "",
        messages_href=f"{base}/berichten" if pairs.is_open(session, pairs.get_pair(session, match.id), now=now) else "",
        unread=len(conversations.list_unread(session, match.id, actor.person_id, is_volunteer=scene.is_volunteer)),
    )


def _hours_asked(session: Session, scene: _Scene) -> str:
    hours = None if scene.is_volunteer else meetings.find_hours(session, scene.match.id)
    if hours is None or hours.confirmed_at is not None or scene.match.status is not MatchStatus.DONE:
        return ""
    return f"{scene.volunteer} schrijft: {dates.duration(hours.minutes)} geholpen. Klopt dat?"


def _company(session: Session, scene: _Scene) -> str:
    if not scene.facts.is_at_home:
        return ""
    born_on = people.get_person(session, scene.match.person_id).born_on
    if not needs_parent(born_on, scene.now):
        return ""
    if scene.is_volunteer:
        return (
            "Je bent er nooit alleen: er is steeds nog iemand bij. Is dat niet zo? Ga dan niet naar binnen, en bel ons."
        )
    return f"{scene.volunteer} is nog geen zestien. Zorg dat er steeds nog iemand bij is."


def read_cancel_page(
    session: Session, match: Match, *, actor: Actor, now: datetime, action: str, back: str
) -> SurePage:
    """Really cancel?"""
    scene = _scene(session, match, actor=actor, now=now)
    more = f"Wij laten het {scene.other} meteen weten."
    looks = " Wij zoeken dan iemand anders." if scene.is_volunteer else " Wij zoeken dan iemand anders voor u."
    return SurePage(
        title="Wilt u de afspraak afzeggen?",
        lead=more + looks,
        more="Afzeggen mag altijd. U hoeft niet te zeggen waarom.",
        action=action,
        button="Afspraak afzeggen",
        back=back,
    )


def read_object_page(session: Session, match: Match, *, actor: Actor, now: datetime) -> SurePage:
    """Really rather not?"""
    scene = _scene(session, match, actor=actor, now=now)
    base = f"/koppelingen/{match.id}"
    return SurePage(
        title=f"Wilt u liever niet dat {scene.other} komt?",
        lead="Wij zoeken dan iemand anders voor u.",
        more=f"Wij bedanken {scene.other}. U hoeft niet te zeggen waarom. U ziet elkaar dan niet meer terug bij ons.",
        action=f"{base}/liever-niet",
        button="Liever niet",
        back=base,
        back_words="Terug",
    )


def _scene(session: Session, match: Match, *, actor: Actor, now: datetime) -> _Scene:
    request = requests.get_request(session, match.request_id)
    is_volunteer = actor.person_id == match.person_id
    is_open = permissions.is_contact_open(match, now=now, policy=CONTACT)
    return _Scene(
        match=match,
        facts=browsing.get_facts(session, match.request_id),
        volunteer=meeting.get_first_name(session, match.person_id),
        is_volunteer=is_volunteer,
        shown=other_side(session, match, request, actor=actor, now=now),
        is_open=is_open,
        now=now,
        care_note=request.care_note if is_volunteer and is_open else "",
        garden_day=garden_days.find_days_of_matches(session, [match.id]).get(match.id),
    )


def _contact(scene: _Scene) -> Contact | None:
    """The other's details, only while the two may see them."""
    if not scene.is_open:
        return None
    shown = scene.shown
    address = f"{shown.help_address}, {scene.facts.neighbourhood}" if shown.help_address else ""
    return Contact(name=shown.first_name, telephone=shown.telephone, email=shown.email, address=address)


def _why(session: Session, scene: _Scene) -> str:
    proposal = matches.get_proposal(session, scene.match.proposal_id)
    return why_them(
        proposal.reasons,
        name=scene.other,
        what=scene.facts.skill_label,
        is_ride=scene.facts.skill_code == RIDE,
        distance_km=proposal.distance_km,
        organisation=scene.facts.organisation,
    )


def _facts(scene: _Scene) -> tuple[Line, ...]:
    facts = scene.facts
    # Where exactly a ride goes, the driver hears when the details open: a clinic's name says too much before.
    goal = facts.destination or {}
    where_to = goal.get("name") if not scene.is_volunteer else scene.shown.destination or goal.get("neighbourhood")
    lines = [
        ("Wat", facts.skill_label),
        ("Waar", facts.neighbourhood),
        ("Naar", where_to or ""),
        ("Wanneer", _when(scene)),
        ("Hoe lang", dates.duration(facts.minutes)),
        ("De vraag", facts.text),
        ("Goed om te weten", scene.care_note),
    ]
    return tuple((label, upper_first(text)) for label, text in lines if text)


def _when(scene: _Scene) -> str:
    if scene.garden_day is not None:
        return when_of(scene.garden_day, scene.now)
    return when_words(scene.facts.windows, scene.facts.weekly, today=dates.day_of(scene.now))


def _steps_of_day(scene: _Scene, day: GardenDay) -> tuple[str, ...]:
    """On a garden day the group comes, and there is nothing left to agree on."""
    if scene.is_volunteer:
        return (
            f"Deze tuin hoort bij de tuindag van {day.group_name}.",
            "Kan deze tuin toch niet? Zeg dan hieronder af.",
        )
    return (
        f"{day.group_name} komt {when_of(day, scene.now)}. U hoeft niets meer af te spreken.",
        "Past het toch niet? Zeg dan hieronder af.",
    )


def _words(scene: _Scene) -> tuple[str, str, tuple[str, ...]]:
    """Title, lead and what happens next, for each side of each state."""
    return _for_volunteer(scene) if scene.is_volunteer else _for_requester(scene)


def _doing(facts: RequestFacts) -> str:
    """What is done, as one says it: "een heg knippen"."""
    return DOING.get(facts.skill_code, lower_first(facts.skill_label))


def _for_volunteer(scene: _Scene) -> tuple[str, str, tuple[str, ...]]:
    name, what = scene.other, _doing(scene.facts)
    where = scene.facts.neighbourhood
    match scene.match.status:
        case MatchStatus.DONE:
            return "Dank u wel voor uw hulp", f"U deed dit voor {name}: {what}. Daar wordt de buurt mooier van.", ()
        case MatchStatus.OBJECTED:
            return (
                "Het gaat toch niet door",
                f"{name} vraagt liever iemand anders. Toch bedankt dat u wilde helpen.",
                (),
            )
        case MatchStatus.CANCELLED:
            return "De afspraak is afgezegd", f"U hoeft niet meer naar {name}. Dank u wel dat u wilde helpen.", ()
    if scene.is_open:
        steps = ("Bel of mail om samen af te spreken.", "Kunt u toch niet? Zeg dan hieronder af.")
        return f"U gaat {name} helpen", f"U doet dit voor {name} uit {where}: {what}.", steps
    until = dates.near_moment(scene.match.objection_until, now=scene.now)
    return (
        "Dank u wel! U gaat helpen",
        f"U doet dit voor {name} uit {where}: {what}.",
        (
            f"{name} weet dat u komt helpen.",
            f"Uiterlijk {until} ziet u hier hoe u {name} bereikt.",
            "Daarna spreekt u samen af. Kunt u toch niet? Zeg dan hieronder af.",
        ),
    )


def _for_requester(scene: _Scene) -> tuple[str, str, tuple[str, ...]]:
    name, what = scene.other, _doing(scene.facts)
    match scene.match.status:
        case MatchStatus.DONE:
            return "Fijn dat het gelukt is", f"{name} deed dit voor u: {what}. Wij hebben {name} bedankt.", ()
        case MatchStatus.OBJECTED:
            return f"{name} komt niet", f"Wij hebben {name} bedankt. Wij zoeken iemand anders voor u.", ()
        case MatchStatus.CANCELLED:
            return "De afspraak is afgezegd", f"{name} komt niet. Wij zoeken verder voor u, als dat nog nodig is.", ()
    if scene.is_open:
        steps = ("Bel of mail om samen af te spreken.", "Gaat het niet door? Zeg dan hieronder af.")
        return f"{name} komt u helpen", f"{name} komt dit voor u doen: {what}.", steps
    until = dates.near_moment(scene.match.objection_until, now=scene.now)
    return (
        f"{name} wil u helpen",
        f"{name} wil dit graag voor u doen: {what}.",
        (
            f"Vindt u het goed? Druk op Prima. Dan ziet u meteen hoe u {name} bereikt.",
            f"Liever niet? Dat kan tot {until}.",
            f"Doet u niets? Dan gaat het vanzelf door, {until}.",
        ),
    )
