"""A draft becomes what it was made for: a request, an offer or a ride. Called where somebody has shown who they are."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

from sqlmodel import Session

from marketplace import drafts, intake, offering, posting, responses, signing
from marketplace.asks import NewRequest
from marketplace.buddies.asking import AskedFor
from marketplace.buddies.asking import ask as ask_for_buddy
from marketplace.buddies.asking import check as check_trajectory
from marketplace.clubs.founding import key_of
from marketplace.errors import DoesNotFit, InvalidInput, NoRoom, NotFound, SlotTaken
from marketplace.geocoding import EmbeddedGeocoder, Place
from marketplace.models import ActivityLinkKind, AskerKind, Draft, DraftKind, HelpRequest, Municipality
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.posting import Representative
from marketplace.queries import catalogue, organisations, people, social_map
from marketplace.queries.signing import find_draft
from marketplace.rides import asking
from marketplace.timetables import list_sittings
from marketplace.together import along, tasks
from marketplace.young import parents
from web.forms.asking import read_for_another, read_request
from web.forms.buddies import read_asked, read_other
from web.forms.offering import read_offer
from web.forms.reading import read_place
from web.forms.riding import describe_other, read_ride
from web.forms.young import kept_born_on

WELCOME: Final = "/helpen/welkom"
# A repeating ride has become several rides at once: the list shows them all.
RIDE_ASKED: Final = "/mijn/ritten?nieuw=ja"
# Where somebody looks again at what they typed, when it cannot be taken after all.
FORMS: Final = {
    DraftKind.REQUEST: "/hulp-vragen/klopt-dit",
    DraftKind.OFFER: "/helpen",
    DraftKind.RIDE: "/rit/klopt-dit",
    DraftKind.BUDDY: "/maatje",
    DraftKind.TASK: "/nu",
}


def publish(session: Session, draft_id: UUID, *, actor: Actor, now: datetime) -> str:
    """Make what a draft holds, as the actor, and say where to go. Called twice it answers the same.

    Raises NotFound where the draft is gone, and InvalidInput where what was typed cannot be taken (any more).
    """
    draft = drafts.take(session, draft_id, now=now)
    if draft.became_id is not None:
        return page_of(draft.kind, draft.became_id)
    municipality = catalogue.get_municipality(session, draft.municipality_id)
    if draft.kind is DraftKind.OFFER:
        return _publish_offer(session, draft, municipality, actor=actor, now=now)
    if draft.kind is DraftKind.RIDE:
        return _publish_ride(session, draft, municipality, actor=actor, now=now)
    if draft.kind is DraftKind.BUDDY:
        return _publish_buddy(session, draft, municipality, actor=actor, now=now)
    if draft.kind is DraftKind.TASK:
        return _publish_task(session, draft, municipality, actor=actor, now=now)
    if "activity_id" in draft.answers:
        return _publish_along(session, draft, municipality, actor=actor, now=now)
    return _publish_request(session, draft, municipality, actor=actor, now=now)


def place(session: Session, draft: Draft, *, visitor: Actor | None, now: datetime, waits_at: str) -> str:
    """The same for whoever is at the keys: somebody we do not know yet gets a mail first, and goes to ``waits_at``."""
    if visitor is not None:
        return publish(session, draft.id, actor=visitor, now=now)
    signing.ask_link(
        session, email=str(draft.answers["email"]), municipality_id=draft.municipality_id, now=now, draft_id=draft.id
    )
    return waits_at


def placed_before(session: Session, draft_id: UUID | None, *, visitor: Actor | None) -> str | None:
    """Pressed twice, or in an old tab: where to see what a draft has become; None where it became nothing."""
    draft = find_draft(session, draft_id) if draft_id else None
    if draft is None or draft.became_id is None or visitor is None:
        return None
    return page_of(draft.kind, draft.became_id)


def page_of(kind: DraftKind, became_id: UUID) -> str:
    """Where somebody sees what their draft has become."""
    if kind is DraftKind.RIDE:
        return RIDE_ASKED
    if kind is DraftKind.BUDDY:
        return f"/mijn/maatje/{became_id}"
    if kind is DraftKind.TASK:
        return f"/nu/{became_id}/hoe-het-staat"
    return f"/mijn/vragen/{became_id}/geplaatst" if kind is DraftKind.REQUEST else WELCOME


def with_return(path: str, back: str | None) -> str:
    """Somebody who joined to help with one request in particular goes on to that request."""
    return f"{path}?terug={quote(back, safe='/')}" if path == WELCOME and back else path


def post_along(
    session: Session, activity_id: UUID, starts_at: datetime, *, municipality: Municipality, actor: Actor, now: datetime
) -> HelpRequest:
    """Ask for somebody who comes along to an activity the first time. Raises NotFound, InvalidInput."""
    facts = social_map.get_activity(session, activity_id, municipality.id)
    day = starts_at.astimezone(AMSTERDAM).date()
    sittings = [one for one in list_sittings(facts.times, day, day) if one.starts_at == starts_at]
    if not sittings:
        raise InvalidInput({"activity": "when_past"})
    asked = along.asked_for(facts, sittings[0], geocoder=EmbeddedGeocoder(), now=now)
    request = posting.post_request(
        session, asked, municipality=municipality, requester_id=actor.person_id, actor=actor, now=now
    )
    along.note(
        session, request, ActivityLinkKind.ALONG, activity_id=activity_id, starts_at=starts_at, actor=actor, now=now
    )
    return request


def _publish_along(session: Session, draft: Draft, municipality: Municipality, *, actor: Actor, now: datetime) -> str:
    activity_id, starts_at = UUID(draft.answers["activity_id"]), datetime.fromisoformat(draft.answers["starts_at"])
    request = post_along(session, activity_id, starts_at, municipality=municipality, actor=actor, now=now)
    drafts.close(session, draft, request.id)
    return page_of(DraftKind.REQUEST, request.id)


def _publish_task(session: Session, draft: Draft, municipality: Municipality, *, actor: Actor, now: datetime) -> str:
    request_id = UUID(draft.answers["request_id"])
    place = read_place(str(draft.answers["postcode"]), EmbeddedGeocoder())
    take_task(session, request_id, place, actor=actor, now=now)
    drafts.close(session, draft, request_id)
    return page_of(DraftKind.TASK, request_id)


def take_task(
    session: Session, request_id: UUID, place: Place, *, actor: Actor, now: datetime, says_sixteen: bool = True
) -> bool:
    """Somebody does one thing; whether it is theirs. What was taken meanwhile, or does not fit, is told kindly.

    Raises InvalidInput for a child.
    """
    try:
        with session.begin_nested():
            tasks.join(session, request_id, place, person_id=actor.person_id, now=now, says_sixteen=says_sixteen)
            responses.apply(session, request_id=request_id, actor=actor, now=now)
    except (DoesNotFit, SlotTaken, NoRoom):
        return False
    return True


def _publish_request(session: Session, draft: Draft, municipality: Municipality, *, actor: Actor, now: datetime) -> str:
    asked = in_name_of(session, read_request(draft.answers, municipality=municipality.name), actor)
    other = read_for_another(draft.answers)
    helped = intake.register_represented(session, other.described(asked), actor=actor, now=now) if other else None
    request = posting.post_request(
        session,
        asked,
        municipality=municipality,
        requester_id=helped.id if helped else actor.person_id,
        actor=actor,
        now=now,
        representative=Representative(actor.person_id, other.relation) if other else None,
    )
    drafts.close(session, draft, request.id)
    path = page_of(DraftKind.REQUEST, request.id)
    if asked.preferred_offer_id is None:
        return path
    is_asked = _ask_first(session, request.id, asked.preferred_offer_id, actor=actor, now=now)
    return path if is_asked else f"{path}?anders=ja"


def in_name_of(session: Session, asked: NewRequest, actor: Actor) -> NewRequest:
    """Who asks in the name of an organisation for which they act, asks for that organisation."""
    if asked.asker_kind is not AskerKind.ORGANISATION:
        return asked
    named = key_of(asked.organisation_name)
    for organisation, _ in organisations.list_of_person(session, actor.person_id):
        if organisation.name_key == named and organisation.id in organisations.list_edited_by(session, actor.person_id):
            return replace(asked, organisation_id=organisation.id, organisation_name=organisation.name)
    return asked


def _publish_ride(session: Session, draft: Draft, municipality: Municipality, *, actor: Actor, now: datetime) -> str:
    asked = read_ride(draft.answers)
    other = read_for_another(draft.answers)
    helped, representative = None, None
    if other is not None:
        described = describe_other(other.name, other.telephone, asked.origin)
        helped = intake.register_represented(session, described, actor=actor, now=now)
        representative = (actor.person_id, other.relation)
    post = asking.post_standing if asked.weekdays else asking.post_ride
    made = post(
        session,
        asked,
        municipality=municipality,
        passenger_id=helped.id if helped else actor.person_id,
        actor=actor,
        now=now,
        representative=representative,
    )
    drafts.close(session, draft, made.id)
    return page_of(DraftKind.RIDE, made.id)


def _publish_buddy(session: Session, draft: Draft, municipality: Municipality, *, actor: Actor, now: datetime) -> str:
    asked, other = read_asked(draft.answers), read_other(draft.answers)
    helped, asked_for = None, None
    if other is not None:
        asked_for = AskedFor(actor.person_id, other.relation, other.is_agreed)
        check_trajectory(asked, municipality=municipality.name, other=asked_for)
        described = replace(other.described, postcode=asked.place.postcode)
        helped = intake.register_represented(session, described, actor=actor, now=now)
    made = ask_for_buddy(
        session,
        asked,
        municipality=municipality,
        resident_id=helped.id if helped else actor.person_id,
        actor=actor,
        now=now,
        other=asked_for,
    )
    drafts.close(session, draft, made.id)
    return page_of(DraftKind.BUDDY, made.id)


def _ask_first(session: Session, request_id: UUID, offer_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Ask the volunteer whom the requester chose, before the first round asks anybody; whether that could be."""
    try:
        with session.begin_nested():
            responses.ask_volunteer(session, request_id=request_id, offer_id=offer_id, actor=actor, now=now)
    except (DoesNotFit, NotFound, SlotTaken):
        return False
    return True


def _publish_offer(session: Session, draft: Draft, municipality: Municipality, *, actor: Actor, now: datetime) -> str:
    if (born_on := kept_born_on(draft.answers)) is not None:
        person = people.get_person(session, actor.person_id)
        parents.join(session, draft_id=draft.id, person=person, born_on=born_on, now=now)
    offer = offering.save_offer(session, read_offer(draft.answers), municipality=municipality, actor=actor, now=now)
    drafts.close(session, draft, offer.id)
    return page_of(DraftKind.OFFER, offer.id)
