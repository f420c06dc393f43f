"""Nothing leaks: a canary in every field, every kind of visitor, every state of a match, every channel.

What may be seen is asked of `marketplace.visibility`, whose table has tests of its own; how the two stand to each
other in each state is written here a second time.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from sqlmodel import Session

from app import build
from marketplace import history, matches, privacy
from marketplace.links import AnswerLinks
from marketplace.models import ActingAs, Concern, ConcernKind, EventKind, Offer, OutboxMessage, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.visibility import Field, Situation, may_see
from tests.support import proof, rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    another_municipality,
)
from tests.support.clock import NOW

DAY = timedelta(days=1)
# How the two of it stand to each other.
STATES = {
    "open": Situation.SIGNED_IN,
    "asked": Situation.OFFERED,
    "agreed": Situation.OFFERED,
    "confirmed": Situation.CONFIRMED,
    "done": Situation.CONFIRMED,
    "over": Situation.OVER,
    "cancelled": Situation.OVER,
    "objected": Situation.OVER,
}
SHARES = list(product((True, False), repeat=4))


@dataclass(frozen=True)
class Subject:
    """Somebody, with a word in each field that stands nowhere else, and what they share."""

    person_id: UUID
    canaries: dict[Field, str]
    shares: dict[Field, bool]

    def may_be_seen(self, field: Field, situation: Situation, *, by_mail: bool = False) -> bool:
        is_shared = self.shares.get(field, False)
        return may_see(
            field, situation, is_ticked=is_shared, is_at_home=is_shared, is_published=is_shared, by_mail=by_mail
        )


@dataclass(frozen=True)
class Scene:
    """One asker and one helper, and how far they came."""

    state: str
    request_id: UUID
    offer_id: UUID
    match_id: UUID | None
    proposal_id: UUID | None
    concern_id: UUID
    asker: Subject
    helper: Subject


def word(field: Field, who: str, number: int) -> str:
    if field is Field.TELEPHONE:
        return f"06 {'73' if who == 'asker' else '74'}{number:06d}"
    return f"kanarie{field.value.replace('_', '')}{who}{number:04d}"


def a_scene(session: Session, state: str, number: int, shares: tuple[bool, ...], handler: Actor) -> Scene:
    tel, mail, home, public = shares
    words = {who: {field: word(field, who, number) for field in Field} for who in ("asker", "helper")}
    people = {
        who: a_person(
            session, of[Field.FIRST_NAME], last_name=of[Field.LAST_NAME], telephone=of[Field.TELEPHONE],
            email=f"{of[Field.EMAIL]}@voorbeeld.nl", street=of[Field.LETTER_ADDRESS], house_number="1",
            share_telephone=tel, share_email=mail,
        )
        for who, of in words.items()
    }  # fmt: skip
    begun = {"done": NOW - 5 * DAY, "over": NOW - 40 * DAY}.get(state, NOW)
    request = a_request(
        session, requester=people["asker"], text=words["asker"][Field.REQUEST_TEXT], now=begun, is_at_home=home,
        street=words["asker"][Field.HELP_ADDRESS], house_number="7",
    )  # fmt: skip
    request.destination = {"name": words["asker"][Field.DESTINATION], "neighbourhood": "Breda", "returns": True}
    session.add(request)
    history.about_request(
        session, EventKind.CASE_NOTED, request, at=begun, acting_as=ActingAs.STAFF,
        text=words["asker"][Field.CASE_NOTE],
    )  # fmt: skip
    offer = a_volunteer(
        session, person=people["helper"], sentence=words["helper"][Field.OFFER_SENTENCE], is_public=public
    )
    match_id, proposal_id = _go_on(session, state, request, offer, begun)
    shared = {Field.TELEPHONE: tel, Field.EMAIL: mail, Field.HELP_ADDRESS: home, Field.OFFER_SENTENCE: public}
    subjects = {who: Subject(people[who].id, words[who], shared) for who in words}
    concern = Concern(
        municipality_id=request.municipality_id, raised_by_id=people["helper"].id, about_id=people["asker"].id,
        kind=ConcernKind.HEALTH, text=words["asker"][Field.CONCERN], raised_at=begun, told_at=begun,
        owner_id=handler.person_id, next_moment_at=NOW,
    )  # fmt: skip
    session.add(concern)
    session.flush()
    return Scene(state, request.id, offer.id, match_id, proposal_id, concern.id, subjects["asker"], subjects["helper"])


def _go_on(session, state, request, offer: Offer, begun):
    if state == "open":
        return None, None
    if state == "asked":
        return None, a_proposal(session, request, offer).id
    match = a_match(session, request, offer, now=begun)
    asker = Actor(request.requester_id)
    if state in ("confirmed", "done", "over"):
        matches.confirm(session, match_id=match.id, actor=asker, now=begun)
    if state in ("done", "over"):
        ended = NOW - (DAY if state == "done" else 15 * DAY)
        matches.finish(session, match_id=match.id, actor=asker, now=ended)
    if state == "cancelled":
        matches.cancel(session, match_id=match.id, actor=asker, now=NOW)
    if state == "objected":
        matches.object_to(session, match_id=match.id, actor=asker, now=NOW)
    return match.id, match.proposal_id


def paths(scene: Scene, links: AnswerLinks, viewer: str) -> list[str]:
    """Every page, calendar and print that has to do with them, whether or not this visitor may come there."""
    found = [
        "/", "/hulpvragen", f"/hulpvragen/{scene.request_id}", "/vrijwilligers", f"/vrijwilligers/{scene.offer_id}",
        "/mijn", f"/mijn/vragen/{scene.request_id}", "/werk", "/werk?lijst=open", f"/werk/{scene.request_id}",
        f"/werk/{scene.request_id}/koppelen/{scene.offer_id}", "/werk/post", "/cijfers",
        "/werk/signalen", f"/werk/signalen/{scene.concern_id}", "/mijn/zorgen",
    ]  # fmt: skip
    if scene.match_id:
        base = f"/koppelingen/{scene.match_id}"
        found += [base, f"{base}/afzeggen", f"{base}/liever-niet", f"{base}/afspraak.ics", f"{base}/datum"]
    if scene.proposal_id:
        found.append(f"/voorstellen/{scene.proposal_id}")
        if viewer == "helper":
            token = links.path(scene.proposal_id)
            found += [token, f"{token}/afzeggen", f"{token}/afspraak.ics", f"{token}/datum"]
    return found


def situations(scene: Scene) -> Iterator[tuple[str, UUID | None, dict[str, Situation]]]:
    """Who looks, and how they stand to each of the two; one's own fields are no secret to oneself."""
    both = STATES[scene.state]
    yield "nobody", None, {"asker": Situation.PUBLIC, "helper": Situation.PUBLIC}
    yield "asker", scene.asker.person_id, {"helper": both}
    yield "helper", scene.helper.person_id, {"asker": both}


@pytest.mark.database("sqlite")
def test_no_field_is_seen_by_who_may_not_see_it(page, sessions, sign_in, settings, engine, clock):
    """Pages, calendars, prints, exports and mails of every scene, looked at by everybody."""
    variants = proof.count(reduced=1, full=len(SHARES))
    cast = product(STATES, range(variants))
    links, mails = AnswerLinks(settings.secret_key, ""), build(settings, clock=clock, engine=engine).mails
    with sessions.begin() as session:
        handler = a_coordinator(session, "Hanneke", kind=StaffRoleKind.CONCERN_HANDLER)
        # With few variants, each state still has another one.
        scenes = [
            a_scene(session, state, number, SHARES[(number if variants == 1 else variant) % len(SHARES)], handler)
            for number, (state, variant) in enumerate(cast)
        ]
        staff = {
            "stranger": (a_volunteer(session, "Sjaak").person_id, Situation.SIGNED_IN),
            "elsewhere": (
                a_coordinator(session, municipality=another_municipality(session)).person_id, Situation.SIGNED_IN,
            ),
            "reader": (a_coordinator(session, kind=StaffRoleKind.READER).person_id, Situation.SIGNED_IN),
            "planner": (a_coordinator(session, kind=StaffRoleKind.RIDE_PLANNER).person_id, Situation.SIGNED_IN),
            "handler": (handler.person_id, Situation.CONCERN_HANDLER),
            "coordinator": (a_coordinator(session).person_id, Situation.COORDINATOR),
        }  # fmt: skip
    checks, leaks = 0, []
    for scene in scenes:
        viewers = list(situations(scene))
        viewers += [(name, who, {"asker": how, "helper": how}) for name, (who, how) in staff.items()]
        for viewer, person_id, stands in viewers:
            visitor = page.another()
            if person_id is not None:
                sign_in(visitor, person_id)
            for path in paths(scene, links, viewer):
                text = visitor.send("GET", path).text
                for who, field in product(stands, Field):
                    subject = getattr(scene, who)
                    checks += 1
                    if subject.canaries[field] in text and not subject.may_be_seen(field, stands[who]):
                        leaks.append((scene.state, viewer, path, who, field.value))
        more, found = check_papers(sessions, scene)
        checks, leaks = checks + more, leaks + found
    more, found = check_mails(sessions, scenes, mails)
    checks, leaks = checks + more, leaks + found
    proof.record("canaries", {"scenes": len(scenes), "checks": checks, "leaks": len(leaks)})
    assert leaks == []
    assert checks >= 3000


def check_papers(sessions, scene: Scene) -> tuple[int, list]:
    """What each takes along holds of the other a first name, and whatever is their own."""
    checks, leaks = 0, []
    for own, other in ((scene.asker, scene.helper), (scene.helper, scene.asker)):
        with sessions.read() as session:
            told = json.dumps(privacy.export_person(session, actor=Actor(own.person_id), now=NOW))
        for field in set(Field) - {Field.FIRST_NAME}:
            checks += 1
            if other.canaries[field] in told:
                leaks.append((scene.state, "export", field.value))
        assert own.canaries[Field.LAST_NAME] in told
    return checks, leaks


def check_mails(sessions, scenes: list[Scene], mails) -> tuple[int, list]:
    """Whoever a mail goes to, it may be read by somebody else."""
    checks, leaks, written = 0, [], 0
    with sessions.read() as session:
        for message in session.exec(rows.all_of(OutboxMessage)).all():
            mail = mails.word(session, message)
            if mail is None:
                continue
            written += 1
            said = mail.subject + mail.text + mail.html
            about = [s for s in scenes if message.subject.get("request") == str(s.request_id)]
            for scene, who, field in product(about, ("asker", "helper"), Field):
                subject = getattr(scene, who)
                checks += 1
                is_open = subject.may_be_seen(field, Situation.OFFERED, by_mail=True)
                if subject.canaries[field] in said and not is_open:
                    leaks.append((scene.state, message.kind.value, who, field.value))
    assert written >= len(scenes), "there are mails to look into"
    return checks, leaks


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("shares", SHARES[:: proof.count(reduced=5, full=1)], ids=str)
def test_what_may_be_seen_is_there(page, sessions, sign_in, shares):
    """So that finding nothing is no accident: the two see what the other shares, and staff see whom to call."""
    with sessions.begin() as session:
        handler = a_coordinator(session, "Hanneke", kind=StaffRoleKind.CONCERN_HANDLER)
        scene = a_scene(session, "confirmed", 1, shares, handler)
        carla = a_coordinator(session).person_id
    tel, mail, home, _ = shares
    helper, staff = page.another(), page.another()
    sign_in(helper, scene.helper.person_id)
    sign_in(staff, carla)
    shown = helper.send("GET", f"/koppelingen/{scene.match_id}").text
    for field, is_shared in ((Field.TELEPHONE, tel), (Field.EMAIL, mail), (Field.HELP_ADDRESS, home)):
        assert (scene.asker.canaries[field] in shown) is is_shared
    case = staff.send("GET", f"/werk/{scene.request_id}").text
    for field in (Field.LAST_NAME, Field.TELEPHONE, Field.EMAIL, Field.HELP_ADDRESS, Field.CASE_NOTE):
        assert scene.asker.canaries[field] in case
    group = page.another()
    sign_in(group, handler.person_id)
    concern = group.send("GET", f"/werk/signalen/{scene.concern_id}").text
    for field in (Field.LAST_NAME, Field.TELEPHONE, Field.EMAIL, Field.CONCERN):
        assert scene.asker.canaries[field] in concern
