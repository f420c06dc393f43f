"""A small world in which something of everything has happened, and where to find it."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import appointments, concerns, deskwork, handovers, intake, matches, matchmaking, posting, responses
from marketplace.asks import RIDE, Destination
from marketplace.database import Sessions
from marketplace.links import AddressLinks, AnswerLinks, EvaluationLinks, HandOverLinks, SignInLinks
from marketplace.models import (
    AskerKind,
    Channel,
    ConcernKind,
    ConcernOutcome,
    ContactBy,
    DeclineReason,
    Match,
    NoticeKind,
    Offer,
    Person,
    SignInLink,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import deskwork as deskwork_queries
from marketplace.settings import Settings
from tests.journeys.world_of_buddies import add_buddies
from tests.journeys.world_of_clubs import add_clubs
from tests.journeys.world_of_rides import add_rides
from tests.journeys.world_of_series import add_series
from tests.journeys.world_of_talk import add_talk
from tests.journeys.world_of_together import add_together
from tests.journeys.world_of_young import add_young
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_request_for,
    a_team_lead,
    a_volunteer,
    a_window,
    actor_for,
    on_duty,
    place,
    the_municipality,
)
from tests.support.clock import NOW

HIS_SKILLS = ("garden.hedge", "garden.mowing", "company.coffee", RIDE)
# Proposals with a page behind a mailed link.
TO_PROPOSALS = (
    *("asked", "waiting", "declined", "unwanted", "over", "late", "full"),
    *("agreed_proposal", "confirmed_proposal"),
)
HIS_PAPERS = ("vog", "car", "driving_licence")


class World:
    """Riet asks, Piet helps, Carla is on duty; `places` names what pages are about, for addresses like /werk/{case}."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self.people: dict[str, UUID] = {}
        self.places: dict[str, str] = {}
        self._answers = AnswerLinks(settings.secret_key)
        with sessions.begin() as session:
            municipality_id = the_municipality(session).id
            self._employ(session)
            riet = self._know(a_person(session, "Riet", email="riet@voorbeeld.nl"))
            self._know(a_person(session, "Nel"))
            dora = a_volunteer(session, "Dora", skills=["garden.hedge"], at=place("4849AB"), reach_km=2.0)
            case = a_request(session, requester=riet, street="Heuvel", house_number="12")
            self._name(case=case.id, far_offer=dora.id)
        matchmaking.run_round(sessions, municipality_id=municipality_id, now=NOW)  # hands the case to Carla
        with sessions.begin() as session:
            self._offer_and_ask(session)
        with sessions.begin() as session:
            self._agree(session)
        with sessions.begin() as session:
            self._allow(session)
        with sessions.begin() as session:
            self._send_links(session, settings)
        with sessions.begin() as session:
            self._wait_for_calls(session)
        rides = add_rides(sessions, settings, self.people["riet"])
        self.people |= rides.people
        self.places |= rides.places
        with sessions.begin() as session:
            self._worry(session)
        with sessions.begin() as session:
            self._hand_over(session, settings)
        with sessions.begin() as session:
            more = add_young(session, settings, self.people["riet"], self.people["bep"])
        self.people |= more.people
        self.places |= more.places
        with sessions.begin() as session:
            returning = add_series(session, self.people["riet"])
        self.people |= returning.people
        self.places |= returning.places
        with sessions.begin() as session:
            clubs = add_clubs(session, settings.secret_key)
        self.people |= clubs.people
        self.places |= clubs.places
        with sessions.begin() as session:
            talk = add_talk(session, self.people["carla"], self.people["marieke"])
        self.people |= talk.people
        self.places |= talk.places
        with sessions.begin() as session:
            buddies = add_buddies(session, settings)
        self.people |= buddies.people
        self.places |= buddies.places
        with sessions.begin() as session:
            here = the_municipality(session).id
            carla = Actor(self.people["carla"], "Carla", frozenset({(here, StaffRoleKind.COORDINATOR)}))
            together = add_together(session, carla)
        self.people |= together.people
        self.places |= together.places

    def address(self, pattern: str) -> str:
        """An address with what its names stand for."""
        return pattern.format_map(self.places)

    def _know(self, person: Person) -> Person:
        self.people[person.first_name.lower()] = person.id
        return person

    def _name(self, **places: object) -> None:
        self.places.update({name: str(value) for name, value in places.items()})

    def _employ(self, session: Session) -> None:
        carla, els = a_coordinator(session, "Carla"), a_coordinator(session, "Els")
        lotte = a_coordinator(session, "Lotte", kind=StaffRoleKind.READER)
        trudy = a_team_lead(session)
        self.people["trudy"] = trudy.person_id
        on_duty(session, carla)
        lead = a_coordinator(session, "Marieke", kind=StaffRoleKind.TEAM_LEAD)
        self.people["marieke"] = lead.person_id
        self.people |= {"carla": carla.person_id, "els": els.person_id, "lotte": lotte.person_id}

    def _offer_and_ask(self, session: Session) -> None:
        """Who helps, and requests as they stand in the list."""
        riet = session.get_one(Person, self.people["riet"])
        bep = self._know(a_person(session, "Bep"))
        piet = a_volunteer(
            session, "Piet", skills=HIS_SKILLS, seen=HIS_PAPERS, capacity=10, asked_per_week=7, is_public=True
        )
        sanne = a_volunteer(session, "Sanne", skills=["company.coffee"], is_public=True)
        henk = a_volunteer(session, "Henk", capacity=1)
        a_match(session, a_request(session, requester=bep), henk)
        self.people |= {"piet": piet.person_id, "sanne": sanne.person_id, "henk": henk.person_id}
        self._name(offer=piet.id, sannes_offer=sanne.id)
        hospital = Destination("Amphia Ziekenhuis", place("4818CK"), returns=True, wait_minutes=60)
        ride = a_request(session, requester=riet, skill=RIDE, destination=hospital, windows=(a_window(96),))
        club = a_request(
            session,
            requester=bep,
            skill="club.events",
            slots=3,
            asker_kind=AskerKind.ORGANISATION,
            organisation_name="Buurthuis De Bunthoef",
            text="Wie helpt bij het zomerfeest? Wij zoeken mensen voor de bar en het opruimen.",
            windows=(a_window(24 * 20),),
        )
        self._name(ride=ride.id, club=club.id)
        for number, skill in enumerate(("home.groceries", "company.walking", "digital.devices", "home.pets") * 3):
            a_request(session, requester=bep, skill=skill, now=NOW - timedelta(hours=number))
        for name, found in (("asked", henk), ("asked", piet), ("ride_asked", piet)):
            request = ride if name == "ride_asked" else a_request(session, requester=bep)
            proposal = a_proposal(session, request, found)
            self._name(**{name if found is piet else "full": proposal.id, f"{name}_request": request.id})

    def _agree(self, session: Session) -> None:
        """Answers, and what came of them: each of its own request, each between Riet and Piet but the objection."""
        piet = session.get_one(Offer, UUID(self.places["offer"]))
        riet, bep = (session.get_one(Person, self.people[name]) for name in ("riet", "bep"))
        he, she = Actor(piet.person_id), Actor(riet.id)
        for name in ("agreed", "confirmed", "done", "cancelled"):
            match = a_match(session, a_request(session, requester=riet, street="Heuvel", house_number="12"), piet)
            self._name_match(name, match)
            if name in ("confirmed", "done"):
                matches.confirm(session, match_id=match.id, actor=she, now=NOW)
            if name == "done":
                matches.finish(session, match_id=match.id, actor=she, now=NOW)
            if name == "cancelled":
                matches.cancel(session, match_id=match.id, actor=he, now=NOW)
        objected = a_match(session, a_request(session, requester=bep, skill="garden.mowing"), piet)
        self._name_match("objected", objected)
        matches.object_to(session, match_id=objected.id, actor=Actor(bep.id), now=NOW)

        chosen = a_request(session, requester=riet, is_chosen_by_requester=True, skill="company.coffee")
        waiting = a_proposal(session, chosen, piet)
        responses.accept(session, proposal_id=waiting.id, actor=he, now=NOW)
        declined = a_proposal(session, a_request(session, requester=riet, skill="company.coffee"), piet)
        responses.decline(session, proposal_id=declined.id, actor=he, now=NOW)
        unwanted = a_proposal(session, a_request(session, requester=riet, skill="garden.mowing"), piet)
        responses.decline(session, proposal_id=unwanted.id, actor=he, now=NOW, reason=DeclineReason.NOT_THIS_KIND)
        withdrawn = a_request(session, requester=riet)
        over = a_proposal(session, withdrawn, piet)
        posting.withdraw_request(session, request_id=withdrawn.id, actor=she, now=NOW)
        a_day_ago = NOW - timedelta(hours=25)
        late = a_proposal(session, a_request(session, requester=bep, now=a_day_ago), piet, now=a_day_ago)
        responses.lapse_overdue(session, NOW)
        self._name(chosen=chosen.id, withdrawn=withdrawn.id, waiting=waiting.id, late=late.id)
        self._name(declined=declined.id, unwanted=unwanted.id, over=over.id)
        for name in TO_PROPOSALS:
            self._name(**{f"{name}_token": self._answers.path(UUID(self.places[name])).rsplit("/", 1)[1]})

    def _allow(self, session: Session) -> None:
        """Riet agreed to the terms by telephone, and Els asks in her name."""
        riet, els = (session.get_one(Person, self.people[name]) for name in ("riet", "els"))
        represented = a_request_for(session, riet, els)
        intake.agree(
            session,
            riet.id,
            municipality_id=represented.municipality_id,
            channel=Channel.TELEPHONE,
            actor=actor_for(session, self.people["carla"]),
            now=NOW,
        )
        self._name(represented=represented.id)

    def _name_match(self, name: str, match: Match) -> None:
        self._name(**{name: match.id, f"{name}_request": match.request_id, f"{name}_proposal": match.proposal_id})

    def _wait_for_calls(self, session: Session) -> None:
        """Tine and Cor have no e-mail; Carla has them on the telephone. Cor was helped, and is asked how it was."""
        tine = a_person(session, "Tine", email=None, contact_by=ContactBy.TELEPHONE)
        a_request(session, requester=tine, skill="company.coffee", text="Wie drinkt er koffie met mij?")
        (call,) = deskwork_queries.list_calls_to(session, tine.id, now=NOW)
        deskwork.take(session, call.id, actor=actor_for(session, self.people["carla"]), now=NOW)
        cor = a_person(session, "Cor", email=None, contact_by=ContactBy.TELEPHONE)
        helped = a_match(session, a_request(session, requester=cor), session.get_one(Offer, UUID(self.places["offer"])))
        matches.confirm(session, match_id=helped.id, actor=Actor(cor.id), now=NOW)
        matches.finish(session, match_id=helped.id, actor=Actor(cor.id), now=NOW)
        appointments.tell(session, NoticeKind.HOW_WAS_IT, helped, cor.id, key="how", now=NOW)
        how_call = next(
            one for one in deskwork_queries.list_calls_to(session, cor.id, now=NOW) if one.kind is NoticeKind.HOW_WAS_IT
        )
        deskwork.take(session, how_call.id, actor=actor_for(session, self.people["carla"]), now=NOW)
        self._name(tine=tine.id, call=call.id, how_call=how_call.id)

    def _hand_over(self, session: Session, settings: Settings) -> None:
        """Cases of Riet on their way to others: one she was asked about, one sent, one taken, one that came back."""
        els, riet = actor_for(session, self.people["els"]), session.get_one(Person, self.people["riet"])
        links = HandOverLinks(settings.secret_key)
        parcel = handovers.Parcel("Sociaal Team", "balie@voorbeeld.nl", "Riet zoekt hulp bij haar post.", True)
        for name in ("asked_over", "over", "taken", "back"):
            request = a_request(session, requester=riet, skill="home.sewing", now=NOW)
            agreed_by = None if name == "asked_over" else Channel.TELEPHONE
            passed = handovers.prepare(
                session, request_id=request.id, parcel=parcel, agreed_by=agreed_by, actor=els, now=NOW
            )
            if name in ("taken", "back"):
                handovers.confirm(session, hand_over_id=passed.id, is_yes=name == "taken", now=NOW)
            self._name(**{"sent_over" if name == "over" else name: request.id, f"handed_{name}": links.sign(passed.id)})

    def _worry(self, session: Session) -> None:
        """Piet worries about Riet, who knows, and about somebody else; Hanneke dealt with the second."""
        hanneke = a_coordinator(session, "Hanneke", kind=StaffRoleKind.CONCERN_HANDLER)
        a_coordinator(session, "Hugo", kind=StaffRoleKind.CONCERN_HANDLER)
        self.people["hanneke"] = hanneke.person_id
        where = {"municipality_id": the_municipality(session).id, "now": NOW}
        piet, riet = Actor(self.people["piet"]), self.people["riet"]
        about_riet = concerns.Worry(riet, "", ConcernKind.ALONE, "Er komt bijna niemand langs.", is_told=True)
        elsewhere = concerns.Worry(
            None, "De buurman van Riet", ConcernKind.SAFETY, "Ik hoor veel geschreeuw.", False, "Ik ken hem niet."
        )
        closed = concerns.raise_concern(session, elsewhere, actor=piet, **where)
        concern = concerns.raise_concern(session, about_riet, actor=piet, **where)
        concerns.close(
            session,
            concern_id=closed.id,
            outcome=ConcernOutcome.REPORTED,
            text="Veilig Thuis gaat ermee verder.",
            actor=hanneke,
            **where,
        )
        self._name(concern=concern.id, closed_concern=closed.id)

    def _send_links(self, session: Session, settings: Settings) -> None:
        hows = EvaluationLinks(settings.secret_key)
        confirmed = UUID(self.places["confirmed"])
        self._name(how_link=hows.path_of(confirmed, self.people["riet"]).rsplit("/", 1)[1])
        links = SignInLinks(settings.secret_key, settings.base_url)
        for name, used_at in (("link", None), ("used_link", NOW)):
            link = SignInLink(
                email="riet@voorbeeld.nl",
                person_id=self.people["riet"],
                requested_at=NOW,
                expires_at=NOW + timedelta(minutes=10),
                used_at=used_at,
            )
            session.add(link)
            session.flush()
            self._name(**{name: links.path(link.id).rsplit("/", 1)[1]})
        changing = SignInLink(
            email="riet@nieuw.example",
            person_id=self.people["riet"],
            requested_at=NOW,
            expires_at=NOW + timedelta(minutes=10),
            changes_address=True,
        )
        session.add(changing)
        session.flush()
        self._name(address_link=AddressLinks(settings.secret_key).sign(changing.id))
