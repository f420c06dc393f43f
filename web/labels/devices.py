"""What a browser is called by its owner: "Firefox op Windows". Nothing finer is kept of it."""

from typing import Final

UNKNOWN: Final = "Een onbekend apparaat"
# The first that stands in what the browser says of itself; later ones call themselves by the earlier names too.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_MACHINES: Final = (
    ("iPhone", "een iPhone"), ("iPad", "een iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "een Chromebook"), ("Macintosh", "een Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """The words for one browser on one kind of machine."""
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "")
    machine = next((words for sign, words in _MACHINES if sign in user_agent), "")
    if browser and machine:
        return f"{browser} op {machine}"
    return browser or (f"{machine[:1].upper()}{machine[1:]}" if machine else UNKNOWN)
