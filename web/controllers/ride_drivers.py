"""Drivers on the planner's desk: papers, hours and holidays typed in for them; and the money of everybody."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.errors import InvalidInput, NotFound
from marketplace.queries import catalogue, drivers, people
from marketplace.rides import driving, looking
from marketplace.rides.money import MoneyPolicy
from web import dates
from web.controllers import driving_acts as acts
from web.controllers.driving_acts import Act
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import driving as forms
from web.forms.reading import Form, read_day, read_line
from web.guards import requires_ride_planner
from web.labels.problems import sentences_of
from web.pages import ride_drivers as pages
from web.pages.driving import read_car_page, read_month, read_statement
from web.pages.ride_drivers import DRIVERS, MONEY_PAGE
from web.spreadsheets import CSV_TYPE, ODS_TYPE, write_csv, write_ods

_PAPER_FIELDS: Final = ("code", "seen_on", "valid_until")


class RideDriversController(Controller):
    """For ride planners. Opening a driver is logged."""

    path = DRIVERS
    guards = [requires_ride_planner]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Everybody who drives; who cannot be planned comes first."""
        with visit.sessions.read() as session:
            page = pages.read_drivers(session, visit.site.municipality_id, now=visit.now)
        return visit.render("ride_board/drivers.html", page)

    @get("/{driver_id:uuid}", sync_to_thread=True)
    def show_driver(
        self, visit: Given[Visit], driver_id: FromPath[UUID], ride_money: Given[MoneyPolicy]
    ) -> Response[str]:
        """One driver."""
        return _show(visit, driver_id, ride_money)

    @post("/{driver_id:uuid}/papier", sync_to_thread=True)
    def see_paper(
        self, visit: Given[Visit], driver_id: FromPath[UUID], data: Typed, ride_money: Given[MoneyPolicy]
    ) -> Answer:
        """A paper was seen: what, when, and until when it holds."""
        typed = {name: read_line(data, name) for name in _PAPER_FIELDS}
        seen_on, until = read_day(typed["seen_on"]), read_day(typed["valid_until"])
        problems = {"seen_on": "date_missing" * (seen_on is None)}
        problems["valid_until"] = "date_missing" * (bool(typed["valid_until"]) and until is None)
        if found := {name: code for name, code in problems.items() if code}:
            return _show(visit, driver_id, ride_money, typed=typed, problems=found)
        assert seen_on is not None
        try:
            with visit.sessions.begin() as session:
                driving.see_paper(
                    session,
                    driver_id=driver_id,
                    code=typed["code"],
                    seen_on=seen_on,
                    valid_until=until,
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as wrong:
            return _show(visit, driver_id, ride_money, typed=typed, problems=wrong.problems)
        visit.after_commit()
        return visit.redirect(f"{DRIVERS}/{driver_id}", flash="Genoteerd. Het papier zelf bewaren wij niet.")

    @get("/{driver_id:uuid}/auto", sync_to_thread=True)
    def show_car(self, visit: Given[Visit], driver_id: FromPath[UUID]) -> Response[str]:
        """The car and the hours, typed in for the driver."""
        return _car(visit, driver_id)

    @post("/{driver_id:uuid}/auto", sync_to_thread=True)
    def save_car(self, visit: Given[Visit], driver_id: FromPath[UUID], data: Typed) -> Answer:
        """What the driver told by telephone."""
        typed = forms.keep(data)
        try:
            told = forms.read_driver(typed)
        except InvalidInput as wrong:
            return _car(visit, driver_id, typed=typed, problems=wrong.problems)
        with visit.sessions.begin() as session:
            driver = looking.open_driver(session, driver_id=driver_id, actor=visit.actor, now=visit.now, with_home=True)
            driving.save_driver(
                session,
                told,
                municipality=catalogue.get_municipality(session, driver.municipality_id),
                person_id=driver.person_id,
                actor=visit.actor,
                now=visit.now,
            )
        visit.after_commit()
        return visit.redirect(f"{DRIVERS}/{driver_id}", flash="Auto en uren zijn aangepast.")

    @post("/{driver_id:uuid}/dag-anders", sync_to_thread=True)
    def change_day(
        self, visit: Given[Visit], driver_id: FromPath[UUID], data: Typed, ride_money: Given[MoneyPolicy]
    ) -> Answer:
        """Other hours on one day, or ill: the day is planned again."""
        told = "Genoteerd. De planning kijkt opnieuw naar deze dag."
        return _do(visit, driver_id, data, ride_money, acts.change_day, told)

    @post("/{driver_id:uuid}/vrij", sync_to_thread=True)
    def go_away(
        self, visit: Given[Visit], driver_id: FromPath[UUID], data: Typed, ride_money: Given[MoneyPolicy]
    ) -> Answer:
        """A holiday, or a pause."""
        return _do(visit, driver_id, data, ride_money, acts.go_away, "Genoteerd. In die dagen plannen wij niets.")

    @post("/{driver_id:uuid}/weer", sync_to_thread=True)
    def come_back(
        self, visit: Given[Visit], driver_id: FromPath[UUID], data: Typed, ride_money: Given[MoneyPolicy]
    ) -> Answer:
        """The holiday does not go on."""
        return _do(visit, driver_id, data, ride_money, acts.come_back, "Genoteerd. Wij plannen weer.")


class RideMoneyController(Controller):
    """What was driven and what it cost, for ride planners."""

    path = MONEY_PAGE
    guards = [requires_ride_planner]

    @get(sync_to_thread=True)
    def begin(self, visit: Given[Visit]) -> Redirect:
        """This month."""
        return visit.redirect(f"{MONEY_PAGE}/{dates.day_of(visit.now):%Y-%m}")

    @get("/{month:str}", sync_to_thread=True)
    def show(self, visit: Given[Visit], month: FromPath[str], ride_money: Given[MoneyPolicy]) -> Response[str]:
        """A month of everybody."""
        first = _month(month)
        with visit.sessions.read() as session:
            page = pages.read_money(session, visit.site.municipality_id, first, now=visit.now, policy=ride_money)
        return visit.render("ride_board/money.html", page)

    @get("/{month:str}/{driver_id:uuid}", sync_to_thread=True)
    def show_driver(self, visit: Given[Visit], month: FromPath[str], driver_id: FromPath[UUID]) -> Response[str]:
        """A month of one driver, drive by drive: who rode with whom is logged as a look at the driver."""
        first = _month(month)
        with visit.sessions.begin() as session:
            driver = looking.open_driver(session, driver_id=driver_id, actor=visit.actor, now=visit.now)
            name = people.get_person(session, driver.person_id).first_name
            page = read_statement(session, driver, first, back=f"{MONEY_PAGE}/{month}", name=name)
        return visit.render("driving/statement.html", page)

    @get("/{month:str}/ritten.csv", sync_to_thread=True)
    def take_csv(self, visit: Given[Visit], month: FromPath[str]) -> Response[bytes]:
        """Every drive of a month."""
        with visit.sessions.read() as session:
            drives, _ = pages.sheets_of(session, visit.site.municipality_id, _month(month))
        return _file(write_csv(drives), CSV_TYPE, f"ritten-{month}.csv")

    @get("/{month:str}/ritten.ods", sync_to_thread=True)
    def take_ods(self, visit: Given[Visit], month: FromPath[str]) -> Response[bytes]:
        """The same as a spreadsheet, with the sums of each driver."""
        with visit.sessions.read() as session:
            sheets = pages.sheets_of(session, visit.site.municipality_id, _month(month))
        return _file(write_ods(sheets), ODS_TYPE, f"ritten-{month}.ods")


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _month(typed: str) -> date:
    first = read_month(typed)
    if first is None:
        raise NotFound(f"month {typed}")
    return first


def _do(visit: Visit, driver_id: UUID, data: Form, policy: MoneyPolicy, act: Act, told: str) -> Answer:
    try:
        with visit.sessions.begin() as session:
            act(session, drivers.get_driver(session, driver_id), data, actor=visit.actor, now=visit.now)
    except InvalidInput as wrong:
        return _show(visit, driver_id, policy, typed=acts.typed_of(data), problems=acts.on_fields(wrong.problems))
    visit.after_commit()
    return visit.redirect(f"{DRIVERS}/{driver_id}", flash=told)


def _show(
    visit: Visit,
    driver_id: UUID,
    policy: MoneyPolicy,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    with visit.sessions.begin() as session:
        driver = looking.open_driver(session, driver_id=driver_id, actor=visit.actor, now=visit.now)
        errors = sentences_of(dict(problems or {}))
        page = pages.read_driver(
            session,
            driver,
            now=visit.now,
            policy=policy,
            sees_home=looking.sees_home(visit.actor, driver.municipality_id),
            typed=typed,
            errors=errors,
        )
    return visit.render("ride_board/driver.html", page, status=400 if problems else 200)


def _car(
    visit: Visit,
    driver_id: UUID,
    *,
    typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response[str]:
    here = f"{DRIVERS}/{driver_id}"
    with visit.sessions.begin() as session:
        driver = looking.open_driver(session, driver_id=driver_id, actor=visit.actor, now=visit.now, with_home=True)
        person = people.get_person(session, driver.person_id)
        page = read_car_page(
            session,
            driver,
            person,
            action=f"{here}/auto",
            back=here,
            title=f"Auto en uren van {person.first_name}",
            typed=typed,
            errors=sentences_of(dict(problems or {})),
        )
    return visit.render("driving/car.html", page, status=400 if problems else 200)
