"""The machinery itself: a check that cannot fail keeps nothing, and a database that isn't clean proves nothing."""

import smtplib
from datetime import timedelta
from email.message import EmailMessage

import pytest
from litestar import Litestar, Request, get, post
from litestar.enums import MediaType
from litestar.params import URLEncodedBody
from litestar.response import Redirect
from sqlalchemy import func
from sqlmodel import select

from marketplace.models import Event, Municipality, Person, Skill
from tests.support.browser import assert_accessible, assert_fits
from tests.support.clock import NOW, MovableClock
from tests.support.markup import check_page, without_codes
from tests.support.processes import server_process, server_processes
from tests.support.site import visitor

GOOD = """<!doctype html><html lang="nl"><head><title>{title}</title>{head}</head>
<body><main><h1>Vraag plaatsen</h1>{main}</main></body></html>"""
FORM = '<form action="/vraag" method="post"><input type="hidden" name="_csrf_token" value="x">{}</form>'


def a_document(main="", *, title="Vraag plaatsen – Meer voor Elkaar", head=""):
    return GOOD.format(title=title, head=head, main=main)


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(a_document("<h1>Nog een</h1>"), id="two-headings"),
        pytest.param(a_document(title="Meer voor Elkaar"), id="title-does-not-start-with-the-heading"),
        pytest.param(a_document().replace(' lang="nl"', ""), id="no-language"),
        pytest.param(a_document('<p id="a"></p><p id="a"></p>'), id="an-id-twice"),
        pytest.param(a_document('<p aria-describedby="weg">x</p>'), id="describes-what-is-not-there"),
        pytest.param(a_document(FORM.format('<input name="naam">')), id="no-label"),
        pytest.param(a_document(FORM.format('<label for="n"></label><input id="n">')), id="empty-label"),
        pytest.param(a_document(FORM.format('<label>Ja<input type="radio" name="a"></label>')), id="radio-alone"),
        pytest.param(a_document('<form action="/a" method="post"></form>'), id="no-csrf"),
        pytest.param(a_document('<form method="get"></form>'), id="no-action"),
        pytest.param(a_document('<form action="/a"></form>'), id="no-method"),
        pytest.param(a_document('<a href="#">Verder</a>'), id="a-link-to-nowhere"),
        pytest.param(a_document('<a href="#weg">Verder</a>'), id="a-link-to-what-is-not-there"),
        pytest.param(a_document('<a href="/x"></a>'), id="a-link-without-words"),
        pytest.param(a_document("<button></button>"), id="a-button-without-words"),
        pytest.param(a_document('<img src="/x.svg">'), id="no-alt"),
        pytest.param(a_document('<p style="color: red">x</p>'), id="inline-style"),
        pytest.param(a_document('<p onclick="x()">x</p>'), id="inline-handler"),
        pytest.param(a_document(head="<style>p {}</style>"), id="a-style-element"),
        pytest.param(a_document(head="<script>x()</script>"), id="inline-script"),
    ],
)
def test_a_page_with_one_thing_wrong_is_not_shown(html):
    with pytest.raises(AssertionError, match="not a page we would show"):
        check_page(html, "/vraag")


def test_a_good_page_passes():
    fields = '<label for="n">Naam</label><input id="n" name="naam"><button>Vraag plaatsen</button>'
    check_page(a_document(FORM.format(fields) + '<a href="#n">Naam</a>'), "/vraag")


@pytest.fixture
def echo():
    """A site with one form of every kind of control, that shows what it was sent."""
    controls = """
      <label for="naam">Naam</label><input id="naam" name="naam" value="Riet">
      <label for="wat">Wat</label><textarea id="wat" name="wat">\nheg</textarea>
      <label for="wijk">Wijk</label><select id="wijk" name="wijk"><option value="">Kies</option>
        <option value="slotjes">De Slotjes</option></select>
      <fieldset><legend>Wanneer</legend>
        <label><input type="checkbox" name="dag" value="ma" checked>Maandag</label>
        <label><input type="checkbox" name="dag" value="di">Dinsdag</label></fieldset>
      <fieldset><legend>Hoe</legend>
        <label><input type="radio" name="hoe" value="bel">Bel</label>
        <label><input type="radio" name="hoe" value="mail">Mail</label></fieldset>
      <label><input type="checkbox" name="ja">Ja</label>
      <label for="uit">Uit</label><input id="uit" name="uit" value="x" disabled>
      <button name="stap" value="2">Verder</button><button name="stap" value="1">Terug</button>"""

    @get("/", media_type=MediaType.HTML, sync_to_thread=False)
    def show() -> str:
        return a_document(FORM.format(controls) + '<a href="/">Opnieuw</a>')

    @post("/vraag", sync_to_thread=False)
    def take(data: URLEncodedBody[dict[str, list[str] | str]]) -> Redirect:
        said = "; ".join(f"{name}={value}" for name, value in sorted(data.items()) if name != "_csrf_token")
        return Redirect(f"/gezegd?s={said}", status_code=303)

    @get("/gezegd", media_type=MediaType.HTML, sync_to_thread=False)
    def said(request: Request) -> str:
        return a_document(f"<p>{request.query_params['s']}</p>")

    # Litestar's own set-up of the log would reach every later test of this process.
    with visitor(Litestar([show, take, said], logging_config=None)) as page:
        yield page


def test_a_number_is_not_found_in_an_identifier_or_a_token():
    codes = ("01999900-4907-7000-8000-4907c0ffee11", "4907" * 16, "kQ4907_a-" * 6)
    assert without_codes(f"Heg {codes[0]}, {codes[1]} en {codes[2]}: 4907 AB") == "Heg …, … en …: 4907 AB"


def test_a_form_sends_what_a_browser_would_send(echo):
    """What was there, what was changed, and of the buttons only the one pressed; never what is disabled."""
    echo.get("/").submit("Verder", naam="Jan", wijk="slotjes", dag=["ma", "di"], hoe="bel", ja=True)
    expected = "Vraag plaatsen dag=['ma', 'di']; hoe=bel; ja=on; naam=Jan; stap=2; wat=heg; wijk=slotjes"
    assert echo.text == expected
    echo.get("/").submit("Terug", {"dag": []})
    assert echo.text == "Vraag plaatsen naam=Riet; stap=1; wat=heg; wijk="


@pytest.mark.parametrize(
    "fields",
    [{"leeftijd": "8"}, {"wijk": "nergens"}, {"hoe": "duif"}, {"dag": ["zo"]}],
    ids=lambda fields: next(iter(fields)),
)
def test_what_no_browser_could_send_fails(echo, fields):
    with pytest.raises(AssertionError):
        echo.get("/").submit("Verder", fields)


def test_an_answer_with_another_status_fails(echo):
    with pytest.raises(AssertionError, match="answered 404"):
        echo.get("/nergens")


# --- databases ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_starts_with_what_the_migrations_put_there(sessions, turn):
    """What the one test commits the next does not see, and what every installation begins with is there again."""
    with sessions.begin() as session:
        assert session.exec(select(func.count()).select_from(Person)).one() == 0
        assert session.exec(select(Municipality.slug)).all() == ["oosterhout"]
        for skill in session.exec(select(Skill)).all()[1:]:
            session.delete(skill)
        session.add(Person(first_name=turn, created_at=NOW))


def test_a_reset_makes_a_database_as_new_even_when_a_transaction_was_left_open(database):
    with database.sessions.begin() as session:
        session.add(Person(first_name="Riet", created_at=NOW))
    left = database.engine.connect()
    left.exec_driver_sql("select count(*) from person")
    database.reset()
    left.invalidate()
    left.close()
    with database.sessions.read() as session:
        assert session.exec(select(Person)).all() == []
        assert session.exec(select(Event)).all() == []


# --- clock, mail ---------------------------------------------------------------------------------------------------


def test_the_clock_stands_still_until_it_is_moved():
    clock = MovableClock()
    assert clock() == clock() == NOW
    assert clock.move(days=1, minutes=5) - NOW == timedelta(days=1, minutes=5)
    with pytest.raises(ValueError):
        clock.set(NOW.replace(tzinfo=None))


def test_the_mail_server_keeps_what_it_took_and_refuses_what_it_was_told_to(sink):
    message = EmailMessage()
    message["Subject"] = "Kunt u dinsdag een heg knippen?"
    message.set_content("Kijk op https://example.org/antwoord/abc.\n")
    sink.refuse = 1
    with smtplib.SMTP(sink.host, sink.port) as client:
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            client.send_message(message, "wij@example.org", ["jan@example.org"])
        client.send_message(message, "wij@example.org", ["jan@example.org"])
    [received] = sink.wait_for(to="jan@example.org")
    assert received.subject == "Kunt u dinsdag een heg knippen?"
    assert received.links == ["https://example.org/antwoord/abc"]
    with pytest.raises(AssertionError, match="waited"):
        sink.wait_for(to="piet@example.org", timeout_s=0.01)


# --- Chromium, processes -------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_what_cannot_be_read_or_seen_is_found(tab, console):
    tab.set_content('<html lang="nl"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>')
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(tab)
    tab.set_content('<p style="width: 400px">breed</p>')
    with pytest.raises(AssertionError, match="px wide"):
        assert_fits(tab)
    tab.evaluate("console.error('stuk')")
    console.expect_errors(containing="stuk")


@pytest.mark.races
@pytest.mark.database("sqlite")
def test_several_processes_serve_one_database(database, tmp_path):
    """Each answers by itself; one that is killed takes nobody along."""
    with server_processes(2, database.url, tmp_path) as (one, other):
        one.kill()
        other.wait_until_ready()
        assert not one.is_alive()


@pytest.mark.races
@pytest.mark.database("sqlite")
def test_a_process_that_cannot_start_says_why(database, tmp_path):
    unsafe = {"MODE": "production", "SECRET_KEY": "short"}
    with (
        server_process(database.url, tmp_path, environ=unsafe) as server,
        pytest.raises(AssertionError, match="SECRET_KEY"),
    ):
        server.wait_until_ready()
