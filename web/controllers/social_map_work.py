"""The social map, kept by the desk: places, activities, and when they were checked."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace.errors import InvalidInput, NotFound, Overtaken
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.models import Place
from marketplace.queries import catalogue, social_map
from marketplace.queries.social_map import ActivityFacts
from marketplace.together import places
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_id, read_line, read_whole
from web.forms.social_map import ACTIVITY_FIELDS, PLACE_FIELDS, keep, read_activity_form, read_place_form
from web.guards import requires_desk
from web.labels.problems import sentences_of
from web.pages import social_map_work as pages

_OVERTAKEN: Final = "Een collega heeft dit intussen veranderd. Open de pagina opnieuw, en pas het dan aan."


class SocialMapWorkController(Controller):
    """For the desk."""

    path = pages.WORK
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Every place."""
        with visit.sessions.read() as session:
            municipality = catalogue.get_municipality(session, visit.site.municipality_id)
            page = pages.read_list(session, municipality, now=visit.now)
        return visit.render("together/work_map.html", page)

    @post("/eerste-plekken", sync_to_thread=True)
    def load(self, visit: Given[Visit]) -> Answer:
        """The places that the policy papers name."""
        with visit.sessions.begin() as session:
            municipality = catalogue.get_municipality(session, visit.site.municipality_id)
            count = places.load_first_places(
                session, municipality=municipality, actor=visit.actor, geocoder=EmbeddedGeocoder(), now=visit.now
            )
        return visit.redirect(pages.WORK, flash=f"{count} plekken staan op de kaart. Kijk ze na.")

    @get("/{place:str}", sync_to_thread=True)
    def show_place(self, visit: Given[Visit], place: FromPath[str]) -> Response[str]:
        """One place, or a new one."""
        with visit.sessions.read() as session:
            page = pages.read_place_work(session, _place(session, visit, place), now=visit.now)
        return visit.render("together/work_place.html", page)

    @post("/{place:str}", sync_to_thread=True)
    def save_place(self, visit: Given[Visit], place: FromPath[str], data: Typed) -> Answer:
        """As it is now; saving is checking."""
        typed, based_on = keep(data, PLACE_FIELDS), read_line(data, "based_on")
        try:
            with visit.sessions.begin() as session:
                known = _place(session, visit, place)
                saved = places.save_place(
                    session,
                    read_place_form(typed, EmbeddedGeocoder()),
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                    place_id=known.id if known else None,
                    based_on=read_whole(based_on) or 0,
                )
        except (InvalidInput, Overtaken) as refused:
            with visit.sessions.read() as session:
                page = pages.read_place_work(
                    session,
                    _place(session, visit, place),
                    now=visit.now,
                    typed={**typed, "based_on": based_on},
                    errors=_sentences(refused),
                    told=_OVERTAKEN if isinstance(refused, Overtaken) else "",
                )
            return visit.render("together/work_place.html", page, status=_status(refused))
        return visit.redirect(f"{pages.WORK}/{saved.id}", flash="De plek is bewaard, en nagekeken.")

    @post("/{place_id:uuid}/klopt", sync_to_thread=True)
    def confirm(self, visit: Given[Visit], place_id: FromPath[UUID]) -> Answer:
        """Everything is right as it stands."""
        with visit.sessions.begin() as session:
            places.confirm(
                session, place_id, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
            )
        return visit.redirect(pages.WORK, flash="Dank u wel. Dit is nagekeken.")

    @post("/{place_id:uuid}/weg", sync_to_thread=True)
    def close(self, visit: Given[Visit], place_id: FromPath[UUID]) -> Answer:
        """It is no more."""
        with visit.sessions.begin() as session:
            places.close_place(
                session, place_id, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
            )
        return visit.redirect(pages.WORK, flash="De plek staat niet meer op de kaart.")

    @get("/{place_id:uuid}/{activity:str}", sync_to_thread=True)
    def show_activity(self, visit: Given[Visit], place_id: FromPath[UUID], activity: FromPath[str]) -> Response[str]:
        """One activity, or a new one."""
        with visit.sessions.read() as session:
            where, facts = _activity(session, visit, place_id, activity)
        return visit.render("together/work_activity.html", pages.read_activity_work(where, facts))

    @post("/{place_id:uuid}/{activity:str}", sync_to_thread=True)
    def save_activity(
        self, visit: Given[Visit], place_id: FromPath[UUID], activity: FromPath[str], data: Typed
    ) -> Answer:
        """As it is now; saving is checking."""
        typed, based_on = keep(data, ACTIVITY_FIELDS), read_line(data, "based_on")
        try:
            with visit.sessions.begin() as session:
                _, facts = _activity(session, visit, place_id, activity)
                places.save_activity(
                    session,
                    read_activity_form(typed, place_id),
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                    activity_id=facts.activity.id if facts else None,
                    based_on=read_whole(based_on) or 0,
                )
        except (InvalidInput, Overtaken) as refused:
            with visit.sessions.read() as session:
                where, facts = _activity(session, visit, place_id, activity)
                page = pages.read_activity_work(
                    where,
                    facts,
                    typed={**typed, "based_on": based_on},
                    errors=_sentences(refused),
                    told=_OVERTAKEN if isinstance(refused, Overtaken) else "",
                )
            return visit.render("together/work_activity.html", page, status=_status(refused))
        return visit.redirect(f"{pages.WORK}/{place_id}", flash="De activiteit is bewaard.")

    @post("/{place_id:uuid}/{activity_id:uuid}/weg", sync_to_thread=True)
    def end_activity(self, visit: Given[Visit], place_id: FromPath[UUID], activity_id: FromPath[UUID]) -> Answer:
        """It does not go on any more."""
        with visit.sessions.begin() as session:
            places.end_activity(
                session, activity_id, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
            )
        return visit.redirect(f"{pages.WORK}/{place_id}", flash="De activiteit staat niet meer op de kaart.")


def _place(session: Session, visit: Visit, named: str) -> Place | None:
    """The place of an address; None for a new one. Raises NotFound."""
    if named == pages.NEW:
        return None
    if (place_id := read_id(named)) is None:
        raise NotFound(named)
    return social_map.get_place(session, place_id, visit.site.municipality_id)


def _activity(session: Session, visit: Visit, place_id: UUID, named: str) -> tuple[Place, ActivityFacts | None]:
    where = social_map.get_place(session, place_id, visit.site.municipality_id)
    if named == pages.NEW:
        return where, None
    activity_id = read_id(named)
    facts = social_map.get_activity(session, activity_id, visit.site.municipality_id) if activity_id else None
    if facts is None or facts.place.id != place_id:
        raise NotFound(named)
    return where, facts


def _sentences(refused: InvalidInput | Overtaken) -> Mapping[str, str]:
    if isinstance(refused, Overtaken):
        return {}
    # The field that the form has: a line of hours for each day, and one for the days that are otherwise.
    named = {"weekly": "hours_0", "dated": "off"}
    return sentences_of({named.get(name, name): code for name, code in refused.problems.items()})


def _status(refused: InvalidInput | Overtaken) -> int:
    return 400 if isinstance(refused, InvalidInput) else 409
