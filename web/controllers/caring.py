"""Relief for family carers: asked in their own words, and then as any other help."""

from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from marketplace import drafts
from marketplace.asks import MAX_CARE_NOTE, MAX_TEXT, check_public
from marketplace.models import DraftKind
from web.controllers.asking import COOKIE
from web.cookies import Cookies
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.asking import Step
from web.forms.reading import read_text
from web.pages import caring as pages
from web.pages.asking import address_of

RELIEF: Final = "company.respite"
_KEPT_S: Final = int(drafts.KEPT_FOR.total_seconds())


class CaringController(Controller):
    """Open to everybody; somebody else may ask for a carer as well, in the questions that follow."""

    path = pages.ADDRESS

    @get("/", sync_to_thread=True)
    def show_doors(self, visit: Given[Visit]) -> Response[str]:
        """Which of these are you?"""
        return visit.render("caring/doors.html", pages.doors_page())

    @get("/{name:str}", sync_to_thread=True)
    def show(self, visit: Given[Visit], name: FromPath[str]) -> Response[str]:
        """One situation."""
        return visit.render("caring/situation.html", pages.caring_page(name))

    @post("/{name:str}", sync_to_thread=True)
    def tell(self, visit: Given[Visit], name: FromPath[str], data: Typed, jar: Given[Cookies]) -> Answer:
        """What is wanted, and what must be known, is kept; where and when is asked next."""
        typed = {"text": read_text(data, "text"), "care_note": read_text(data, "care_note")}
        problems = {
            "text": "text_missing" if not typed["text"] else check_public("text", typed["text"], longest=MAX_TEXT),
            "care_note": "care_note_long" if len(typed["care_note"]) > MAX_CARE_NOTE else "",
        }
        if wrong := {field: code for field, code in problems.items() if code}:
            page = pages.caring_page(name, typed=typed, problems=wrong)
            return visit.render("caring/situation.html", page, status=400)
        pages.caring_page(name)
        with visit.sessions.begin() as session:
            _, token = drafts.begin(
                session,
                DraftKind.REQUEST,
                municipality_id=visit.site.municipality_id,
                now=visit.now,
                answers={**typed, "skill": RELIEF},
            )
        response = visit.redirect(address_of(Step.WHERE))
        response.set_cookie(jar.make(jar.name(COOKIE), token, max_age_s=_KEPT_S))
        return response
