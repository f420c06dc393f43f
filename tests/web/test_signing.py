"""Signing in as people meet it: an address, a mail, one button."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app import create_app
from marketplace import drafts, signing
from marketplace.catalogue import id_of
from marketplace.delivery import sink as postbox
from marketplace.delivery.sink import Kept
from marketplace.links import AnswerLinks, SignInLinks
from marketplace.models import DraftKind, Person, SignIn, StaffRoleKind
from marketplace.queries.signing import find_person_by_email
from marketplace.settings import Settings
from tests.support.builders import a_person, a_role
from tests.support.clock import NOW
from tests.support.pages import Page
from tests.support.site import site_settings, visitor

ANNA = "anna@voorbeeld.nl"
SENT = "Kijk in uw mail"


@pytest.fixture
def anna(sessions) -> Person:
    """Somebody who is known here."""
    with sessions.begin() as session:
        return a_person(session, "Anna", email=ANNA)


@pytest.fixture
def mails(settings: Settings) -> Callable[[], list[Kept]]:
    """What was mailed, newest first: sent when the answer is out, so it is there once the page is."""
    return lambda: postbox.list_kept(Path(settings.postbox))


@pytest.fixture
def path_of_link(mails) -> Callable[[], str]:
    """Where the link in the newest mail leads."""

    def find() -> str:
        found = re.search(r"https?://[^/]+(/inloggen/\S+)", mails()[0].text)
        assert found is not None, mails()[0].text
        return found.group(1)

    return find


def ask(page: Page, address: str = ANNA) -> Page:
    return page.get("/inloggen").submit("Stuur mij een link", email=address)


def is_signed_in(page: Page) -> bool:
    return page.send("GET", "/inloggen").status_code == 303


def signed_in_cookie(page: Page) -> str:
    return next((cookie.value or "" for cookie in page.cookies.jar if cookie.name == "__Host-signin"), "")


# --- the walk ----------------------------------------------------------------------------------------------------


def test_from_address_to_signed_in(page, anna, mails, path_of_link):
    """One address, one mail, one button."""
    assert ask(page).heading == SENT
    (mail,) = mails()
    assert (mail.to, mail.subject) == (ANNA, "Uw link om in te loggen")
    page.get(path_of_link())
    assert page.heading == "Welkom terug"
    assert not is_signed_in(page), "opening the link does nothing yet"
    page.send("POST", page.url)
    assert is_signed_in(page)


def test_who_was_on_the_way_somewhere_comes_back_there(page, anna, path_of_link):
    page.get("/inloggen?terug=/hulpvragen%3Fsoort%3Dtuin").submit("Stuur mij een link", email=ANNA)
    answer = page.send("POST", path_of_link())
    assert answer.headers["location"] == "/hulpvragen?soort=tuin"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "elsewhere", ["https://example.org", "//example.org", "/\\example.org", "/a\tb", "javascript:alert(1)", "\\\\x"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(page, anna, path_of_link, elsewhere):
    page.get("/inloggen", expect=200)
    page.send("POST", "/inloggen", {"email": ANNA, "terug": elsewhere})
    assert page.send("POST", path_of_link()).headers["location"] == "/mijn"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("kind", "home"),
    [(None, "/mijn"), (StaffRoleKind.COORDINATOR, "/werk"), (StaffRoleKind.READER, "/mijn")],
)
def test_everybody_has_a_page_to_begin_at(page, anna, sessions, path_of_link, kind, home):
    if kind:
        with sessions.begin() as session:
            a_role(session, anna, kind)
    ask(page)
    assert page.send("POST", path_of_link()).headers["location"] == home


def test_who_is_signed_in_need_not_do_so_again(page, anna, sign_in):
    sign_in(page, anna.id)
    assert page.send("GET", "/inloggen").headers["location"] == "/mijn"


# --- what is not told --------------------------------------------------------------------------------------------


def test_the_page_does_not_tell_whether_an_address_is_known(page, anna, mails):
    """The same words, the same status and the same place to go."""
    known = ask(page).text
    stranger = page.another()
    assert ask(stranger, "niemand@voorbeeld.nl").text == known
    assert stranger.status == page.status
    assert len(mails()) == 1


def test_the_sixth_link_in_an_hour_looks_like_the_first(page, anna, mails):
    texts = {ask(page).text for _ in range(7)}
    assert len(texts) == 1
    assert len(mails()) == 5


@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "@voorbeeld.nl", "a b@c.nl", "a@b.nl,c@d.nl", "a@b\r\nBcc: c@d.nl"]
)
def test_what_is_no_address_is_asked_again_and_kept(page, mails, typed):
    page.get("/inloggen").post("/inloggen", {"email": typed}, expect=400)
    assert page.errors() == ["Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."]
    assert mails() == []


# --- links that do not work any more -----------------------------------------------------------------------------


def test_a_used_link_offers_a_new_one_with_one_button(page, anna, mails, path_of_link):
    ask(page)
    used = path_of_link()
    page.send("POST", used)
    other = page.another()
    other.get(used, expect=410)
    assert other.heading == "Deze link werkt niet meer"
    other.submit("Stuur mij een nieuwe link")
    assert other.heading == SENT
    assert len(mails()) == 2
    other.send("POST", path_of_link())
    assert is_signed_in(other)


def test_an_old_link_does_not_sign_in(page, anna, clock, path_of_link):
    ask(page)
    clock.move(minutes=10)
    page.get(path_of_link(), expect=410)
    assert page.send("POST", path_of_link()).status_code == 410
    assert not is_signed_in(page)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("token", ["x", "IjAi.abc", "%00", "a" * 5000])
def test_a_link_that_we_did_not_make_leads_to_a_page_that_helps(page, token):
    answer = page.send("GET", f"/inloggen/{token}")
    assert answer.status_code in (404, 410)
    assert "Fout" not in answer.text


def test_a_link_to_answer_does_not_sign_in(page, anna, settings):
    """Whoever gets hold of an answer link can answer, and nothing else."""
    answers, sign_ins = AnswerLinks(settings.secret_key), SignInLinks(settings.secret_key)
    token = answers.sign(anna.id)
    assert sign_ins.read(token) is None
    assert answers.read(token) == anna.id
    assert sign_ins.read(sign_ins.sign(anna.id)) == anna.id
    page.get("/kijk-in-uw-mail")
    assert page.send("POST", f"/inloggen/{token}").status_code == 410


# --- the cookie --------------------------------------------------------------------------------------------------


def test_the_cookie_is_for_this_host_only_and_out_of_reach_of_scripts(page, anna, path_of_link):
    ask(page)
    cookies = page.send("POST", path_of_link()).headers.get_list("set-cookie")
    (cookie,) = [line for line in cookies if line.startswith("__Host-signin=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_token_from_before_signing_in_is_not_kept(page, anna, sessions, path_of_link):
    """Somebody who planted a cookie in your browser must not be signed in with you."""
    page.cookies.set("__Host-signin", "chosen-by-somebody-else", domain="testserver.local", path="/")
    ask(page)
    page.send("POST", path_of_link())
    assert signed_in_cookie(page) not in ("", "chosen-by-somebody-else")
    with sessions.read() as session:
        assert signing.find_actor(session, "chosen-by-somebody-else", now=NOW) is None


def test_signing_in_again_ends_the_sign_in_before(page, anna, sessions, path_of_link):
    for _ in range(2):
        page.get("/kijk-in-uw-mail")
        page.send("POST", "/inloggen", {"email": ANNA})
        page.send("POST", path_of_link())
    with sessions.read() as session:
        ended = [row.ended_at is not None for row in session.exec(select(SignIn))]
    assert sorted(ended) == [False, True]


def test_signing_out_ends_it_and_leaves_nothing_behind(page, anna, sign_in):
    sign_in(page, anna.id)
    page.get("/kijk-in-uw-mail")
    before = signed_in_cookie(page)
    answer = page.send("POST", "/uitloggen")
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert not is_signed_in(page)
    page.cookies.set("__Host-signin", before, domain="testserver.local", path="/")
    assert not is_signed_in(page), "the token itself means nothing any more"


def test_a_link_cannot_be_followed_to_sign_out(page, anna, sign_in):
    """An image on somebody else's page must not sign people out."""
    sign_in(page, anna.id)
    assert page.send("GET", "/uitloggen").status_code == 405
    assert is_signed_in(page)


def test_whoever_keeps_busy_stays_signed_in(page, anna, clock, sign_in):
    sign_in(page, anna.id)
    for _ in range(3):
        clock.move(hours=11)
        assert is_signed_in(page)
    clock.move(hours=12)
    assert not is_signed_in(page)


# --- a draft -----------------------------------------------------------------------------------------------------


def test_who_opens_the_mail_of_a_draft_is_known_and_signed_in(page, sessions, path_of_link, mails):
    """A draft whose time is over is told of; the person is signed in all the same."""
    with sessions.begin() as session:
        where = id_of("oosterhout")
        draft, _ = drafts.begin(
            session, DraftKind.REQUEST, municipality_id=where, now=NOW, answers={"first_name": "Ria"}
        )
        signing.ask_link(session, email="ria@voorbeeld.nl", municipality_id=where, now=NOW, draft_id=draft.id)
        draft.expires_at = NOW - timedelta(seconds=1)
        session.add(draft)
    page.get("/kijk-in-uw-mail").send("POST", "/inloggen", {"email": "ria@voorbeeld.nl"})  # sends what is queued
    (mail,) = [mail for mail in mails() if mail.subject == "Nog één stap: plaats uw vraag"]
    page.get(path_of_link())
    assert page.heading == "Uw vraag plaatsen"
    assert mail.to == "ria@voorbeeld.nl"
    page.send("POST", page.url)
    assert is_signed_in(page)
    with sessions.read() as session:
        assert find_person_by_email(session, "ria@voorbeeld.nl").first_name == "Ria"


# --- the postbox -------------------------------------------------------------------------------------------------


def test_the_postbox_shows_the_mails_and_their_links_work(page, anna):
    """Without a mail server one can still walk the whole way."""
    ask(page).follow("Open de postbus").follow("Uw link om in te loggen")
    (link,) = [href for href in page.links().values() if href.startswith("/inloggen/")]
    assert page.get(link).heading == "Welkom terug"


@pytest.mark.database("sqlite")
def test_in_production_there_is_no_postbox(database_url, tmp_path, clock, engine):
    safe = {
        "MODE": "production",
        "STAFF_SECOND_FACTOR": "on",
        "SMTP_HOST": "mail.example.nl",
        "MAIL_FROM": "desk@example.nl",
    }
    site = create_app(site_settings(database_url, tmp_path, **safe), clock=clock, engine=engine)
    with visitor(site) as page:
        page.get("/postbus", expect=404)
        assert "postbus" not in page.get("/kijk-in-uw-mail").text


@pytest.mark.database("sqlite")
def test_only_a_demo_lets_one_sign_in_as_somebody(database_url, tmp_path, clock, engine, page, sessions, anna):
    """In a demo one button mails the link for one of the people on the list, and for nobody else."""
    with sessions.begin() as session:
        a_role(session, anna, StaffRoleKind.TEAM_LEAD)
        a_person(session, email="ria@voorbeeld.nl")
    assert page.get("/postbus").send("POST", "/postbus/inloggen", {"email": ANNA}).status_code == 403
    site = create_app(site_settings(database_url, tmp_path, MODE="demo"), clock=clock, engine=engine)
    with visitor(site) as demo:
        demo.get("/postbus").submit("Anna, teamleider")
        assert demo.flash == "De mail is er. Open hem en druk op de knop."
        assert demo.links()["Uw link om in te loggen"].startswith("/postbus/")
        assert demo.send("POST", "/postbus/inloggen", {"email": "ria@voorbeeld.nl"}).status_code == 404
