"""The pieces that mails are made of: how people, places and work are called, and where links lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.links import (
    AddressLinks,
    AnswerLinks,
    BuddyLinks,
    DriverDayLinks,
    EvaluationLinks,
    GuardianLinks,
    HandOverLinks,
    InvitationLinks,
    ServiceHoursLinks,
    SignInLinks,
    StandbyLinks,
)
from marketplace.models import HelpRequest, Match
from marketplace.queries.work import NoticeFacts
from marketplace.visibility import Situation, show_asker, show_helper

# "Kunt u dinsdag … in Dommelbergen?"
DOING: Final[Mapping[str, str]] = {
    "garden.mowing": "gras maaien",
    "garden.hedge": "een heg knippen",
    "garden.weeding": "onkruid wieden",
    "garden.heavy": "helpen met zwaar tuinwerk",
    "home.odd_jobs": "een kleine klus doen",
    "home.painting": "schilderen of behangen",
    "home.moving": "helpen sjouwen",
    "home.cleaning": "helpen opruimen",
    "home.cooking": "koken",
    "home.groceries": "boodschappen doen",
    "home.sewing": "iets naaien of verstellen",
    "home.bicycle": "een fiets repareren",
    "home.pets": "voor een huisdier zorgen",
    "digital.devices": "helpen met computer of telefoon",
    "digital.government": "helpen met DigiD",
    "admin.paperwork": "helpen met de post",
    "admin.budget": "helpen met geldzaken",
    "transport.automaatje": "iemand rijden",
    "transport.escort": "meegaan naar een afspraak",
    "transport.wheelchair_push": "een rolstoel duwen",
    "company.coffee": "koffie komen drinken",
    "company.walking": "samen wandelen",
    "company.cycling": "samen fietsen",
    "company.sport": "samen sporten",
    "company.games": "een spel spelen",
    "company.culture": "samen ergens naartoe gaan",
    "company.language": "Nederlands oefenen met iemand",
    "company.phone": "iemand bellen",
    "company.buddy": "iemands maatje zijn",
    "company.family": "een gezin helpen",
    "company.respite": "een mantelzorger vrijaf geven",
    "club.hospitality": "gasten ontvangen",
    "club.activities": "een activiteit begeleiden",
    "club.coaching": "training geven",
    "club.board": "meedoen in een bestuur",
    "club.communication": "helpen met een website",
    "club.events": "helpen bij een evenement",
    "club.green": "werken in het groen",
    "club.maintenance": "helpen met onderhoud",
}


@dataclass(frozen=True)
class MailText:
    """One mail: a subject that says it all, short paragraphs, one link, and how to stop."""

    subject: str
    paragraphs: tuple[str, ...]
    action_label: str
    action: str
    stop_url: str = ""


@dataclass(frozen=True)
class Places:
    """Where links lead."""

    base_url: str
    answers: AnswerLinks
    sign_ins: SignInLinks
    evaluations: EvaluationLinks
    address_links: AddressLinks
    days: DriverDayLinks
    standby: StandbyLinks
    hand_overs: HandOverLinks
    guardians: GuardianLinks
    service_hours: ServiceHoursLinks
    invitations: InvitationLinks
    buddies: BuddyLinks

    def request(self, request_id: UUID) -> str:
        """Where who asks it sees how it stands; whoever is not signed in is asked to, and comes back."""
        return f"{self.base_url}/mijn/vragen/{request_id}"

    def case(self, request_id: UUID) -> str:
        return f"{self.base_url}/werk/{request_id}"

    def match(self, match_id: UUID) -> str:
        return f"{self.base_url}/koppelingen/{match_id}"

    def ride(self, ride_id: UUID) -> str:
        """Where who rides, or asked for it, sees how it stands."""
        return f"{self.base_url}/mijn/ritten/{ride_id}"

    def planning(self, day: date) -> str:
        """Where ride planners see a day."""
        return f"{self.base_url}/ritten/{day.isoformat()}"

    def series(self, series_id: UUID) -> str:
        """Where who asks and who helps see every time of it."""
        return f"{self.base_url}/reeks/{series_id}"

    def organisation(self, organisation_id: UUID) -> str:
        """The page of an organisation."""
        return f"{self.base_url}/organisaties/{organisation_id}"

    def vacancy(self, vacancy_id: UUID) -> str:
        """A vacancy as everybody may read it."""
        return f"{self.base_url}/vacatures/{vacancy_id}"

    def buddy(self, trajectory_id: UUID) -> str:
        """Where each of the two, and who asked, sees how it stands."""
        return f"{self.base_url}/mijn/maatje/{trajectory_id}"

    def buddy_case(self, trajectory_id: UUID) -> str:
        """Where the buddy coordinator works on it."""
        return f"{self.base_url}/werk/buddy/{trajectory_id}"

    @property
    def my_rides(self) -> str:
        return f"{self.base_url}/mijn/ritten"

    @property
    def my_drives(self) -> str:
        return f"{self.base_url}/mijn/rijden"

    @property
    def my_sign_ins(self) -> str:
        return f"{self.base_url}/mijn/inloggen"

    def public_request(self, request_id: UUID) -> str:
        """The request as everybody may read it."""
        return f"{self.base_url}/hulpvragen/{request_id}"

    @property
    def concerns(self) -> str:
        """Where the few who handle worries see what waits."""
        return f"{self.base_url}/werk/signalen"

    @property
    def own_concerns(self) -> str:
        return f"{self.base_url}/mijn/zorgen"

    @property
    def own_service(self) -> str:
        return f"{self.base_url}/mijn/diensttijd"

    @property
    def own_return(self) -> str:
        return f"{self.base_url}/mijn/iets-doen"

    def own_year(self, year: int) -> str:
        """Where somebody reads what they did in a year."""
        return f"{self.base_url}/mijn/jaar/{year}"

    @property
    def young_work(self) -> str:
        """Where coordinators look at young helpers."""
        return f"{self.base_url}/werk/jong"

    @property
    def figures(self) -> str:
        return f"{self.base_url}/cijfers"

    def garden_day(self, day_id: UUID) -> str:
        """Where who leads a garden day sees it."""
        return f"{self.base_url}/mijn/tuindagen/{day_id}"

    def garden_answer(self, day_id: UUID, request_id: UUID) -> str:
        """Where whose garden it is says yes or no."""
        return f"{self.base_url}/mijn/tuindagen/{day_id}/{request_id}"

    @property
    def garden_days(self) -> str:
        return f"{self.base_url}/samen/tuindagen"

    def task(self, request_id: UUID) -> str:
        """Where somebody takes on one thing, without an account."""
        return f"{self.base_url}/nu/{request_id}"

    @property
    def requests(self) -> str:
        return f"{self.base_url}/hulpvragen"

    def conversation(self, pair_id: UUID) -> str:
        """Where two people read and write; the id is that of their match, or of their introduction."""
        return f"{self.base_url}/koppelingen/{pair_id}/berichten"

    @property
    def own_texts(self) -> str:
        """What was decided about one's own texts."""
        return f"{self.base_url}/mijn/teksten"

    @property
    def blocked(self) -> str:
        """Where somebody whose account is blocked reads why, and disagrees."""
        return f"{self.base_url}/geblokkeerd"

    @property
    def reports(self) -> str:
        return f"{self.base_url}/werk/meldingen"

    @property
    def my_details(self) -> str:
        """Where one says how one wants to hear from us."""
        return f"{self.base_url}/mijn/gegevens"

    @property
    def own_house(self) -> str:
        return f"{self.base_url}/mijn/helpen"

    @property
    def my_page(self) -> str:
        return f"{self.base_url}/mijn"


def _(text: str, **values: object) -> str:
    """Where a translation would come in; the names in the text are filled in."""
    return text % values


def live(request: HelpRequest | None) -> HelpRequest | None:
    """The request, while it has not ended."""
    return request if request is not None and request.ended_at is None else None


def running(match: Match | None) -> Match | None:
    """The match, while it runs."""
    return match if match is not None and match.status in RUNNING_MATCHES else None


def is_to_requester(facts: NoticeFacts) -> bool:
    """Whether the mail goes to who asks."""
    return (
        facts.to is not None
        and facts.request is not None
        and facts.to.id
        in (
            facts.request.requester_id,
            facts.request.representative_id,
        )
    )


def label_of(facts: NoticeFacts) -> str:
    """What kind of help it is about, as it stands in the middle of a sentence."""
    words = facts.skill.label_nl if facts.skill else _("Hulp")
    return words if words.startswith(("AutoMaatje", "DigiD")) else words[:1].lower() + words[1:]


def asker(facts: NoticeFacts) -> str:
    """An organisation by its name, a person by the first name."""
    if facts.request is not None and facts.request.organisation_name:
        return facts.request.organisation_name
    if facts.request is None or facts.requester is None:
        return _("Iemand")
    return show_asker(facts.requester, facts.request, Situation.OFFERED, by_mail=True).first_name or _("Iemand")


def helper(facts: NoticeFacts) -> str:
    """Who helps, by the first name."""
    if facts.volunteer is None:
        return _("Iemand")
    return show_helper(facts.volunteer, Situation.OFFERED, by_mail=True).first_name or _("Iemand")
