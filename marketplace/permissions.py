"""Who may see and do what: pure predicates on (actor, object), and the same as refusals."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from marketplace import visibility
from marketplace.errors import NotAllowed
from marketplace.models import ActingAs, HelpRequest, Match, Proposal, StaffRoleKind, Trajectory
from marketplace.policies import ContactPolicy
from marketplace.visibility import Situation

CASE_WORKERS = frozenset(
    {
        StaffRoleKind.COORDINATOR,
        StaffRoleKind.TEAM_LEAD,
        StaffRoleKind.RIDE_PLANNER,
        StaffRoleKind.BUDDY_COORDINATOR,
    }
)
DESK_WORKERS = frozenset({StaffRoleKind.COORDINATOR, StaffRoleKind.TEAM_LEAD})
FIGURE_READERS = frozenset({StaffRoleKind.COORDINATOR, StaffRoleKind.TEAM_LEAD, StaffRoleKind.READER})
# What no ride planner is there for falls to the team lead.
RIDE_WORKERS = frozenset({StaffRoleKind.RIDE_PLANNER, StaffRoleKind.TEAM_LEAD})
TEAM_LEADS = frozenset({StaffRoleKind.TEAM_LEAD})
# What no buddy coordinator is there for falls to the team lead.
BUDDY_WORKERS = frozenset({StaffRoleKind.BUDDY_COORDINATOR, StaffRoleKind.TEAM_LEAD})
CONCERN_HANDLERS = frozenset({StaffRoleKind.CONCERN_HANDLER})
# What those who have no other cases work on: how the code of the kind of help begins.
ONLY_KINDS = {StaffRoleKind.RIDE_PLANNER: "transport.", StaffRoleKind.BUDDY_COORDINATOR: "company.buddy"}


@dataclass(frozen=True)
class Actor:
    """Who is acting: a person, with the roles that hold now, per municipality."""

    person_id: UUID
    first_name: str = ""
    roles: frozenset[tuple[UUID, StaffRoleKind]] = field(default_factory=frozenset)
    # The organisations for which they may ask and choose.
    organisations: frozenset[UUID] = field(default_factory=frozenset)

    def has_role(self, municipality_id: UUID, kinds: frozenset[StaffRoleKind]) -> bool:
        """Whether one of these roles is held in that municipality."""
        return any(where == municipality_id and kind in kinds for where, kind in self.roles)

    @property
    def is_staff(self) -> bool:
        """Works on cases somewhere."""
        return any(kind in CASE_WORKERS for _, kind in self.roles)

    @property
    def is_desk(self) -> bool:
        """Takes questions, calls and letters of everybody somewhere; a ride planner has rides only."""
        return any(kind in DESK_WORKERS for _, kind in self.roles)

    @property
    def is_ride_planner(self) -> bool:
        """Plans rides somewhere, or stands in: sees the addresses of who rides and who drives."""
        return any(kind in RIDE_WORKERS for _, kind in self.roles)

    @property
    def is_buddy_worker(self) -> bool:
        """Introduces buddies somewhere, or stands in."""
        return any(kind in BUDDY_WORKERS for _, kind in self.roles)

    @property
    def is_concern_handler(self) -> bool:
        """Handles worries somewhere, which nobody else reads."""
        return any(kind is StaffRoleKind.CONCERN_HANDLER for _, kind in self.roles)

    @property
    def is_reader(self) -> bool:
        """May read the figures somewhere."""
        return any(kind in FIGURE_READERS for _, kind in self.roles)


def may_answer(actor: Actor, proposal: Proposal) -> bool:
    """Only the volunteer who was asked answers."""
    return actor.person_id == proposal.person_id


def is_requester(actor: Actor, request: HelpRequest) -> bool:
    """Whether this is the person who asks, who asks in their name, or acts for the organisation that asks."""
    if request.organisation_id is not None and request.organisation_id in actor.organisations:
        return True
    return actor.person_id in (request.requester_id, request.representative_id)


def may_work_case(actor: Actor, request: HelpRequest) -> bool:
    """Coordinators and the team lead of that municipality; ride planners and buddy coordinators what is theirs."""
    kinds = kinds_of_help(actor, request.municipality_id)
    return kinds is None or request.skill_code.startswith(kinds)


def kinds_of_help(actor: Actor, municipality_id: UUID) -> tuple[str, ...] | None:
    """How the kinds of help begin that somebody works on; None is every kind, () is none."""
    if actor.has_role(municipality_id, DESK_WORKERS):
        return None
    return tuple(start for kind, start in ONLY_KINDS.items() if actor.has_role(municipality_id, frozenset({kind})))


def may_read_figures(actor: Actor, municipality_id: UUID) -> bool:
    """Those who steer by the figures, and the municipality."""
    return actor.has_role(municipality_id, FIGURE_READERS)


def may_handle_concerns(actor: Actor, municipality_id: UUID) -> bool:
    """The small group that worries go to. No other role includes it, a team lead's neither."""
    return actor.has_role(municipality_id, CONCERN_HANDLERS)


def may_work_trajectory(actor: Actor, trajectory: Trajectory) -> bool:
    """Buddy coordinators and the team lead of that municipality, and whoever of the staff has it."""
    here = trajectory.municipality_id
    is_owner = trajectory.owner_id == actor.person_id and actor.has_role(here, CASE_WORKERS)
    return is_owner or actor.has_role(here, BUDDY_WORKERS)


def is_party(actor: Actor, match: Match, request: HelpRequest) -> bool:
    """Whether this is one of the two people of the match, or who asked in the name of one of them."""
    return actor.person_id == match.person_id or is_requester(actor, request)


def is_contact_open(match: Match, *, now: datetime, policy: ContactPolicy) -> bool:
    """Contact details open at the requester's "prima" or the end of the objection time, and close after the end."""
    return visibility.situation_in_match(match, now=now, policy=policy) is Situation.CONFIRMED


def situation_in(
    actor: Actor, match: Match, request: HelpRequest, *, now: datetime, policy: ContactPolicy
) -> Situation:
    """How somebody stands to the people of a match; who is not one of them, as everybody who signed in."""
    if not is_party(actor, match, request):
        return Situation.SIGNED_IN
    return visibility.situation_in_match(match, now=now, policy=policy)


def acting_as_in(actor: Actor, request: HelpRequest) -> ActingAs:
    """The requester acts as resident (or organisation), everybody else who may touch the case as staff.

    Staff who ask in somebody's name remain staff: in doubt it counts against us.
    """
    is_own_case = actor.person_id != request.requester_id and may_work_case(actor, request)
    if is_requester(actor, request) and not is_own_case:
        return ActingAs.ORGANISATION if request.asker_kind.value == "organisation" else ActingAs.RESIDENT
    return ActingAs.STAFF


def require(allowed: bool) -> None:
    """Refuse what a predicate did not allow. Raises NotAllowed."""
    if not allowed:
        raise NotAllowed("not allowed")
