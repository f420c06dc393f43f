"""Asking for help: one question a page, without JavaScript, and nothing is lost."""

import pytest

pytestmark = pytest.mark.database("sqlite")

TEXT = "Mijn heg is te hoog geworden. Wie helpt mij met heg knippen?"
WHO = {"first_name": "Riet", "last_name": "de Wit", "email": "riet@example.org", "telephone": "06 12 34 56 78"}


def tell_all(page, *, text=TEXT, kind="Heg knippen en snoeien"):
    """Every question but the last, as somebody would who makes no mistake."""
    page.get("/").follow("Ik zoek hulp")
    page.submit("Ga verder", text=text)
    page.submit(kind)
    page.submit("Ga verder", postcode="4901 ab", house_number="12", street="Dorpstraat")
    page.submit("Ga verder", when=["2-morning", "4-afternoon"], minutes="120")
    if page.heading == "Wie bent u?":
        page.submit("Ga verder", **WHO)
    return page


def test_somebody_new_asks_question_by_question(page):
    """The way of every new asker, up to the mail."""
    tell_all(page)
    assert page.heading == "Klopt dit?"
    for said in (TEXT, "Heg knippen en snoeien", "Dorpstraat 12, 4901 AB", "dinsdagochtend of donderdagmiddag"):
        assert said in page.text
    page.submit("Vraag plaatsen")
    assert page.heading == "Kijk in uw mail"
    assert "riet@example.org" in page.text
