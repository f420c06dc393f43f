"""Garden days: the public list of gardens near each other, whose garden it is, who leads the day, and staff."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from rapidfuzz import fuzz
from sqlmodel import Session

from marketplace import permissions
from marketplace.errors import DoesNotFit, IllegalTransition, InvalidInput, NotFound, SlotTaken
from marketplace.models import GardenDay
from marketplace.queries import board, garden_days, offers, requests
from marketplace.together import garden_days as acts
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.garden_days import keep_plan, read_gardens, read_plan, read_size
from web.forms.reading import is_ticked, read_day, read_id, read_line, read_many
from web.guards import requires_desk, requires_sign_in
from web.labels.problems import sentences_of
from web.pages import garden_days as pages

_GONE = "Er is intussen iets veranderd. Zo staat het nu."
_MISFIT = {"gardens": "gardens_misfit"}
_LIKE = 80
_MOST = 8


class GardenGroupsController(Controller):
    """Looking is for everybody; who offers a group signs in and has an offer."""

    path = pages.PUBLIC

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Gardens near each other, for a group of this size."""
        return _show_bundles(visit, is_staff=False)

    @get("/nieuw", guards=[requires_sign_in], sync_to_thread=True)
    def new(self, visit: Given[Visit]) -> Answer:
        """The group, the day, the gardens."""
        with visit.sessions.read() as session:
            if offers.find_live_offer_of(session, visit.actor.person_id, visit.site.municipality_id) is None:
                return visit.redirect(f"/helpen?terug={pages.PUBLIC}")
        return _show_plan(visit, dict(_wanted(visit)), is_staff=False)

    @post("/nieuw", guards=[requires_sign_in], sync_to_thread=True)
    def offer(self, visit: Given[Visit], data: Typed) -> Answer:
        """We want to do these: whose gardens they are is asked at once."""
        typed = keep_plan(data)
        try:
            asked = read_plan(typed)
            with visit.sessions.begin() as session:
                day = acts.offer_group(
                    session, asked, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
                )
        except NotFound:
            return visit.redirect(f"/helpen?terug={pages.PUBLIC}")
        except (InvalidInput, DoesNotFit, SlotTaken) as refused:
            return _show_plan(visit, typed, is_staff=False, problems=_problems(refused))
        visit.after_commit()
        return visit.redirect(f"{pages.OWN}/{day.id}", flash="Dank u wel! Wij vragen het nu aan de bewoners.")


class OwnGardenDaysController(Controller):
    """Who leads a garden day, and whose gardens they are. Somebody else's looks as if it were not there."""

    path = pages.OWN
    guards = (requires_sign_in,)

    @get("/{day_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], day_id: FromPath[UUID]) -> Response[str]:
        """How it stands."""
        with visit.sessions.read() as session:
            page = pages.read_day(session, _led(session, visit, day_id), is_staff=False, now=visit.now)
        return visit.render("together/garden_day.html", page)

    @post("/{day_id:uuid}/leiden", sync_to_thread=True)
    def lead(self, visit: Given[Visit], day_id: FromPath[UUID], data: Typed) -> Answer:
        """Yes, I lead it; or no."""
        is_yes, here = read_line(data, "antwoord") == "ja", f"{pages.OWN}/{day_id}"
        try:
            with visit.sessions.begin() as session:
                _led(session, visit, day_id)
                acts.answer_as_leader(session, day_id=day_id, is_yes=is_yes, actor=visit.actor, now=visit.now)
        except IllegalTransition:
            return visit.redirect(here, flash=_GONE, kind="info")
        visit.after_commit()
        told = "Fijn! Wij vragen het nu aan de bewoners." if is_yes else "Dat is goed. Dank u wel dat u het zei."
        return visit.redirect(here, flash=told)

    @get("/{day_id:uuid}/bladen", sync_to_thread=True)
    def sheets(self, visit: Given[Visit], day_id: FromPath[UUID]) -> Response[str]:
        """A sheet for each garden, to print."""
        with visit.sessions.read() as session:
            page = pages.read_sheets(session, _led(session, visit, day_id), now=visit.now)
        return visit.render("together/garden_sheets.html", page)

    @post("/{day_id:uuid}/afloop", sync_to_thread=True)
    def report(self, visit: Given[Visit], day_id: FromPath[UUID], data: Typed) -> Answer:
        """These are done; the others look again."""
        with visit.sessions.read() as session:
            _led(session, visit, day_id)
        return _report(visit, day_id, data, f"{pages.OWN}/{day_id}")

    @post("/{day_id:uuid}/afzeggen", sync_to_thread=True)
    def call_off(self, visit: Given[Visit], day_id: FromPath[UUID]) -> Answer:
        """It does not go on."""
        with visit.sessions.read() as session:
            _led(session, visit, day_id)
        return _call_off(visit, day_id, f"{pages.OWN}/{day_id}")

    @get("/{day_id:uuid}/{request_id:uuid}", sync_to_thread=True)
    def asked(self, visit: Given[Visit], day_id: FromPath[UUID], request_id: FromPath[UUID]) -> Response[str]:
        """May they do your garden?"""
        with visit.sessions.read() as session:
            _own(session, visit, request_id)
            page = pages.read_asked(session, garden_days.get_day(session, day_id), request_id, now=visit.now)
        return visit.render("together/garden_asked.html", page)

    @post("/{day_id:uuid}/{request_id:uuid}", sync_to_thread=True)
    def answer(self, visit: Given[Visit], day_id: FromPath[UUID], request_id: FromPath[UUID], data: Typed) -> Answer:
        """Yes or no."""
        with visit.sessions.read() as session:
            _own(session, visit, request_id)
        return _answer(visit, day_id, request_id, data, f"{pages.OWN}/{day_id}/{request_id}")


class GardenWorkController(Controller):
    """For the desk: bring groups and gardens together, and type in what people say."""

    path = pages.WORK
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Days that are planned, and gardens that could be."""
        return _show_bundles(visit, is_staff=True)

    @get("/nieuw", sync_to_thread=True)
    def new(self, visit: Given[Visit], zoek: FromQuery[str] = "") -> Response[str]:
        """Who leads it is searched by name."""
        return _show_plan(visit, dict(_wanted(visit)), is_staff=True, search=zoek)

    @post("/nieuw", sync_to_thread=True)
    def plan(self, visit: Given[Visit], data: Typed) -> Answer:
        """Ask the leader; or, where they agreed already, whose gardens they are."""
        typed: dict[str, Any] = keep_plan(data) | {
            "leider": read_line(data, "leider"),
            "leider_zei_ja": read_line(data, "leider_zei_ja"),
        }
        offer_id, search = read_id(typed["leider"]), read_line(data, "zoek")
        try:
            if offer_id is None:
                raise InvalidInput({"leader": "leader_missing"})
            asked = read_plan(typed)
            with visit.sessions.begin() as session:
                day = acts.plan(
                    session,
                    asked,
                    offer_id=offer_id,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                    leader_agreed=is_ticked(data, "leider_zei_ja"),
                )
        except (InvalidInput, DoesNotFit, SlotTaken) as refused:
            return _show_plan(visit, typed, is_staff=True, search=search, problems=_problems(refused))
        visit.after_commit()
        return visit.redirect(f"{pages.WORK}/{day.id}", flash="De tuindag staat er.")

    @get("/{day_id:uuid}", sync_to_thread=True)
    def show_day(self, visit: Given[Visit], day_id: FromPath[UUID]) -> Response[str]:
        """How one stands: kinds and neighbourhoods; for more one opens the case."""
        with visit.sessions.read() as session:
            page = pages.read_day(session, _of_desk(session, visit, day_id), is_staff=True, now=visit.now)
        return visit.render("together/garden_day.html", page)

    @post("/{day_id:uuid}/antwoord", sync_to_thread=True)
    def answer(self, visit: Given[Visit], day_id: FromPath[UUID], data: Typed) -> Answer:
        """What somebody said on the telephone."""
        request_id = read_id(read_line(data, "tuin"))
        with visit.sessions.read() as session:
            _of_desk(session, visit, day_id)
        if request_id is None:
            raise NotFound("a garden")
        return _answer(visit, day_id, request_id, data, f"{pages.WORK}/{day_id}")

    @post("/{day_id:uuid}/afloop", sync_to_thread=True)
    def report(self, visit: Given[Visit], day_id: FromPath[UUID], data: Typed) -> Answer:
        """What the leader told."""
        with visit.sessions.read() as session:
            _of_desk(session, visit, day_id)
        return _report(visit, day_id, data, f"{pages.WORK}/{day_id}")

    @post("/{day_id:uuid}/afzeggen", sync_to_thread=True)
    def call_off(self, visit: Given[Visit], day_id: FromPath[UUID]) -> Answer:
        """It does not go on."""
        with visit.sessions.read() as session:
            _of_desk(session, visit, day_id)
        return _call_off(visit, day_id, f"{pages.WORK}/{day_id}")


def _show_bundles(visit: Visit, *, is_staff: bool) -> Response[str]:
    people_count, hours = read_size(visit.request.query_params)
    with visit.sessions.read() as session:
        page = pages.read_bundles(
            session,
            municipality_id=visit.site.municipality_id,
            people_count=people_count,
            hours=hours,
            is_staff=is_staff,
            now=visit.now,
        )
    return visit.render("together/gardens.html", page)


def _wanted(visit: Visit) -> dict[str, Any]:
    query = visit.request.query_params
    people_count, _ = read_size(query)
    day = read_day(read_line(query, "dag"))
    return {
        "tuin": [str(value) for value in query.getall("tuin", [])],
        "people": str(people_count),
        "date": day.isoformat() if day else "",
    }


def _show_plan(
    visit: Visit,
    typed: dict[str, Any],
    *,
    is_staff: bool,
    search: str = "",
    problems: dict[str, str] | None = None,
) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_plan_page(
            session,
            read_gardens(typed),
            municipality_id=visit.site.municipality_id,
            typed=typed,
            now=visit.now,
            is_staff=is_staff,
            leaders=_leaders(session, visit, search or str(typed.get("group_name", ""))) if is_staff else (),
            search=search,
            errors=sentences_of(problems or {}),
            actor=visit.actor,
        )
    return visit.render("together/plan_garden_day.html", page, status=400 if problems else 200)


def _leaders(session: Session, visit: Visit, wanted: str) -> tuple[tuple[str, str, str], ...]:
    """Who helps and is called so, or nearly; the likeliest first."""
    typed = wanted.strip().casefold()
    if not typed:
        return ()
    scored = [
        (100.0 if row.first_name.casefold().startswith(typed) else fuzz.ratio(typed, row.first_name.casefold()), row)
        for row in board.list_names(session)
    ]
    near = sorted((one for one in scored if one[0] >= _LIKE), key=lambda one: (-one[0], str(one[1].offer_id)))
    return tuple((str(row.offer_id), row.first_name, row.neighbourhood) for _, row in near[:_MOST])


def _problems(refused: InvalidInput | DoesNotFit | SlotTaken) -> dict[str, str]:
    found = refused.problems if isinstance(refused, InvalidInput) else _MISFIT
    return {{"gardens": "tuin", "leader": "zoek"}.get(name, name): code for name, code in found.items()}


def _answer(visit: Visit, day_id: UUID, request_id: UUID, data: Typed, here: str) -> Answer:
    is_yes = read_line(data, "antwoord") == "ja"
    try:
        with visit.sessions.begin() as session:
            acts.answer(session, day_id=day_id, request_id=request_id, is_yes=is_yes, actor=visit.actor, now=visit.now)
    except (IllegalTransition, SlotTaken, DoesNotFit):
        return visit.redirect(here, flash=_GONE, kind="info")
    visit.after_commit()
    told = "Dank u wel. De groep krijgt bericht." if is_yes else "Dat is goed. Wij zoeken verder."
    return visit.redirect(here, flash=told)


def _report(visit: Visit, day_id: UUID, data: Typed, here: str) -> Answer:
    done = {one for value in read_many(data, "klaar") if (one := read_id(value)) is not None}
    try:
        with visit.sessions.begin() as session:
            acts.report(session, day_id=day_id, done=done, actor=visit.actor, now=visit.now)
    except IllegalTransition:
        return visit.redirect(here, flash=_GONE, kind="info")
    visit.after_commit()
    return visit.redirect(here, flash="Dank u wel! Voor de andere tuinen zoeken wij verder.")


def _call_off(visit: Visit, day_id: UUID, here: str) -> Answer:
    try:
        with visit.sessions.begin() as session:
            acts.call_off(session, day_id=day_id, actor=visit.actor, now=visit.now)
    except IllegalTransition:
        return visit.redirect(here, flash=_GONE, kind="info")
    visit.after_commit()
    return visit.redirect(here, flash="De tuindag gaat niet door. Iedereen krijgt bericht.")


def _led(session: Session, visit: Visit, day_id: UUID) -> GardenDay:
    day = garden_days.get_day(session, day_id)
    if day.leader_id != visit.actor.person_id:
        raise NotFound(f"garden day {day_id}")
    return day


def _own(session: Session, visit: Visit, request_id: UUID) -> None:
    if not permissions.is_requester(visit.actor, requests.get_request(session, request_id)):
        raise NotFound(f"request {request_id}")


def _of_desk(session: Session, visit: Visit, day_id: UUID) -> GardenDay:
    day = garden_days.get_day(session, day_id)
    permissions.require(visit.actor.has_role(day.municipality_id, permissions.DESK_WORKERS))
    return day
