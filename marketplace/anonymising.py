"""Taking out of rows what says who somebody is, and leaving what the figures are made of. Asks nothing."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from marketplace.models import Driver, Event, FileLook, HelpRequest, Offer, Person, Precision, Ride, StandingRide

NOBODY: Final = "verwijderd persoon"
GONE: Final = "[verwijderd]"
# Details of events that hold what somebody wrote; every other detail is a code, an id, a number or a moment.
FREE_TEXT: Final = frozenset({"text", "remark"})
_DIGESTED: Final = "sha256:"


def forget_person(person: Person, *, now: datetime) -> None:
    """The row stays, so that what it is tied to does; nobody can tell any more whose it was."""
    person.first_name, person.last_name = NOBODY, ""
    person.email = person.telephone = person.birth_year = person.born_on = None
    person.share_telephone = person.share_email = False
    person.postcode = person.street = person.house_number = ""
    person.feed_version += 1
    person.active_at = person.warned_at = None
    person.erased_at = now


def forget_request(request: HelpRequest) -> None:
    """Kind of help, neighbourhood and times stay; the words and the exact place go."""
    request.text = request.care_note = ""
    forget_addresses(request)
    request.postcode = request.postcode[:4]
    request.latitude, request.longitude = _coarse(request.latitude), _coarse(request.longitude)
    request.precision = Precision.POSTCODE4


def forget_addresses(request: HelpRequest) -> None:
    """Street and number of the place of help, and where exactly a ride went."""
    request.street = request.house_number = ""
    if request.destination is not None:
        goal = request.destination
        request.destination = {
            **goal,
            "name": "",
            "postcode": str(goal.get("postcode", ""))[:4],
            "latitude": _coarse(float(goal.get("latitude", 0))),
            "longitude": _coarse(float(goal.get("longitude", 0))),
        }


def forget_stops(ride: Ride | StandingRide) -> None:
    """From which house to which door a ride went, and what was said about it; the neighbourhoods stay."""
    ride.origin, ride.destination = _forgotten_stop(ride.origin), _forgotten_stop(ride.destination)
    ride.remark = ""


def _forgotten_stop(stop: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **stop,
        "name": "",
        "known": "",
        "street": "",
        "house_number": "",
        "postcode": str(stop["postcode"])[:4],
        "latitude": _coarse(float(stop["latitude"])),
        "longitude": _coarse(float(stop["longitude"])),
    }


def forget_driver(driver: Driver) -> None:
    """What the car carries and the neighbourhood stay; the front door goes."""
    driver.street = driver.house_number = ""
    driver.postcode = driver.postcode[:4]
    driver.latitude, driver.longitude = _coarse(driver.latitude), _coarse(driver.longitude)
    driver.precision = Precision.POSTCODE4


def forget_offer(offer: Offer) -> None:
    """Kinds of help and neighbourhood stay; the sentence, the week and the exact place go."""
    offer.sentence, offer.is_public, offer.week_in_brief = "", False, ""
    offer.postcode = offer.postcode[:4]
    offer.latitude, offer.longitude = _coarse(offer.latitude), _coarse(offer.longitude)
    offer.precision = Precision.POSTCODE4


def forget_words(event: Event) -> bool:
    """Empty what somebody wrote in an event. Whether there was anything."""
    found = {key for key in FREE_TEXT & set(event.detail) if event.detail[key]}
    if found:
        event.detail = {key: "" if key in found else value for key, value in event.detail.items()}
    return bool(found)


def forget_names(event: Event, names: re.Pattern[str]) -> bool:
    """Take the names of one person out of what somebody wrote in an event. Whether there were any."""
    found = {key: names.sub(GONE, str(event.detail[key])) for key in FREE_TEXT & set(event.detail)}
    changed = {key: value for key, value in found.items() if value != event.detail[key]}
    if changed:
        event.detail = {**event.detail, **changed}
    return bool(changed)


def names_of(person: Person) -> re.Pattern[str] | None:
    """What finds somebody in the words of others: both names together, the last name, address and numbers."""
    words = [
        f"{person.first_name} {person.last_name}".strip(),
        person.last_name if len(person.last_name) > 2 else "",
        person.email or "",
        f"{person.street} {person.house_number}".strip() if person.street and person.house_number else "",
    ]
    patterns = [re.escape(word) for word in words if len(word) > 2]
    if person.telephone:
        patterns.append(_number(person.telephone))
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def forget_reason(look: FileLook) -> None:
    """Staff may have typed a name: only the digest stays, so that the chain of looks still holds."""
    look.reason = digest_of(look.reason)


def digest_of(reason: str) -> str:
    """What the chain of looks is made over; of a digest it is the digest itself."""
    if reason.startswith(_DIGESTED):
        return reason
    return _DIGESTED + hashlib.sha256(reason.encode()).hexdigest()


def is_digest(reason: str) -> bool:
    """Whether what staff typed was taken out."""
    return reason.startswith(_DIGESTED)


def holds(answers: Mapping[str, Any], email: str) -> bool:
    """Whether a draft is of the owner of this address."""
    return any(str(value).strip().lower() == email for value in _values(answers))


def _values(answers: Mapping[str, Any]) -> Iterable[Any]:
    for value in answers.values():
        if isinstance(value, Mapping):
            yield from _values(value)
        else:
            yield value


def _number(typed: str) -> str:
    """The same digits with anything people put between them."""
    return r"[\s.\-/()]*".join(re.escape(sign) for sign in typed if sign.isdigit())


def _coarse(degrees: float) -> float:
    """About a kilometre."""
    return round(degrees, 2)
