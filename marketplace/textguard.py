"""What does not belong in a text that everybody can read: how to reach somebody, where they live, their numbers.

Patterns, not understanding: docs/privacy.md says how much of what is caught. Pure: a text in, the first kind out.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final


class Private(StrEnum):
    """A kind of thing that a public text must not hold."""

    EMAIL = "email"
    IBAN = "iban"
    TELEPHONE = "telephone"
    BSN = "bsn"
    POSTCODE = "postcode"
    ADDRESS = "address"


# Days and times look like numbers to call; they are read first and taken out.
_MONTHS: Final = (
    "jan|feb|mrt|maart|apr|mei|jun|jul|aug|sep|sept|okt|nov|dec|"
    "januari|februari|april|juni|juli|augustus|september|oktober|november|december"
)
_DATES: Final = re.compile(
    r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:20)?\d{2}\b|\b20\d{2}-\d{2}-\d{2}\b"
    rf"|\b\d{{1,2}} (?:{_MONTHS})\b(?: 20\d\d)?",
    re.IGNORECASE,
)
_TIMES: Final = re.compile(r"(?<![\d.])(?:[01]?\d|2[0-3])[.:][0-5]\d(?![\d.:]?\d)")

_DIGIT_WORDS: Final = {
    "nul": "0", "een": "1", "één": "1", "twee": "2", "drie": "3", "vier": "4", "vijf": "5", "zes": "6", "zeven": "7",
    "acht": "8", "negen": "9",
}  # fmt: skip
_DIGIT_WORD: Final = re.compile(rf"\b(?:{'|'.join(_DIGIT_WORDS)})\b", re.IGNORECASE)
_SPOKEN: Final = re.compile(rf"(?:\b(?:{'|'.join(_DIGIT_WORDS)}|\d+)\b[\s,.\-]*){{6,}}", re.IGNORECASE)

_AT: Final = r"(?:@|\(\s*(?:at|a|apenstaartje)\s*\)|\[\s*(?:at|apenstaartje)\s*\]|\bapenstaartje\b|\bapestaartje\b)"
_DOT: Final = r"(?:\.|\bpunt\b|\bdot\b|\(\s*(?:dot|punt)\s*\)|\[\s*(?:dot|punt)\s*\])"
_EMAIL: Final = re.compile(
    rf"[\w.+\-]+\s*{_AT}\s*[\w\-]+(?:\s*{_DOT}\s*[a-z\-]+)*\s*{_DOT}\s*[a-z]{{2,}}"
    rf"|[\w.+\-]+\s+at\s+[\w\-]+\s*{_DOT}\s*(?:nl|com|net|org|eu|be)\b"
    r"|[\w.+\-]+\s*(?:@|\bapenstaartje\b)\s*(?:gmail|hotmail|outlook|ziggo|kpnmail|home|live|planet|icloud)\b",
    re.IGNORECASE,
)

_CALL: Final = r"\+?\(?\d(?:[\s.\-–/()]{0,3}\d){5,14}"
_NUMBER: Final = re.compile(rf"(?<![\w+])(?:{_CALL})(?!\w)")
_CUE: Final = re.compile(
    r"\b(?:bel|belt|bellen|tel|telnr|telefoon|telefoonnummer|mobiel|nummer|app|appen|appje|whatsapp|sms|06-nummer)\b"
    rf"[^.!?\d]{{0,25}}({_CALL})",
    re.IGNORECASE,
)
# With dots between, a mobile number looks like times of day.
_MOBILE: Final = re.compile(r"(?<![\d.])06(?:[\s.\-–]?\d){8}(?![\d])")
_SERVICE: Final = re.compile(r"\b0(?:800|900|88|85)[\s\-]?\d{3,4}(?:[\s\-]?\d{2,4})?\b")

_IBAN: Final = re.compile(r"\b[A-Z]{2}\s?\d{2}(?:[\s.\-]?[A-Z0-9]){11,30}\b")
_DUTCH_IBAN: Final = re.compile(r"\bNL\s?\d{2}[\s.\-]?[A-Z]{4}(?:[\s.\-]?\d){7,10}", re.IGNORECASE)
_BSN_CUE: Final = re.compile(
    r"\b(?:bsn|bsn-nummer|burgerservicenummer|sofi-?nummer)\b\D{0,15}\d(?:[\s.\-]?\d){7,8}", re.IGNORECASE
)

# Two letters behind four digits that are no postcode: measures, and short words in lower case.
_NO_POSTCODE: Final = frozenset(
    [
        "km", "cm", "mm", "kg", "gr", "ml", "cl", "dl", "pk", "mg", "kw", "st", "gb", "mb", "hp", "in", "en", "of",
        "op", "te", "ze", "we", "is", "er", "al", "om", "na", "ik", "je", "zo", "nu",
    ]
)  # fmt: skip
_POSTCODE: Final = re.compile(r"(?<![\d.,-])([1-9]\d{3}) ?([A-Za-z]{2})\b(?![\-'’])")

_STREET_ENDS: Final = (
    "straat|straatje|str|laan|laantje|weg|plein|dreef|singel|kade|gracht|pad|hof|steeg|dijk|plantsoen|baan|ring|"
    "akker|erf|park|markt|boulevard|burcht|donk|hoek|veld|wal|heuvel|gaarde|kamp|hoeve"
)
# Ordinary words with such an end.
_NO_STREET: Final = frozenset(
    [
        "onderweg", "snelweg", "spoorweg", "autoweg", "uitweg", "omweg", "terugweg", "heenweg", "weg", "fietspad",
        "voetpad", "zebrapad", "tuinpad", "wandelpad", "straat", "kerkhof", "rijbaan", "glijbaan", "tennisbaan",
        "ijsbaan", "loopbaan", "sportveld", "voetbalveld", "speelveld", "supermarkt", "rommelmarkt", "kerstmarkt",
        "weekmarkt", "boekenmarkt", "speelpark", "zorgpark", "pretpark", "dierenpark", "park", "markt", "hoek",
        "veld", "hof", "erf", "pad", "baan", "ring", "dijk", "wal", "kamp", "heuvel", "zomerkamp", "tentenkamp",
        "zithoek", "eethoek", "landweg", "zandweg", "plein", "winterakker", "vliegveld", "wandelpark", "stadspark",
        "busbaan", "oprijlaan", "laan", "moestuinpark", "akker", "singel",
    ]
)  # fmt: skip
_MEASURES: Final = (
    r"(?:uur|uren|u|keer|x|maal|km|kilometer|m|meter|min|minuten|minuutjes|dag|dagen|week|weken|maand|maanden|jaar|"
    r"personen|mensen|man|euro|stuks|kinderen|planten|bomen|honden|vrijwilligers|tot|à|a|of|tegels|tassen|zakken|ochtenden|"
    r"middagen|avonden|kopjes|rondjes|stoelen|tafels|ste|de|e|bewoners|oversteken|bochten|km/u)"
)
_HOUSE: Final = (
    r"(?:nr\.?\s*|nummer\s+|no\.?\s*|huisnummer\s+)?\d{1,4}\s?(?:[a-hA-H](?![a-zA-Z]))?"
    rf"(?!\s*{_MEASURES}\b)(?![\d.:,]\d)(?!\d)"
)
_STREET: Final = re.compile(rf"\b([A-Za-zÀ-ÿ'’\-]*(?:{_STREET_ENDS})\.?),?\s+{_HOUSE}", re.IGNORECASE)
_KNOWN_PLACE: Final = re.compile(rf"\b(?:Markt|Heuvel|Laan|Plein|Kade|Hof)\s+{_HOUSE}")
_LIVES: Final = re.compile(
    r"\b(?:[Aa]dres|[Ww]oon|[Ww]oont|[Ww]onen|[Ww]oonachtig|[Kk]om (?:naar|langs)|[Hh]uis is)\b[^.!?\d]{0,40}?"
    rf"\b[A-Z][\w'’\-]+\s+{_HOUSE}"
)
_HOUSE_NUMBER: Final = re.compile(
    r"\b(?:huisnummer|huisnr\.?|flat nummer|appartement|app\.)\s*:?\s*(?:is\s+)?\d{1,4}\b", re.IGNORECASE
)


def find_private(text: str) -> Private | None:
    """The first kind of private thing that a text holds, or None."""
    return next(_findings(text), None)


def _findings(text: str) -> Iterator[Private]:
    plain = " ".join(text.replace(" ", " ").split())
    if _EMAIL.search(plain):
        yield Private.EMAIL
    if _has_iban(plain):
        yield Private.IBAN
    if _BSN_CUE.search(plain):
        yield Private.BSN
    numbers = _TIMES.sub(" tijd ", _DATES.sub(" dag ", _speak(plain)))
    if _MOBILE.search(plain) or _has_telephone(numbers):
        yield Private.TELEPHONE
    if _has_bsn(numbers):
        yield Private.BSN
    if _has_postcode(numbers):
        yield Private.POSTCODE
    if _has_address(numbers):
        yield Private.ADDRESS


def _speak(text: str) -> str:
    """``nul zes een twee …`` as digits, where at least six of them stand together."""

    def digits(run: re.Match[str]) -> str:
        return _DIGIT_WORD.sub(lambda word: _DIGIT_WORDS[word[0].lower()], run[0])

    return _SPOKEN.sub(digits, text)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _has_telephone(text: str) -> bool:
    if _SERVICE.search(text):
        return True
    if any(_is_telephone(found[0]) for found in _NUMBER.finditer(text)):
        return True
    return any(6 <= len(_digits(found[1])) <= 15 for found in _CUE.finditer(text))


def _is_telephone(typed: str) -> bool:
    digits = _digits(typed)
    if typed.startswith("+"):
        return 9 <= len(digits) <= 15
    if digits.startswith("00"):
        return 11 <= len(digits) <= 15
    if digits.startswith("0"):
        return len(digits) == 10
    return (digits.startswith("6") and len(digits) == 9) or (digits.startswith("31") and len(digits) == 11)


def _has_iban(text: str) -> bool:
    return _DUTCH_IBAN.search(text) is not None or any(_is_iban(found[0]) for found in _IBAN.finditer(text))


def _is_iban(typed: str) -> bool:
    """ISO 13616: the number moved behind its check digits is 1 modulo 97. Words behind it may have been read along."""
    letters = "".join(sign for sign in typed.upper() if sign.isalnum())
    return any(_is_97(letters[:length]) for length in range(15, min(len(letters), 34) + 1))


def _is_97(iban: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _has_bsn(text: str) -> bool:
    numbers = re.finditer(r"(?<![\d+€.,])\d(?:[ .\-]?\d){8}(?![\d,])", text)
    return any(_is_bsn(_digits(found[0])) for found in numbers)


def _is_bsn(digits: str) -> bool:
    """The 11-test: 9, 8, … 2 and −1 times the digits add up to a multiple of 11."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return digits != "000000000" and sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0


def _has_postcode(text: str) -> bool:
    for number, letters in _POSTCODE.findall(text):
        is_word = letters.lower() in _NO_POSTCODE and not (letters.isupper() and letters.lower() not in {"km", "kg"})
        if not is_word and letters.upper() not in {"SA", "SD", "SS"} and int(number) >= 1000:
            return True
    return False


def _has_address(text: str) -> bool:
    if _HOUSE_NUMBER.search(text) or _KNOWN_PLACE.search(text) or _LIVES.search(text):
        return True
    return any(found[1].lower().rstrip(".") not in _NO_STREET for found in _STREET.finditer(text))
