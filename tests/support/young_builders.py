"""Children, their parents, and what between them is needed before anybody may be asked."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import drafts, offering
from marketplace.asks import NewOffer
from marketplace.models import DraftKind, Offer, ParentalConsent, Person
from marketplace.permissions import Actor
from marketplace.young import parents
from marketplace.young.parents import Child, Parent
from tests.support.builders import ALL_WEEK, place, the_municipality
from tests.support.clock import NOW

# Fourteen on 3 March 2026.
FOURTEEN: Final = date(2011, 9, 12)
MOTHER: Final = Parent("Marja", "marja@voorbeeld.nl")


def a_child(born_on: date = FOURTEEN, **fields: Any) -> Child:
    """Sam, who is fourteen and wants to help."""
    usual: dict[str, Any] = {"name": "Sam", "email": "sam@voorbeeld.nl", "telephone": "06 20000001"}
    return Child(**{**usual, "born_on": born_on, **fields})


def an_asking(
    session: Session, child: Child | None = None, parent: Parent = MOTHER, *, now: datetime = NOW
) -> ParentalConsent:
    """The child filled in the form; the parent was asked."""
    child = child or a_child()
    where = the_municipality(session).id
    answers = {"first_name": child.name, "email": child.email, "telephone": child.telephone}
    draft, _ = drafts.begin(session, DraftKind.OFFER, municipality_id=where, now=now, answers=answers)
    return parents.ask(session, child, parent, municipality_id=where, draft_id=draft.id, now=now)


def joined(session: Session, consent: ParentalConsent, *, now: datetime = NOW, **offered: Any) -> Offer:
    """The child opened the mail after the yes: here they are, with what they offer."""
    assert consent.draft_id is not None
    assert consent.child_born_on is not None
    child = Person(first_name=consent.child_name, email=consent.child_email, telephone="06 20000001", created_at=now)
    session.add(child)
    session.flush()
    parents.join(session, draft_id=consent.draft_id, person=child, born_on=consent.child_born_on, now=now)
    return offered_by(session, child, now=now, **offered)


def offered_by(session: Session, child: Person, *, now: datetime = NOW, **more: Any) -> Offer:
    """What somebody offers: to walk a dog and cut a hedge, all week."""
    fields: dict[str, Any] = {
        "skill_codes": frozenset({"home.pets", "garden.hedge"}),
        "place": place(),
        "availability": ALL_WEEK,
        "sentence": "Ik ben gek op honden.",
    }
    return offering.save_offer(
        session,
        NewOffer(**{**fields, **more}),
        municipality=the_municipality(session),
        actor=Actor(child.id, child.first_name),
        now=now,
    )


def a_young_volunteer(
    session: Session,
    *,
    now: datetime = NOW - timedelta(days=10),
    child: Child | None = None,
    parent: Parent = MOTHER,
    **offered: Any,
) -> tuple[Offer, UUID]:
    """A child who helps with a parent's consent: the offer, and the consent's id."""
    consent = an_asking(session, child, parent, now=now)
    parents.give(session, consent_id=consent.id, now=now)
    return joined(session, consent, now=now, **offered), consent.id
