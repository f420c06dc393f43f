"""The tables, a file per aggregate."""

from marketplace.models.event import ActingAs, Event, EventKind
from marketplace.models.matches import DeclineReason, Match, MatchStatus, Origin, Proposal, ProposalStatus
from marketplace.models.municipality import Municipality, Skill
from marketplace.models.offers import Offer, OfferAvailability, OfferSkill, Precision
from marketplace.models.people import BarredPair, Duty, Person, QualificationSeen, StaffRole, StaffRoleKind
from marketplace.models.requests import (
    AskerKind,
    Channel,
    HelpRequest,
    RequestStatus,
    RequestWeekly,
    RequestWindow,
    Slot,
    SlotStatus,
)
from marketplace.models.signing import Draft, DraftKind, SignIn, SignInLink
from marketplace.models.work import DueKind, DueRow, JobClaim, NoticeKind, OutboxMessage

__all__ = [
    "ActingAs",
    "AskerKind",
    "BarredPair",
    "Channel",
    "DeclineReason",
    "Draft",
    "DraftKind",
    "DueKind",
    "DueRow",
    "Duty",
    "Event",
    "EventKind",
    "HelpRequest",
    "JobClaim",
    "Match",
    "MatchStatus",
    "Municipality",
    "NoticeKind",
    "Offer",
    "OfferAvailability",
    "OfferSkill",
    "Origin",
    "OutboxMessage",
    "Person",
    "Precision",
    "Proposal",
    "ProposalStatus",
    "QualificationSeen",
    "RequestStatus",
    "RequestWeekly",
    "RequestWindow",
    "SignIn",
    "SignInLink",
    "Skill",
    "Slot",
    "SlotStatus",
    "StaffRole",
    "StaffRoleKind",
]
