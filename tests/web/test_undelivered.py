"""A mail that did not arrive is seen by somebody, who tells it in another way."""

from datetime import timedelta

import pytest

from marketplace.models import NoticeChannel, NoticeKind
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer
from tests.support.clock import NOW

PATH = "/werk/mails-niet-bezorgd"


@pytest.fixture
def clerk(page, sessions, sign_in):
    with sessions.begin() as session:
        clerk = a_coordinator(session)
    sign_in(page, clerk.person_id)
    return clerk


@pytest.fixture
def failed(sessions):
    """Anna's mail about her match was refused for good."""
    with sessions.begin() as session:
        anna = a_person(session, "Anna")
        a_match(session, a_request(session, requester=anna), a_volunteer(session, now=NOW))
        (message,) = rows.outbox(session, NoticeKind.MATCH_FOR_REQUESTER)
        message.failed_at, message.next_try_at, message.error = NOW, None, "smtp-550"
        return message.id


def look(sessions):
    with sessions.read() as session:
        (message,) = rows.outbox(session, NoticeKind.MATCH_FOR_REQUESTER)
        return message


def test_without_failures_the_list_says_so(page, clerk):
    page.get(PATH)
    assert page.heading == "Niet bezorgde mails"
    assert "Alle mails zijn aangekomen" in page.text


def test_who_did_not_get_their_mail_is_called_instead(page, clerk, failed, sessions):
    page.get(PATH)
    assert "Het mailadres bestaat niet" in page.text
    page.submit("Vertel het anders aan Anna")
    assert "bij de belletjes" in page.text
    message = look(sessions)
    assert (message.channel, message.failed_at, message.next_try_at) == (NoticeChannel.TELEPHONE, None, NOW)
    page.get("/werk/bellen")
    assert "Anna" in page.text


def test_what_need_not_be_told_leaves_the_list(page, clerk, failed, sessions):
    page.get(PATH).submit("Hoeft niet meer voor Anna")
    assert "Alle mails zijn aangekomen" in page.text
    assert look(sessions).failed_at == NOW


def test_the_desk_hears_that_mails_wait_long(page, clerk, sessions, clock):
    with sessions.begin() as session:
        a_match(session, a_request(session), a_volunteer(session, now=NOW))
    assert "Mails wachten lang" not in page.get(PATH).text
    clock.move(minutes=20)
    assert "De oudste mail wacht al 20 minuten" in page.get(PATH).text
    assert page.send("GET", "/readyz").text == f"ok\nthe oldest waiting mail: {timedelta(minutes=20).seconds} s\n"


def test_strangers_do_not_see_it(page, failed):
    assert page.another().send("GET", PATH).status_code in (302, 303, 401)
