"""What is wrong with what somebody typed: a sentence that names the field and the remedy."""

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    # What
    "text_missing": "Vertel in een paar woorden wat er nodig is.",
    "text_long": "Maak uw tekst korter. Er passen 1000 tekens in.",
    "text_private_telephone": "Zet uw telefoonnummer niet in uw vraag. Iedereen kan dit lezen.",
    "text_private_email": "Zet uw e-mailadres niet in uw vraag. Iedereen kan dit lezen.",
    "text_private_address": "Zet uw straat en huisnummer niet in uw vraag. Iedereen kan dit lezen.",
    "text_private_postcode": "Zet uw postcode niet in uw vraag. Iedereen kan dit lezen.",
    "text_private_iban": "Zet uw rekeningnummer niet in uw vraag. Iedereen kan dit lezen.",
    "text_private_bsn": "Zet uw burgerservicenummer niet in uw vraag. Iedereen kan dit lezen.",
    "skill_missing": "Kies wat voor hulp het is.",
    # Where
    "postcode_missing": "Vul uw postcode in, bijvoorbeeld 4901 AB.",
    "postcode_form": "Vul een postcode in met vier cijfers en twee letters, bijvoorbeeld 4901 AB.",
    "postcode_unknown": "Deze postcode kennen wij niet. Kijk of de cijfers kloppen.",
    "postcode_elsewhere": "Deze postcode ligt buiten onze gemeente. Wij helpen alleen hier. Bel ons voor hulp elders.",
    "house_number_missing": "Vul het huisnummer in, bijvoorbeeld 12 of 12a.",
    "house_number_long": "Maak het huisnummer korter. Er passen 10 tekens in.",
    "street_missing": "Vul de straat in.",
    "street_long": "Maak de naam van de straat korter. Er passen 80 tekens in.",
    "destination_missing": "Vul in waar u naartoe gaat, bijvoorbeeld Amphia Ziekenhuis Breda.",
    "destination_long": "Maak de naam van de plek korter. Er passen 80 tekens in.",
    "destination_postcode_missing": "Vul de postcode in van de plek waar u naartoe gaat.",
    "destination_same": "U vult twee keer dezelfde postcode in. Vul in waar u naartoe gaat.",
    # When
    "when_missing": "Kies minstens één dag en een deel van de dag.",
    "date_missing": "Vul een datum in, bijvoorbeeld 3-3-2026.",
    "from_missing": "Vul in vanaf hoe laat het kan, bijvoorbeeld 10.00.",
    "until_missing": "Vul in tot hoe laat het kan, bijvoorbeeld 12.00.",
    "pickup_missing": "Vul in hoe laat de chauffeur u ophaalt, bijvoorbeeld 10.00.",
    "when_order": "De eindtijd ligt vóór de begintijd. Kies een latere eindtijd.",
    "when_past": "Dit moment is al voorbij. Kies een moment dat nog komt.",
    "when_far": "Dit ligt meer dan een jaar vooruit. Kies een eerdere datum.",
    "when_short": "De hulp duurt langer dan deze tijd. Kies meer dagdelen, of een kortere hulp.",
    "ride_notice": "Vraag een rit minstens twee werkdagen van tevoren aan. Kies een latere dag, of bel ons.",
    "ride_long": "Deze rit duurt samen langer dan twaalf uur. Bel ons. Dan regelen wij het samen.",
    "returns_missing": "Kies of de chauffeur u ook weer terugbrengt.",
    "wait_missing": "Kies hoe lang de chauffeur op u wacht.",
    "minutes_missing": "Kies hoe lang de hulp ongeveer duurt.",
    "minutes_range": "De hulp kan hoogstens twaalf uur duren. Kies een kortere tijd.",
    "slots_range": "Vul een aantal mensen in, van 1 tot en met 20.",
    "respond_by_form": "Vul een datum in, bijvoorbeeld 3-3-2026. Of laat dit leeg.",
    "respond_by_past": "Kies een datum vanaf morgen, hoogstens een jaar vooruit. Of laat dit leeg.",
    "respond_by_late": "Kies een datum vóór de dag van de hulp. Of laat dit leeg.",
    "min_age_range": "Vul een leeftijd in van 0 tot en met 99 jaar.",
    # Who
    "first_name_missing": "Vul uw voornaam in.",
    "first_name_long": "Maak uw voornaam korter. Er passen 60 tekens in.",
    "last_name_missing": "Vul uw achternaam in.",
    "last_name_long": "Maak uw achternaam korter. Er passen 80 tekens in.",
    "email_missing": "Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    "email_form": "Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    "telephone_missing": "Vul uw telefoonnummer in. Of deel uw e-mailadres.",
    "telephone_form": "Vul een telefoonnummer in, bijvoorbeeld 06 12 34 56 78.",
    "share_missing": "Kies minstens één manier waarop u met elkaar kunt afspreken.",
    "organisation_name_missing": "Vul de naam van uw organisatie in.",
    "organisation_name_long": "Maak de naam van uw organisatie korter. Er passen 80 tekens in.",
    # Signing in
    "password_short": "Kies een wachtwoord van minstens 8 tekens.",
    "password_short_staff": "Kies een wachtwoord van minstens 15 tekens.",
    "password_long": "Kies een wachtwoord van hoogstens 256 tekens.",
    "password_common": "Veel mensen kiezen dit wachtwoord. Kies iets anders, bijvoorbeeld vier losse woorden.",
    "password_context": "Er staat een naam in die te raden is. Kies een wachtwoord zonder uw naam of die van ons.",
    "email_same": "Dit is al uw e-mailadres. Vul een ander adres in.",
    "code_missing": "Vul de zes cijfers in die op uw telefoon staan.",
    "code_wrong": "Deze code klopt niet, of is al gebruikt. Wacht op de volgende code.",
    "recovery_wrong": "Deze noodcode klopt niet, of is al gebruikt. Vul een andere in.",
    # Looking into a file, and leaving
    "look_reason_missing": "Schrijf op waarom u deze zaak opent.",
    "look_reason_length": "Schrijf uw reden in 5 tot 200 tekens.",
    "erase_signs_in": "Deze persoon kan zelf inloggen. Help met: Mijn pagina, Mijn privacy, Verwijder alles van mij.",
    "erase_elsewhere": "Deze persoon is ook in een andere gemeente bekend. Vraag uw teamleider om hulp.",
    "erase_staff": "U werkt hier. Vraag eerst uw teamleider om uw rol te stoppen. Daarna kunt u zich verwijderen.",
    "relation_missing": "Kies wat u bent van wie de hulp krijgt.",
    "other_name_missing": "Vul de voornaam en de achternaam in van wie de hulp krijgt.",
    "other_name_long": "Maak de naam korter. Er passen 100 tekens in.",
    "other_telephone_missing": "Vul een telefoonnummer in van wie de hulp krijgt. Anders kunnen wij niets laten weten.",
    "other_agrees_missing": "Vraag eerst of het goed is. Zet daarna hier een vinkje.",
    # An offer
    "skills_missing": "Kies minstens één soort hulp.",
    "skills_unknown": "Een soort hulp die u koos, bestaat niet meer. Kies opnieuw.",
    "availability_missing": "Kies minstens één moment waarop u kunt.",
    "reach_range": "Kies hoe ver u wilt reizen: tussen 1 en 50 kilometer.",
    "capacity_range": "Kies hoeveel mensen u tegelijk wilt helpen: 1 tot en met 10.",
    "capacity_below_engaged": "U helpt nu al meer mensen. Kies een hoger aantal, of rond eerst iets af.",
    "asked_range": "Kies hoe vaak wij u per week mogen vragen: 1 tot en met 7 keer.",
    "sentence_long": "Maak de zin over uzelf korter. Er passen 200 tekens in.",
    "sentence_private_telephone": "Zet uw telefoonnummer niet in uw zin. Iedereen kan dit lezen.",
    "sentence_private_email": "Zet uw e-mailadres niet in uw zin. Iedereen kan dit lezen.",
    "sentence_private_address": "Zet uw straat en huisnummer niet in uw zin. Iedereen kan dit lezen.",
    "sentence_private_postcode": "Zet uw postcode niet in uw zin. Iedereen kan dit lezen.",
    "sentence_private_iban": "Zet uw rekeningnummer niet in uw zin. Iedereen kan dit lezen.",
    "sentence_private_bsn": "Zet uw burgerservicenummer niet in uw zin. Iedereen kan dit lezen.",
    "languages_missing": "Kies minstens één taal die u spreekt.",
    "pause_form": "Vul een datum in, bijvoorbeeld 3-3-2026.",
    "pause_far": "Een pauze duurt hoogstens een jaar. Kies een eerdere dag.",
    "pause_past": "Kies een dag die nog komt.",
    "birth_year_range": "Vul het jaar in waarin u geboren bent, bijvoorbeeld 1960.",
}
UNKNOWN: Final = "Kijk dit nog eens na. Er klopt iets niet."


def sentence_of(code: str) -> str:
    """The sentence for one code."""
    return SENTENCES.get(code, UNKNOWN)


def sentences_of(problems: Mapping[str, str]) -> dict[str, str]:
    """Field → sentence, in the order in which the problems came."""
    return {field: sentence_of(code) for field, code in problems.items()}
