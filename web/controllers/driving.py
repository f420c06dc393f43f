"""The pages of who drives for AutoMaatje: their days, their car and hours, their holidays and what they got."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Driver
from marketplace.queries import catalogue, people
from marketplace.rides import driving
from marketplace.rides.money import MoneyPolicy
from web.controllers import driving_acts as acts
from web.controllers.driving_acts import Act
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import driving as forms
from web.forms.reading import Form, is_ticked
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.pages import driving as pages
from web.pages.driving import HOME, driver_of

_TO_CAR: Final = f"{HOME}/auto"


class DrivingController(Controller):
    """For whoever drives, or wants to."""

    path = HOME
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], ride_money: Given[MoneyPolicy]) -> Answer:
        """Everything of a driver in one place; who does not drive yet begins with their car."""
        return _show(visit, ride_money)

    @get("/auto", sync_to_thread=True)
    def show_car(self, visit: Given[Visit]) -> Response[str]:
        """The car and the hours."""
        return _car(visit)

    @post("/auto", sync_to_thread=True)
    def save_car(self, visit: Given[Visit], data: Typed) -> Answer:
        """Begin to drive, or drive otherwise."""
        typed = forms.keep(data)
        try:
            told = forms.read_driver(typed)
        except InvalidInput as wrong:
            return _car(visit, typed=typed, problems=wrong.problems)
        try:
            with visit.sessions.begin() as session:
                is_new = driver_of(session, visit.actor, visit.site.municipality_id) is None
                driving.save_driver(
                    session,
                    told,
                    municipality=catalogue.get_municipality(session, visit.site.municipality_id),
                    person_id=visit.actor.person_id,
                    actor=visit.actor,
                    now=visit.now,
                    says_grown_up=is_ticked(data, "is_sixteen"),
                )
        except InvalidInput as wrong:
            more = {"is_sixteen": "ja"} if is_ticked(data, "is_sixteen") else {}
            return _car(visit, typed={**typed, **more}, problems=wrong.problems)
        visit.after_commit()
        words = "Welkom. Wij bellen u om kennis te maken." if is_new else "Uw auto en uren zijn aangepast."
        return visit.redirect(HOME, flash=words)

    @post("/dag-anders", sync_to_thread=True)
    def change_day(self, visit: Given[Visit], data: Typed, ride_money: Given[MoneyPolicy]) -> Answer:
        """Other hours on one day, or as always again."""
        return _do(visit, data, ride_money, acts.change_day, "Dank u wel. Wij houden er rekening mee.")

    @post("/vrij", sync_to_thread=True)
    def go_away(self, visit: Given[Visit], data: Typed, ride_money: Given[MoneyPolicy]) -> Answer:
        """A holiday, or a pause."""
        return _do(visit, data, ride_money, acts.go_away, "Goed. In die dagen plannen wij u niet in.")

    @post("/weer", sync_to_thread=True)
    def come_back(self, visit: Given[Visit], data: Typed, ride_money: Given[MoneyPolicy]) -> Answer:
        """The holiday does not go on."""
        return _do(visit, data, ride_money, acts.come_back, "Fijn. Wij plannen u weer in.")

    @get("/overzicht/{month:str}", sync_to_thread=True)
    def show_statement(self, visit: Given[Visit], month: FromPath[str]) -> Response[str]:
        """What one month brought, drive by drive."""
        first = pages.read_month(month)
        if first is None:
            raise NotFound(f"month {month}")
        with visit.sessions.read() as session:
            page = pages.read_statement(session, _own(session, visit), first, back=HOME)
        return visit.render("driving/statement.html", page)


def _own(session: Session, visit: Visit) -> Driver:
    driver = driver_of(session, visit.actor, visit.site.municipality_id)
    if driver is None:
        raise NotFound("a driver")
    return driver


def _do(visit: Visit, data: Form, policy: MoneyPolicy, act: Act, told: str) -> Answer:
    """One thing that a driver says; what cannot be is shown at the field it is about."""
    try:
        with visit.sessions.begin() as session:
            act(session, _own(session, visit), data, actor=visit.actor, now=visit.now)
    except InvalidInput as wrong:
        return _show(visit, policy, typed=acts.typed_of(data), problems=acts.on_fields(wrong.problems))
    visit.after_commit()
    return visit.redirect(HOME, flash=told)


def _show(
    visit: Visit,
    policy: MoneyPolicy,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Answer:
    with visit.sessions.read() as session:
        driver = driver_of(session, visit.actor, visit.site.municipality_id)
        if driver is None:
            return visit.redirect(_TO_CAR)
        page = pages.read_home(
            session, driver, now=visit.now, policy=policy, typed=typed, errors=sentences_of(dict(problems or {}))
        )
    return visit.render("driving/home.html", page, status=400 if problems else 200)


def _car(
    visit: Visit, *, typed: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None
) -> Response[str]:
    with visit.sessions.read() as session:
        driver = driver_of(session, visit.actor, visit.site.municipality_id)
        person = people.get_person(session, visit.actor.person_id)
        page = pages.read_car_page(
            session,
            driver,
            person,
            back=HOME if driver else "/mijn",
            typed=typed,
            errors=sentences_of(dict(problems or {})),
        )
    return visit.render("driving/car.html", page, status=400 if problems else 200)
