"""The six dimensions of positive health, in words: what they are called and what is meant."""

from collections.abc import Mapping
from typing import Final

from marketplace.positive_health import Dimension, read_tags

NAMES: Final[Mapping[Dimension, str]] = {
    Dimension.BODILY_FUNCTIONS: "Lichaamsfuncties",
    Dimension.MENTAL_WELLBEING: "Mentaal welbevinden",
    Dimension.MEANING: "Zingeving",
    Dimension.QUALITY_OF_LIFE: "Kwaliteit van leven",
    Dimension.PARTICIPATION: "Meedoen",
    Dimension.DAILY_FUNCTIONING: "Dagelijks functioneren",
}
MEANINGS: Final[Mapping[Dimension, str]] = {
    Dimension.BODILY_FUNCTIONS: "eten, bewegen en bij de dokter komen",
    Dimension.MENTAL_WELLBEING: "minder zorgen, en iemand om mee te praten",
    Dimension.MEANING: "een doel, en iets voor een ander betekenen",
    Dimension.QUALITY_OF_LIFE: "prettig wonen, en genieten",
    Dimension.PARTICIPATION: "onder de mensen, en ergens bij horen",
    Dimension.DAILY_FUNCTIONING: "zelf voor huis, tuin en post zorgen",
}


def served_by(skill_code: str) -> str:
    """What a kind of help serves, and why; empty for a kind without a line."""
    serves = read_tags().get(skill_code)
    if serves is None:
        return ""
    names = ", ".join(NAMES[one].lower() for one in serves.dimensions)
    return f"{names}: {serves.because[:1].lower()}{serves.because[1:]}"
