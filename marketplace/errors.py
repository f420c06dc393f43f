"""What the marketplace refuses. Facts only: the web layer words them and picks the HTTP status."""

from datetime import datetime
from uuid import UUID


class MarketplaceError(Exception):
    """The marketplace refused something a person asked for. Not a bug; never carries HTTP."""


class NotFound(MarketplaceError):
    """There is no such thing, or not for this person: the two look the same from outside."""


class NotAllowed(MarketplaceError):
    """This person may not do this."""


class InvalidInput(MarketplaceError):
    """What somebody typed cannot be taken. ``problems`` maps a field's name to a code that web words."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in sorted(problems.items())))
        self.problems = problems


class IllegalTransition(MarketplaceError):
    """The lifecycle has no such step from here."""

    def __init__(self, what: str, status: str, action: str) -> None:
        super().__init__(f"{what} is {status}: {action} is not possible")
        self.what, self.status, self.action = what, status, action


class Overtaken(MarketplaceError):
    """Somebody else changed the same thing a moment earlier."""


class CaseHeld(Overtaken):
    """Another coordinator took the case a moment earlier."""

    def __init__(self, request_id: UUID, holder_id: UUID, held_at: datetime) -> None:
        super().__init__(f"request {request_id} is held by {holder_id} since {held_at:%Y-%m-%d %H:%M}Z")
        self.request_id, self.holder_id, self.held_at = request_id, holder_id, held_at


class SlotTaken(MarketplaceError):
    """Every slot of the request is given away. The volunteer is thanked and stands on the reserve list."""

    def __init__(self, request_id: UUID) -> None:
        super().__init__(f"request {request_id} has no free slot")
        self.request_id = request_id


class NoRoom(MarketplaceError):
    """The volunteer already helps as many people as they said they could."""

    def __init__(self, offer_id: UUID) -> None:
        super().__init__(f"offer {offer_id} has no room")
        self.offer_id = offer_id


class ShiftsOverlap(MarketplaceError):
    """The volunteer has another shift at that time."""

    def __init__(self, request_id: UUID) -> None:
        super().__init__(f"request {request_id} is at the time of another shift")
        self.request_id = request_id


class ProposalLapsed(MarketplaceError):
    """The time to answer has passed and the answer can no longer be honoured."""

    def __init__(self, proposal_id: UUID, expires_at: datetime) -> None:
        super().__init__(f"proposal {proposal_id} lapsed at {expires_at:%Y-%m-%d %H:%M}Z")
        self.proposal_id, self.expires_at = proposal_id, expires_at


class DoesNotFit(MarketplaceError):
    """The volunteer and the request do not fit: ``reasons`` are rule codes of matching.rules."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class TooManyTries(MarketplaceError):
    """So many wrong passwords or codes that none is looked at for a while. A link by e-mail still signs in."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"no more tries until {until:%Y-%m-%d %H:%M}Z")
        self.until = until


class LinkUsed(MarketplaceError):
    """A sign-in link that was used, or whose time has passed."""


class AccountBlocked(MarketplaceError):
    """What somebody wants to post, or have posted, is not possible while their account is blocked."""

    def __init__(self, person_id: UUID) -> None:
        super().__init__(f"the account of {person_id} is blocked")
        self.person_id = person_id


class ReasonNeeded(MarketplaceError):
    """A case of an area that is a colleague's opens with a typed reason only, which its people can read."""

    def __init__(self, request_id: UUID) -> None:
        super().__init__(f"request {request_id} lies outside the areas on duty")
        self.request_id = request_id
