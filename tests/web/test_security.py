"""What the site promises about every answer: its headers, its forms, its mistakes, and what it does not tell."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError

from app import create_app
from marketplace import errors
from marketplace.database import Sessions, make_engine
from marketplace.models import Person
from marketplace.schema import newest_revision
from tests.support.builders import a_person
from tests.support.clock import NOW
from tests.support.markup import check_page, words
from tests.support.pages import BASE_URL, Page
from tests.support.site import make_site, site_settings, visitor
from web.cookies import Cookies, Flash, safe_path
from web.rendering import HttpRequest, redirect

pytestmark = pytest.mark.database("sqlite")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def anna(sessions: Sessions) -> Person:
    with sessions.begin() as session:
        return a_person(session, "Anna")


# --- headers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/inloggen", 200, id="page"),
        pytest.param("GET", "/static/theme.css", 200, id="file"),
        pytest.param("GET", "/static/nothing.css", 404, id="no-such-file"),
        pytest.param("GET", "/static/../app.py", 404, id="outside-the-files"),
        pytest.param("GET", "/nothing", 404, id="no-such-page"),
        pytest.param("GET", "/uitloggen", 405, id="wrong-method"),
        pytest.param("DELETE", "/inloggen", 405, id="wrong-method-that-changes"),
        pytest.param("POST", "/inloggen", 403, id="form-of-somebody-else"),
        pytest.param("GET", "/healthz", 200, id="health"),
        pytest.param("GET", "/schema", 404, id="no-description-of-the-site"),
    ],
)
def test_every_answer_has_the_headers_that_protect_it(page, method, path, status):
    """Also files and errors: one of them without is enough."""
    answer = page.send(method, path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    assert "server" not in answer.headers


def test_without_https_nobody_is_told_to_use_it(database_url, tmp_path, clock, engine):
    """On a developer's machine that would break every other site on it."""
    site = create_app(
        site_settings(database_url, tmp_path, BASE_URL="http://localhost:8000"), clock=clock, engine=engine
    )
    with visitor(site) as page:
        answer = page.send("GET", "/inloggen")
    assert "strict-transport-security" not in answer.headers
    assert "Secure" not in answer.headers["set-cookie"]


def test_pages_are_kept_nowhere_and_files_for_an_hour(page, anna, sign_in):
    """The next person at the library's computer presses "back"."""
    assert page.send("GET", "/inloggen").headers["cache-control"] == "no-store"
    sign_in(page, anna.id)
    assert page.send("GET", "/kijk-in-uw-mail").headers["cache-control"] == "no-store"
    assert page.send("GET", "/nothing").headers["cache-control"] == "no-store"
    assert page.send("GET", "/static/theme.css").headers["cache-control"] == "max-age=3600, public"


def test_files_set_no_cookie(page):
    assert "set-cookie" not in page.send("GET", "/static/theme.css").headers


# --- forms of somebody else --------------------------------------------------------------------------------------


def test_a_form_without_the_token_does_nothing_and_explains_itself(page, anna):
    page.get("/inloggen")
    answer = page._client.post("/inloggen", data={"email": anna.email})
    assert answer.status_code == 403
    assert "Deze pagina stond te lang open" in answer.text
    assert "verification" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "0" * 128])
def test_a_made_up_token_does_nothing(page, token):
    page.get("/inloggen")
    assert page._client.post("/inloggen", data={"email": "a@b.nl", "_csrf_token": token}).status_code == 403


def test_the_token_of_another_visitor_does_nothing(page):
    theirs = page.get("/inloggen").csrf_token
    mine = page.another().get("/inloggen")
    assert mine._client.post("/inloggen", data={"email": "a@b.nl", "_csrf_token": theirs}).status_code == 403


def test_the_cookie_of_the_token_is_for_this_host_only(page):
    (cookie,) = page.send("GET", "/inloggen").headers.get_list("set-cookie")
    assert cookie.startswith("__Host-csrf=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))


# --- mistakes ----------------------------------------------------------------------------------------------------

REFUSALS = {
    "not-found": (errors.NotFound("x"), 404),
    "not-allowed": (errors.NotAllowed("x"), 403),
    "invalid": (errors.InvalidInput({"email": "missing"}), 400),
    "illegal": (errors.IllegalTransition("proposal", "lapsed", "accept"), 409),
    "overtaken": (errors.Overtaken("x"), 409),
    "slot-taken": (errors.SlotTaken(uuid4()), 409),
    "no-room": (errors.NoRoom(uuid4()), 409),
    "does-not-fit": (errors.DoesNotFit(("skill",)), 409),
    "lapsed": (errors.ProposalLapsed(uuid4(), NOW), 410),
    "link-used": (errors.LinkUsed("x"), 410),
    "busy": (
        OperationalError("UPDATE person SET email='anna@voorbeeld.nl'", {}, sqlite3.OperationalError("locked")),
        503,
    ),
    "bug": (RuntimeError("anna@voorbeeld.nl"), 500),
}


@get("/stumble/{kind:str}", sync_to_thread=True)
def stumble(kind: FromPath[str]) -> str:
    """Refuse, or break."""
    raise REFUSALS[kind][0]


@post("/done", sync_to_thread=True)
def done(request: HttpRequest) -> Redirect:
    """Do something and say so on the next page."""
    return redirect("/inloggen", request=request, flash="Het is gelukt.")


@pytest.fixture
def stumbling(settings, clock, engine) -> Iterator[Page]:
    """A visitor to a site with handlers that refuse and break."""
    site = make_site(settings, clock, engine)
    site.register(stumble)
    site.register(done)
    with visitor(site) as page:
        yield page


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_is_a_page_in_plain_words(stumbling, kind):
    """The status says what happened to machines, the words to people; what went wrong inside is told to nobody."""
    refusal, status = REFUSALS[kind]
    answer = stumbling.send("GET", f"/stumble/{kind}")
    assert answer.status_code == status
    main = check_page(answer.text, f"/stumble/{kind}").find("main")
    assert main.find("a", href=True), "no way on"
    assert str(refusal) == "x" or str(refusal) not in answer.text
    assert re.search(r"traceback|sqlalchemy|exception|error|\b[45]\d\d\b", words(main), re.IGNORECASE) is None


def test_a_busy_database_asks_to_come_back(stumbling):
    assert stumbling.send("GET", "/stumble/busy").headers["retry-after"] == "30"


def test_a_bug_has_a_number_that_the_log_has_too_and_no_names(stumbling, caplog):
    """Whoever is called can find it; whoever reads the log learns nothing about anybody."""
    with caplog.at_level(logging.INFO):
        answer = stumbling.send("GET", "/stumble/bug?email=anna@voorbeeld.nl")
    number = re.search(r"Nummer: (\w{8})", answer.text)
    assert number is not None
    assert number.group(1) in caplog.text
    assert "/stumble/{kind" in caplog.text
    assert "RuntimeError" in caplog.text
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith(("web", "marketplace")))
    assert "voorbeeld.nl" not in ours


def test_a_sentence_for_the_next_page_is_shown_once(stumbling):
    stumbling.get("/inloggen").post("/done")
    assert stumbling.flash == "Het is gelukt."
    assert stumbling.get("/inloggen").flash == ""


def test_a_page_that_is_not_there_helps_on(page):
    page.get("/hulpvraag", expect=404)
    assert page.heading == "Deze pagina is er niet"
    assert page.links()["Naar de voorpagina"] == "/"


def test_a_huge_form_is_refused(page):
    page.get("/inloggen")
    answer = page.send("POST", "/inloggen", {"email": "a" * 1_100_000})
    assert answer.status_code in (400, 413)


# --- being asked to sign in --------------------------------------------------------------------------------------


def test_whoever_must_sign_in_is_brought_there_and_htmx_is_told_to_go(page):
    """A redirect inside a fetched piece of a page would put the sign-in form there."""
    answer = page.send("GET", "/mijn?deel=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inloggen?terug=/mijn%3Fdeel%3D2")
    piece = page._client.get("/mijn", headers={"HX-Request": "true", "Referer": f"{BASE_URL}/hulpvragen"})
    assert (piece.status_code, piece.headers["hx-redirect"]) == (401, "/inloggen?terug=/hulpvragen")


# --- what cookies hold -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/a/b?c=d", "/hulpvragen?x=1&y=2"])
def test_a_path_of_this_site_is_safe_to_go_to(path):
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path", [None, 3, "", "a", "//a.nl", "/\\a.nl", "https://a.nl", "/a b", "/a\nb", "/" + "a" * 500]
)
def test_anything_else_is_not(path):
    assert safe_path(path) is None


def test_a_cookie_that_somebody_changed_is_empty():
    jar, other = Cookies("s" * 32, is_https=True), Cookies("t" * 32, is_https=True)
    value = jar.make_flash(Flash("done", "Gelukt.")).value or ""
    assert jar.read_flash(value) == Flash("done", "Gelukt.")
    assert other.read_flash(value) is None
    assert jar.read_flash(value[:-2]) is None
    assert jar.read_return(value) is None
    assert jar.read_flash(None) is jar.read_return(None) is None


def test_redirects_stay_on_this_site(site):
    with TestClient(site) as client, pytest.raises(ValueError, match="path on this site"):
        redirect("https://example.org", request=client.build_request("GET", "/"))


# --- is it alive -------------------------------------------------------------------------------------------------


def test_the_watchman_hears_whether_it_can_work(page, sessions, engine):
    assert page.send("GET", "/healthz").text == "ok\n"
    assert page.send("GET", "/readyz").status_code == 200
    assert newest_revision()
    with sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert page.send("GET", "/readyz").status_code == 503


def test_without_a_database_it_is_alive_but_not_ready(tmp_path, clock):
    """Nothing there at all: every page still is one, and no error names what went wrong."""
    engine = make_engine(f"sqlite:///{tmp_path}/none/at/all.db")
    site = create_app(site_settings("sqlite://", tmp_path), clock=clock, engine=engine)
    with visitor(site) as page:
        assert page.send("GET", "/healthz").status_code == 200
        assert page.send("GET", "/readyz").status_code == 503
        page.get("/inloggen")
        answer = page.send("POST", "/inloggen", {"email": "a@b.nl"})
        assert answer.status_code == 503
        assert "Het is nu even druk" in answer.text


def test_the_clock_of_the_site_is_the_one_it_was_given(page, anna, clock, sign_in):
    sign_in(page, anna.id)
    assert page.send("GET", "/inloggen").status_code == 303
    clock.move(hours=13)
    assert clock() - NOW == timedelta(hours=13)
    assert page.send("GET", "/inloggen").status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/static/theme.css", 200), ("/mijn", 303), ("/niets", 404)])
def test_head_answers_as_get_does_without_the_body(page, path, status):
    """Whoever checks whether a page is there, and how long it is."""
    whole, head = page.send("GET", path), page.send("HEAD", path)
    assert (whole.status_code, head.status_code) == (status, status)
    assert head.content == b""
    for name in ("content-type", "content-security-policy", "cache-control"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.browser
@pytest.mark.database("sqlite")
def test_head_is_answered_over_a_real_socket(live):
    """A server goes by the method to know that no body comes."""
    with httpx.Client(base_url=live) as client:
        for path in ("/", "/static/theme.css"):
            head = client.head(path)
            assert (head.status_code, head.content) == (200, b"")
        assert client.get("/healthz").status_code == 200, "the connection is good for more"
