"""How somebody wants to hear from us: by what channel, how often, and when not."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from marketplace import contact_times, notices
from marketplace.errors import InvalidInput
from marketplace.models import ContactBy, ContactWishes, Digest, NoticeChannel, Person
from marketplace.permissions import Actor
from marketplace.queries import people, privacy
from marketplace.telephones import is_mobile


@dataclass(frozen=True)
class Wishes:
    """What somebody ticks; minutes since midnight by the clock on the wall, None where no hours are quiet."""

    contact_by: ContactBy
    digest: Digest = Digest.SINGLE
    quiet_from_minute: int | None = None
    quiet_until_minute: int | None = None


def read_wishes(session: Session, person_id: object) -> Wishes:
    """As it stands for somebody."""
    person = session.get_one(Person, person_id)
    known = session.get(ContactWishes, person_id)
    if known is None:
        return Wishes(person.contact_by)
    return Wishes(person.contact_by, Digest(known.digest), known.quiet_from_minute, known.quiet_until_minute)


def change(session: Session, *, wishes: Wishes, actor: Actor, now: datetime) -> ContactWishes:
    """From now on so; what still waits goes the new way. Raises InvalidInput with every problem at once."""
    person = people.get_person(session, actor.person_id)
    if problems := _problems(person, wishes):
        raise InvalidInput(problems)
    person.contact_by = wishes.contact_by
    if wishes.contact_by is ContactBy.TELEPHONE:
        person.may_be_called = True
    known = session.get(ContactWishes, person.id) or ContactWishes(person_id=person.id)
    known.digest = wishes.digest
    known.quiet_from_minute, known.quiet_until_minute = wishes.quiet_from_minute, wishes.quiet_until_minute
    session.add_all((person, known))
    session.flush()
    _reroute(session, person, known, now)
    return known


def _problems(person: Person, wishes: Wishes) -> dict[str, str]:
    problems = {}
    if wishes.contact_by is ContactBy.EMAIL and not person.email:
        problems["contact_by"] = "contact_no_email"
    if wishes.contact_by is ContactBy.SMS and not (person.telephone and is_mobile(person.telephone)):
        problems["contact_by"] = "contact_no_mobile"
    if wishes.contact_by is ContactBy.TELEPHONE and not person.telephone:
        problems["contact_by"] = "contact_no_telephone"
    if wishes.contact_by is ContactBy.LETTER and not (person.postcode and person.street):
        problems["contact_by"] = "contact_no_address"
    ends = (wishes.quiet_from_minute, wishes.quiet_until_minute)
    if (ends[0] is None) != (ends[1] is None):
        problems["quiet_until" if ends[1] is None else "quiet_from"] = "quiet_both"
    elif ends[0] is not None and ends[0] == ends[1]:
        problems["quiet_until"] = "quiet_same"
    return problems


def _reroute(session: Session, person: Person, wishes: ContactWishes, now: datetime) -> None:
    """What was still to be told: by the new channel, and not in the quiet hours."""
    for message in privacy.list_untold(session, person.id):
        if message.done_by_id is not None or message.kind in notices.AT_ONCE:
            continue
        channel = notices.channel_for(person, message.kind)
        if message.attempts == 0 and message.channel is not channel and channel is not NoticeChannel.LETTER:
            message.channel = channel
        later = contact_times.quiet_until(wishes, message.next_try_at or now)
        if later is not None and message.kind not in notices.URGENT:
            message.next_try_at = later
        session.add(message)
    session.flush()
