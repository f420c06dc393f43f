"""Calendar files that other programs can read."""

from datetime import UTC, timedelta

from icalendar import Calendar

from marketplace.calendars import Entry, write_calendar
from tests.support.builders import local

STARTS_AT = local(2026, 3, 29, 14)


def an_entry(**changes: object) -> Entry:
    fields = {
        "uid": "1@voorbeeld.nl",
        "sequence": 1,
        "changed_at": local(2026, 3, 3, 10),
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=2),
        "summary": "Riet helpen: heg, knippen; en meer",
    }
    return Entry(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_date_reads_back_as_it_was_on_the_day_that_the_clock_changes() -> None:
    calendar = Calendar.from_ical(write_calendar([an_entry(location="Heuvel 12, Centrum")]))
    (event,) = calendar.events
    assert calendar["METHOD"] == "PUBLISH"
    assert event.decoded("dtstart") == STARTS_AT.astimezone(UTC)
    assert event["UID"] == "1@voorbeeld.nl"
    assert str(event["SUMMARY"]) == "Riet helpen: heg, knippen; en meer"
    assert str(event["LOCATION"]) == "Heuvel 12, Centrum"
    assert event["STATUS"] == "CONFIRMED"


def test_what_is_cancelled_is_taken_out_by_the_same_name_and_a_higher_number() -> None:
    calendar = Calendar.from_ical(write_calendar([an_entry(sequence=3, is_cancelled=True)]))
    (event,) = calendar.events
    assert (calendar["METHOD"], event["STATUS"], event["UID"], event["SEQUENCE"]) == (
        "CANCEL",
        "CANCELLED",
        "1@voorbeeld.nl",
        3,
    )


def test_no_text_can_bring_a_line_of_its_own() -> None:
    text = write_calendar([an_entry(summary="Riet\r\nATTENDEE:mailto:x@y.nl")])
    assert b"\r\nATTENDEE" not in text


def test_an_empty_feed_is_a_calendar_too() -> None:
    assert Calendar.from_ical(write_calendar([], name="Meer voor Elkaar")).events == []
