"""Passwords, second steps, sign-ins and addresses, as people meet them."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlmodel import select

from app import create_app
from marketplace import credentials, signing
from marketplace.delivery import sink as postbox
from marketplace.delivery.sink import Kept
from marketplace.links import AddressLinks, SignInLinks
from marketplace.models import NoticeKind, Person, SignIn, SignInAttempt, SignInLink, StaffRoleKind
from marketplace.passwords import CHEAP, Hasher
from marketplace.permissions import Actor
from tests.support.builders import a_person, a_role, the_municipality
from tests.support.clock import NOW
from tests.support.pages import Page
from tests.support.rows import notices
from tests.support.site import site_settings, visitor

ANNA = "anna@voorbeeld.nl"
GOOD = "vier losse woorden hier"
MINE = "/mijn/inloggen"
HASHER = Hasher(CHEAP)


@pytest.fixture
def anna(sessions) -> Person:
    with sessions.begin() as session:
        return a_person(session, "Annabel", email=ANNA)


@pytest.fixture
def give_password(sessions) -> Callable[..., None]:
    def give(person: Person, password: str = GOOD) -> None:
        with sessions.read() as session:
            where = the_municipality(session).id
        credentials.set_password(
            sessions,
            actor=Actor(person.id),
            password=password,
            context=(),
            hasher=HASHER,
            municipality_id=where,
            now=NOW,
            keep=person.id,
        )

    return give


@pytest.fixture
def mails(settings) -> Callable[[], list[Kept]]:
    return lambda: postbox.list_kept(Path(settings.postbox))


def log_in(page: Page, address: str = ANNA, password: str = GOOD, *, expect: int = 200) -> Page:
    page.get("/inloggen")
    return page.submit("Log in met mijn wachtwoord", address=address, password=password, expect=expect)


def is_signed_in(page: Page) -> bool:
    return page.send("GET", "/inloggen").status_code == 303


# --- a password --------------------------------------------------------------------------------------------------


def test_somebody_chooses_a_password_and_signs_in_with_it(page, anna, sign_in, mails):
    sign_in(page, anna.id)
    page.get(MINE).follow("Kies toch een wachtwoord").submit("Bewaar mijn wachtwoord", password=GOOD)
    assert page.flash.startswith("Uw wachtwoord is bewaard.")
    assert [mail.subject for mail in mails()] == ["Er is iets veranderd aan uw inloggen"]
    other = page.another()
    assert log_in(other).heading == "Mijn pagina"
    other.get(MINE).submit("Haal mijn wachtwoord weg")
    assert log_in(page.another(), expect=400).errors() == [
        "Dit wachtwoord hoort niet bij dit adres. Probeer het nog eens, of kies voor een link."
    ]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        pytest.param("kort", "minstens 8 tekens", id="short"),
        pytest.param("baseball", "Veel mensen", id="common"),
        pytest.param("Welkom2026!", "Veel mensen", id="habit-with-a-year"),
        pytest.param("qwertyuiop", "Veel mensen", id="keyboard"),
        pytest.param("ababababab", "Veel mensen", id="repetition"),
        pytest.param("mijn oosterhout thuis", "een naam in", id="town"),
        pytest.param("SURPLUSsurplusje", "een naam in", id="organisation"),
        pytest.param("ikbenannabel99", "een naam in", id="own-name"),
        pytest.param("x" * 120 + "y" * 137, "hoogstens 256", id="long"),
    ],
)
def test_a_password_that_others_would_guess_is_refused_with_the_remedy(page, anna, sign_in, password, sentence):
    sign_in(page, anna.id)
    page.get(f"{MINE}/wachtwoord").submit("Bewaar mijn wachtwoord", password=password, expect=400)
    (error,) = page.errors()
    assert sentence in error
    assert password not in page.response.text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "password",
    [" met spaties eromheen ", "ÉÉN zin mét Hoofdletters", "vijf lange zinnen; " * 3 + "niet meer " * 7, "kortszin"],
)
def test_a_password_is_taken_exactly_as_it_was_typed(page, anna, sign_in, password):
    """No rules about kinds of signs, nothing trimmed, 128 signs and more; a capital more is another password."""
    sign_in(page, anna.id)
    page.get(f"{MINE}/wachtwoord").submit("Bewaar mijn wachtwoord", password=password)
    other = page.another()
    for wrong in (password.strip() + "x", password.swapcase(), password[:-1]):
        log_in(other, password=wrong, expect=400)
    assert log_in(other, password=password).heading == "Mijn pagina"


@pytest.mark.database("sqlite")
def test_staff_need_a_longer_one(page, anna, sessions, sign_in):
    with sessions.begin() as session:
        a_role(session, anna, StaffRoleKind.COORDINATOR)
    sign_in(page, anna.id)
    page.get(f"{MINE}/wachtwoord").submit("Bewaar mijn wachtwoord", password="veertien tekens"[:14], expect=400)
    assert page.errors() == ["Kies een wachtwoord van minstens 15 tekens."]
    page.submit("Bewaar mijn wachtwoord", password="vijftien tekens")


def test_a_new_password_signs_out_every_other_device(page, anna, sign_in):
    there = page.another()
    sign_in(page, anna.id)
    sign_in(there, anna.id)
    page.get(f"{MINE}/wachtwoord").submit("Bewaar mijn wachtwoord", password=GOOD)
    assert is_signed_in(page)
    assert not is_signed_in(there)


@pytest.mark.database("sqlite")
def test_a_forgotten_field_is_named_and_the_address_stays(page):
    page.get("/inloggen").submit("Log in met mijn wachtwoord", address="anna", expect=400)
    assert page.errors() == ["Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.", "Vul uw wachtwoord in."]
    assert page.values("Log in met mijn wachtwoord")["address"] == ["anna"]


@pytest.mark.database("sqlite")
def test_signing_in_with_a_password_leads_on_and_makes_a_new_token(page, anna, give_password, sessions):
    give_password(anna)
    page.cookies.set("__Host-signin", "chosen-by-somebody-else", domain="testserver.local", path="/")
    page.get("/inloggen?terug=/hulpvragen").submit("Log in met mijn wachtwoord", address=ANNA.upper(), password=GOOD)
    assert page.url.endswith("/hulpvragen")
    with sessions.read() as session:
        assert signing.find_actor(session, "chosen-by-somebody-else", now=NOW) is None


# --- tries -------------------------------------------------------------------------------------------------------


def test_ten_tries_are_looked_at_and_a_link_still_works(page, anna, give_password, mails, clock):
    """Whatever a header says about where they come from; after a quarter of an hour it works again."""
    give_password(anna)
    page.get("/inloggen")
    for number in range(12):
        page._client.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        page._client.headers["Forwarded"] = f"for=203.0.113.{number}"
        answer = page.send("POST", "/inloggen/wachtwoord", {"address": ANNA, "password": "wrong " * 3})
        assert answer.status_code == (400 if number < 10 else 429)
    assert log_in(page, expect=429).heading == "Dat was te vaak"
    page.follow("Stuur mij een link").submit("Stuur mij een link", email=ANNA)
    link = next(found.group(1) for mail in mails() if (found := re.search(r"//[^/]+(/inloggen/\S+)", mail.text)))
    assert page.send("POST", link).status_code == 303
    assert is_signed_in(page)
    clock.move(minutes=15)
    assert log_in(page.another()).heading == "Mijn pagina"


@pytest.mark.database("sqlite")
def test_one_guess_on_each_of_many_accounts_is_stopped_too(page, sessions):
    page.get("/inloggen")
    answers = [
        page.send("POST", "/inloggen/wachtwoord", {"address": f"p{n}@voorbeeld.nl", "password": GOOD}).status_code
        for n in range(25)
    ]
    assert answers == [400] * 20 + [429] * 5
    with sessions.read() as session:
        assert len(session.exec(select(SignInAttempt)).all()) == 40, "one for the account, one for the client"


# --- sign-ins ----------------------------------------------------------------------------------------------------


def test_my_sign_ins_are_listed_and_can_be_ended(page, anna, sessions, sign_in, clock):
    there = page.another()
    there._client.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with sessions.begin() as session:
        link = SignInLink(email=ANNA, person_id=anna.id, requested_at=NOW, expires_at=NOW + timedelta(minutes=10))
        session.add(link)
    there.get("/inloggen")
    there.post(SignInLinks("only-for-the-tests-" + "0" * 32).path(link.id))
    clock.move(minutes=2)
    sign_in(page, anna.id)
    page.get(MINE)
    assert "dit apparaat" in page.text
    assert "Firefox op Linux" in page.text
    button = next(b for b in page.soup.find_all("button") if "Firefox op Linux" in b.text).text.strip()
    page.submit(" ".join(button.split()))
    assert page.flash == "Op dat apparaat bent u uitgelogd."
    assert "Firefox" not in page.text
    assert not is_signed_in(there)
    assert is_signed_in(page)


def test_everywhere_else_can_be_ended_at_once(page, anna, sign_in):
    others = [page.another() for _ in range(3)]
    for one in (page, *others):
        sign_in(one, anna.id)
    page.get(MINE).submit("Log overal uit, behalve hier")
    assert is_signed_in(page)
    assert [is_signed_in(one) for one in others] == [False] * 3


def test_nobody_ends_the_sign_in_of_somebody_else(page, anna, sessions, sign_in):
    with sessions.begin() as session:
        other = a_person(session)
    there = page.another()
    sign_in(there, other.id)
    with sessions.read() as session:
        theirs = session.exec(select(SignIn).where(SignIn.person_id == other.id)).one()
    sign_in(page, anna.id)
    page.get(MINE).post(f"{MINE}/{theirs.id}/beeindigen", expect=404)
    assert is_signed_in(there)


# --- proving it anew ---------------------------------------------------------------------------------------------


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("address", [f"{MINE}/wachtwoord", f"{MINE}/adres", "/mijn/gegevens"])
def test_what_matters_asks_for_a_fresh_proof(page, anna, sign_in, clock, give_password, address):
    """A browser that was left open is not enough; the password, or a link, is. Then one is where one was going."""
    give_password(anna)
    sign_in(page, anna.id)
    page.get(address)
    clock.move(minutes=10)
    assert page.get(address).heading == "Bent u het zelf?"
    page.submit("Bevestig met mijn wachtwoord", password="niet dit", expect=400)
    assert page.errors() == ["Dit is niet uw wachtwoord. Probeer het nog eens, of vraag een link aan."]
    page.submit("Bevestig met mijn wachtwoord", password=GOOD)
    assert page.url.endswith(address)
    clock.move(minutes=10)
    answer = page.send("POST", address, {"password": "een ander lang woord", "email": "x@y.nl", "first_name": "X"})
    assert answer.headers["location"].startswith(f"{MINE}/bevestigen"), "nothing was changed"


def test_a_fresh_link_is_a_proof_and_leads_back(page, anna, sign_in, clock, mails):
    sign_in(page, anna.id)
    clock.move(minutes=11)
    page.get(f"{MINE}/adres").submit("Stuur mij een link")
    link = re.search(r"https?://[^/]+(/inloggen/\S+)", mails()[0].text).group(1)
    page.get(link).submit("Log mij in")
    assert page.url.endswith(f"{MINE}/adres")


@pytest.mark.database("sqlite")
def test_a_proof_gives_the_browser_a_new_token(page, anna, sign_in, clock, give_password):
    give_password(anna)
    sign_in(page, anna.id)
    before = page.cookies.get("__Host-signin")
    clock.move(minutes=11)
    page.get(f"{MINE}/adres").submit("Bevestig met mijn wachtwoord", password=GOOD)
    other = page.another()
    other.cookies.set("__Host-signin", before, domain="testserver.local", path="/")
    assert is_signed_in(page)
    assert not is_signed_in(other)


# --- another address ---------------------------------------------------------------------------------------------


def test_a_new_address_counts_once_its_mail_was_opened_and_the_old_one_is_told(page, anna, sessions, sign_in, mails):
    sign_in(page, anna.id)
    page.get(f"{MINE}/adres").submit("Stuur een mail naar mijn nieuwe adres", email="Nieuw@Voorbeeld.nl")
    assert page.heading == "Kijk in uw nieuwe mail"
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("nieuw@voorbeeld.nl", "Is dit uw nieuwe e-mailadres?")
    assert "Annabel" not in mail.text, "it may be a stranger's mailbox"
    path = re.search(r"https?://[^/]+(/nieuw-adres/\S+)", mail.text).group(1)
    elsewhere = page.another()
    assert elsewhere.get(path).heading == "Is dit uw nieuwe adres?"
    with sessions.read() as session:
        assert session.get_one(Person, anna.id).email == ANNA, "looking changes nothing"
    page.get(path).submit("Ja, dit is mijn adres")
    assert page.flash == "Uw nieuwe e-mailadres is bewaard."
    with sessions.read() as session:
        assert session.get_one(Person, anna.id).email == "nieuw@voorbeeld.nl"
    assert (mails()[0].to, mails()[0].subject) == (ANNA, "Er is iets veranderd aan uw inloggen")
    assert page.get(path, expect=410).heading == "Deze link werkt niet meer"


@pytest.mark.database("sqlite")
def test_an_address_that_somebody_has_is_not_told_to_who_asks(page, anna, sessions, sign_in, mails):
    with sessions.begin() as session:
        a_person(session, email="bezet@voorbeeld.nl")
    sign_in(page, anna.id)
    said = {}
    for address in ("bezet@voorbeeld.nl", "vrij00@voorbeeld.nl"):
        page.get(f"{MINE}/adres").submit("Stuur een mail naar mijn nieuwe adres", email=address)
        said[address] = page.text.replace(address, "")
    assert len(set(said.values())) == 1
    path = next(re.search(r"(/nieuw-adres/\S+)", mail.text).group(1) for mail in mails() if "bezet" in mail.to)
    page.get(path).submit("Ja, dit is mijn adres", expect=409)
    assert page.heading == "Dit adres is al in gebruik"


@pytest.mark.database("sqlite")
def test_the_link_for_an_address_never_signs_in_and_the_other_way_round(page, anna, sessions, settings):
    with sessions.begin() as session:
        where = the_municipality(session).id
        credentials.ask_address(session, actor=Actor(anna.id), address="x@y.nl", municipality_id=where, now=NOW)
        link = session.exec(select(SignInLink)).one()
    token = AddressLinks(settings.secret_key).sign(link.id)
    page.get(f"/inloggen/{token}", expect=410)
    page.get("/nieuw-adres/onzin", expect=410)


# --- the second step of staff ------------------------------------------------------------------------------------


@pytest.fixture
def strict(database_url, tmp_path, clock, engine):
    """A site that asks staff for their second step, as in production."""
    settings = site_settings(database_url, tmp_path, STAFF_SECOND_FACTOR="on")
    with visitor(create_app(settings, clock=clock, engine=engine, hasher=HASHER)) as page:
        yield page


@pytest.fixture
def coordinator(sessions, anna) -> Person:
    with sessions.begin() as session:
        a_role(session, anna, StaffRoleKind.COORDINATOR)
        a_role(session, anna, StaffRoleKind.READER)
    return anna


def set_up(page: Page, clock) -> tuple[pyotp.TOTP, list[str]]:
    """Walk through setting up a telephone; gives the telephone and the codes on paper."""
    page.get(f"{MINE}/tweede-stap").submit("Ik heb de app. Ga verder")
    phone = pyotp.TOTP(page.soup.find("main").find("code").text.replace(" ", ""))
    page.submit("Mijn telefoon staat klaar", code=phone.at(clock()))
    assert page.heading == "Bewaar deze tien codes"
    return phone, [code.text for code in page.soup.find("main").find_all("code")]


def test_staff_see_nothing_of_others_before_their_second_step(strict, coordinator, sign_in, clock):
    sign_in(strict, coordinator.id)
    assert strict.get("/werk").heading == "Zet uw telefoon klaar"
    assert strict.get("/cijfers").heading == "Zet uw telefoon klaar"
    assert "Werkvoorraad" not in strict.soup.find("nav").text
    set_up(strict, clock)
    strict.follow("Ik heb ze bewaard")
    assert strict.url.endswith("/werk")


def test_the_next_time_a_code_of_the_telephone_is_enough_and_counts_once(strict, coordinator, sign_in, clock):
    sign_in(strict, coordinator.id)
    phone, _ = set_up(strict, clock)
    other, third = strict.another(), strict.another()
    for one in (other, third):
        sign_in(one, coordinator.id)
        assert one.get("/werk").heading == "Uw code"
    other.submit("Ga verder", code=phone.at(clock()), expect=400)
    assert other.errors() == ["Deze code klopt niet, of is al gebruikt. Wacht op de volgende code."]
    clock.move(minutes=1)
    code = phone.at(clock())
    other.submit("Ga verder", code=f"{code[:3]} {code[3:]}")
    assert other.url.endswith("/werk")
    third.submit("Ga verder", code=code, expect=400)


def test_a_mailbox_alone_replaces_no_telephone(strict, coordinator, sign_in, clock):
    """Whoever reads a coordinator's mail can sign in, and gets no further."""
    sign_in(strict, coordinator.id)
    set_up(strict, clock)
    thief = strict.another()
    sign_in(thief, coordinator.id)
    assert thief.get(f"{MINE}/tweede-stap").heading == "Uw code"
    thief.post(f"{MINE}/tweede-stap/begin", expect=403)
    thief.post(f"{MINE}/tweede-stap/noodcodes", expect=403)
    assert thief.get(f"{MINE}/wachtwoord").heading == "Uw code"
    assert thief.get(f"{MINE}/adres").heading == "Uw code"


def test_a_code_from_paper_works_once_and_a_new_telephone_is_set_up(strict, coordinator, sign_in, clock, sessions):
    sign_in(strict, coordinator.id)
    phone, codes = set_up(strict, clock)
    assert len(set(codes)) == 10
    clock.move(minutes=1)
    again = strict.another()
    sign_in(again, coordinator.id)
    again.get("/werk").follow("Ik heb mijn telefoon niet")
    again.submit("Gebruik deze noodcode", code="aaaaa-bbbbb", expect=400)
    again.submit("Gebruik deze noodcode", code=codes[3].upper().replace("-", " "))
    assert again.heading == "Zet uw telefoon klaar"
    assert again.get("/werk").heading == "Zet uw telefoon klaar"
    clock.move(minutes=1)
    new_phone, new_codes = set_up(again, clock)
    assert new_phone.secret != phone.secret
    assert not set(codes) & set(new_codes)
    again.get("/werk")
    with sessions.read() as session:
        assert notices(session).count(NoticeKind.SIGN_IN_CHANGED) == 3


@pytest.mark.database("sqlite")
def test_codes_are_not_guessed(strict, coordinator, sign_in, clock):
    sign_in(strict, coordinator.id)
    phone, _ = set_up(strict, clock)
    thief = strict.another()
    sign_in(thief, coordinator.id)
    clock.move(minutes=5)
    thief.get("/werk")
    wrong = f"{(int(phone.at(clock())) + 1) % 1000000:06}"
    answers = [thief.send("POST", "/inloggen/code", {"code": wrong}).status_code for _ in range(9)]
    assert set(answers) == {400}, "the confirmation was the first try"
    clock.move(minutes=1)
    answers = [thief.send("POST", "/inloggen/code", {"code": wrong}).status_code for _ in range(3)]
    assert 429 in answers
    assert thief.send("POST", "/inloggen/code", {"code": phone.at(clock())}).status_code == 429


@pytest.mark.database("sqlite")
def test_the_second_step_is_not_for_residents(page, anna, sign_in):
    sign_in(page, anna.id)
    assert "tweede stap" not in page.get(MINE).text
    page.get(f"{MINE}/tweede-stap", expect=403)
