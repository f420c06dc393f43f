"""Who likes text messages gets them: written to a folder, once each, with what matters and the link."""

import json
from pathlib import Path

import pytest

from app import build as build_house
from marketplace.delivery.sms import LONGEST, Sms
from marketplace.models import ContactBy, NoticeChannel, NoticeKind
from marketplace.notices import channel_for
from marketplace.telephones import is_mobile
from tests.support import builders, rows
from tests.support import ride_builders as build

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("06 12345678", True),
        ("06-1234 5678", True),
        ("+31612345678", True),
        ("0031612345678", True),
        ("0162 123456", False),
        ("06 1234567", False),
        ("", False),
    ],
)
def test_only_a_mobile_number_can_be_sent_a_text_message(number, is_one):
    assert is_mobile(number) is is_one


@pytest.mark.parametrize(
    ("telephone", "channel"),
    [("06 12345678", NoticeChannel.SMS), ("0162 123456", NoticeChannel.TELEPHONE)],
    ids=["mobile", "at-home"],
)
def test_who_likes_text_messages_gets_them_where_that_is_possible(sessions, telephone, channel):
    with sessions.begin() as session:
        person = builders.a_person(session, email=None, telephone=telephone, contact_by=ContactBy.SMS)
    assert channel_for(person, NoticeKind.RIDE_REMINDER) is channel


def test_a_text_message_is_never_longer_than_telephones_take():
    with pytest.raises(ValueError, match="characters"):
        Sms("0612345678", "a" * (LONGEST + 1), "1")
    with pytest.raises(ValueError, match="mobile"):
        Sms("0162123456", "a", "1")


def test_a_passenger_hears_by_text_message_and_only_once(sessions, settings, clock, engine):
    """The same clockwork that sends mails writes the text messages; run again, it writes nothing new."""
    with sessions.begin() as session:
        passenger = builders.a_person(
            session, "Riet", email=None, telephone="06 12345678", contact_by=ContactBy.SMS, last_name="Achternaam"
        )
        build.a_ride(session, passenger=passenger)
    house = build_house(settings, clock=clock, engine=engine, sender=Silent())
    for _ in range(2):
        house.means.deliver()
    folder = [path for path in sorted(Path(settings.sms_folder).iterdir()) if path.suffix == ".json"]
    (only,) = [json.loads(path.read_text(encoding="utf-8")) for path in folder]
    assert only["to"] == "0612345678"
    assert "chauffeur" in only["text"]
    assert f"{settings.base_url}/mijn/ritten/" in only["text"]
    assert "Achternaam" not in only["text"]
    assert len(only["text"]) <= LONGEST
    with sessions.read() as session:
        (message,) = rows.outbox(session, NoticeKind.RIDE_ASKED)
    assert message.channel is NoticeChannel.SMS
    assert message.sent_at is not None


class Silent:
    """A mail server that nobody needs here."""

    def send(self, message):
        raise AssertionError("this is no mail")
