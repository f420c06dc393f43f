"""What a draft becomes once its maker has shown who they are: a request, or an offer.

Whoever opens the mailed link is signed in first; then the draft's raw answers are parsed as its form parses them, the
one use case is called, and the draft closed. Each kind of draft has one function here, which returns where to go next.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from marketplace.models import Draft, DraftKind, Municipality
from marketplace.permissions import Actor

# (session, draft, actor, municipality, now) → a path on this site. Raises what its use case raises.
Finish = Callable[[Session, Draft, Actor, Municipality, datetime], str]

FINISHERS: Mapping[DraftKind, Finish] = {}

# Where somebody looks again at what they typed, when it cannot be taken after all.
FORMS: Mapping[DraftKind, str] = {DraftKind.REQUEST: "/hulp-vragen", DraftKind.OFFER: "/helpen"}
