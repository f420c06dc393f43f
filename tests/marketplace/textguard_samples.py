"""What people type in public texts: with something private in it, and without. Made up; no number is anybody's."""

from typing import Final

# By what is in them. Written as people write, spaces, dots, brackets and words for digits included.
TELEPHONES: Final = """
Bel mij op 0612345678
Bel mij op 06 12345678
Bel mij op 06-12345678
Mijn nummer is 06 12 34 56 78
06.12.34.56.78 graag na zes uur
06-12 34 56 78, vraag naar Riet
Bel (06) 12345678
Bel (06)-12345678
Ik ben bereikbaar op 06/12345678
U kunt appen naar 0612 345 678
App gerust: 06 123 456 78
Stuur een sms naar 06 1234 5678
+31612345678
+31 6 12345678
+31 6 12 34 56 78
+31 (0)6 12345678
+31(0)612345678
+31-6-12345678
0031612345678
0031 6 12345678
00 31 6 12 34 56 78
31612345678 is mijn nummer
Mijn mobiel: 612345678
6 12 34 56 78 graag appen
Bel overdag 0162 431234
Bel overdag 0162-431234
Bel overdag 0162 43 12 34
Bel overdag (0162) 43 12 34
Bel overdag (0162)431234
Telefoon 0162431234
tel. 0162 - 43 12 34
tel: 0162/431234
Tel 0162.431.234
telefoonnummer is 076 5221234
076-522 12 34 is van mijn dochter
Mijn zoon: 013 4631234
U bereikt mij op 010-4123456
020 623 45 67, mijn huisarts weet ervan
Vraag het aan mijn buurvrouw, 0162 45 67 89
Bel 431234 na vijf uur
Bel even 43 12 34
Ons nummer 43-12-34
tel 431 234
Telefoon: 45 67 89
Bel mij: nul zes een twee drie vier vijf zes zeven acht
Mijn nummer is nul zes, één twee, drie vier, vijf zes, zeven acht
nul één zes twee vier drie één twee drie vier
06 een twee drie vier vijf zes zeven acht
whatsapp 06 98765432
WhatsApp: +31 6 98 76 54 32
Belgisch nummer +32 475 12 34 56
Duits nummer 0049 171 1234567
Bel 0900-1234 voor mijn organisatie
Ons kantoor: 0800 1234
Ons kantoor: 088 123 45 67
085-1234567 is ons kantoor
Wie helpt? 0687654321 Groetjes Jan
Graag bellen, niet mailen (0687654321)
Kunt u dinsdag 3 maart? Bel 0687654321.
Om 10.00 uur op 03-03-2026, bel 06 87654321
Heg knippen, 06-87654321.
[06 87 65 43 21]
06 - 87 65 43 21
06–87654321
06  87 65  43 21
Mijn man heeft 06 11 22 33 44 en ik 06 55 66 77 88
Wilt u mij op 0162 98 76 54 terugbellen?
""".strip().splitlines()

EMAILS: Final = """
Mail naar jan@voorbeeld.nl
jan.jansen@voorbeeld.nl
j.jansen1960@gmail.com
JAN@VOORBEELD.NL
Mail mij: riet_de_vries@hotmail.com.
(riet@voorbeeld.nl)
riet-de.vries+hulp@ziggo.nl
info@buurtvereniging-dorst.nl
jan (at) voorbeeld.nl
jan [at] voorbeeld.nl
jan(at)voorbeeld(dot)nl
jan [at] voorbeeld [dot] nl
jan apenstaartje voorbeeld punt nl
jan.jansen apenstaartje gmail punt com
jan apenstaartje voorbeeld.nl
riet@voorbeeld punt nl
jan at voorbeeld punt nl
jan at gmail dot com
jan at voorbeeld.nl
jan @ voorbeeld . nl
jan@ voorbeeld.nl
jan @voorbeeld.nl
riet apenstaartje hotmail
riet@gmail
jan@mail.voorbeeld.co.uk
Mijn adres is: mailto:jan@voorbeeld.nl
Wie wil helpen mailt naar secretaris@kbo-oosterhout.nl graag
jan(apenstaartje)voorbeeld.nl
piet.puk@kpnmail.nl of bellen
piet@planet.nl, piet
""".strip().splitlines()

ADDRESSES: Final = """
Ik woon in de Kerkstraat 12
Ik woon Kerkstraat 12a
Ik woon aan de Bredaseweg 108
Kom naar Bredaseweg 108 B
Torenstraat 5, bij de kerk
Wie helpt mij op Slotlaan 33?
Arendstraat 7 bis
Van Oldeneellaan 9
kerkstraat 12 achterom
KERKSTRAAT 12
Kerkstr. 12
Kerkstraat nr 12
Kerkstraat nummer 12
Kerkstraat, 12
Mijn adres: Keiweg 220
Het is op het Bouwlingplein 1
Sint Jansstraat 4
St. Antoniusstraat 60
Leijsenhoek 12
Zandheuvel 45
Vrachelsedreef 2
Burgemeester Elkhuizenlaan 8
Markt 17, boven de winkel
Mgr. Frenckenstraat 21
Ridderstraat 3 tot de middag
Loevesteinlaan 250, derde verdieping
Wilhelminakanaal Noord, Kanaaldijk 14
De Haspelaarsteeg 6
Warandelaan 19
Prins Bernhardsingel 5
Hoofdstraat 77 in Dorst
Eindsestraat 15 Den Hout
Heistraat 8a
Ik woon op nummer 12, huisnummer 12
Huisnummer 44, naast de bakker
Ik woon aan de Slotjes 112
Mijn adres is Strijp 14
Wij wonen aan de Donken 6
Oosterhoutseweg 31
Julianalaan 2 graag om 10.00 uur
4901 AB
Postcode 4901 AB
postcode 4901AB
4901ab
Ik woon op 4907 gh
4905xz nummer 3
Mijn postcode is 4849BC
4904 VV Oosterhout
Het is in 4911 AA, vlakbij
4903 RK 12
4902 zt in Oosterhout
Postcode: 4901-AB niet, wel 4901 AC
""".strip().splitlines()

NUMBERS: Final = """
NL91ABNA0417164300
NL91 ABNA 0417 1643 00
NL 91 ABNA 0417 1643 00
nl91abna0417164300
IBAN NL02RABO0123456789
Mijn rekening: NL20INGB0001234567
Geld kan naar NL91.ABNA.0417.1643.00
NL44 RABO 0123 4567 89 t.n.v. Jansen
NL39 SNSB 0901 2345 67
NL12TRIO0212345678 van de stichting
BE68 5390 0754 7034
DE89370400440532013000
DE89 3704 0044 0532 0130 00
FR1420041010050500013M02606
GB29 NWBK 6016 1331 9268 19
Rekening NL91-ABNA-0417-1643-00
111222333
Mijn BSN is 111222333
bsn 111 222 333
BSN: 111.222.333
burgerservicenummer 123456782
123456782
1234 56 782
123 456 782
sofinummer 111222333
sofi-nummer: 123456782
BSN 12345678
Mijn nummer bij de gemeente is 999999990
bsn-nummer 99 99 99 990
BSN=111222333
""".strip().splitlines()

_WITH: Final = (
    "Hallo, {}.",
    "Wie helpt mij met de tuin? {}",
    "{} Groet, Riet",
    "Graag voor vrijdag. {} Alvast bedankt!",
)
# Each kind as it stands, and in the middle of a text.
PRIVATE: Final = [
    *TELEPHONES,
    *EMAILS,
    *ADDRESSES,
    *NUMBERS,
    *(
        _WITH[place % len(_WITH)].format(sample)
        for place, sample in enumerate((*TELEPHONES[::2], *EMAILS[::2], *ADDRESSES[::2], *NUMBERS[::2]))
    ),
]

# What people ask and say of themselves; with times, amounts and measures that look like more than they are.
ORDINARY: Final = """
De heg is te hoog geworden. Wie helpt mij met knippen?
De heg is 12 meter lang en 2 meter hoog.
Wie rijdt mij dinsdag 3 maart om 10.00 uur naar het ziekenhuis?
Op 03-03-2026 om 10.00 uur heb ik een afspraak in Breda.
Op 3/3/2026 van 10:00 tot 12:00 uur.
Van 09.00-12.00 uur, elke dinsdag.
Maandag 09:30 - 11:30 en woensdag 13:00 - 15:00.
Ik ben 83 jaar en woon al 40 jaar in Oosterhout.
Ik zoek iemand om mee te wandelen, 2 keer per week.
Wij zoeken 4 vrijwilligers voor de rommelmarkt 2 dagen lang.
Onderweg 2 keer stoppen graag.
Mijn hond is 7 jaar en weegt 12 kg.
Het is 1500 m lopen.
Het is ongeveer 1000 km per jaar.
De kast weegt 150 kg en moet naar beneden.
Ik woon op de derde verdieping, met lift.
Mijn zoon is van 1985 en woont in Groningen.
Sinds 2019 heb ik geen auto meer.
In 2024 en 2025 hielp een buurman mij.
Wie wil 1 uur per week voorlezen?
Wie kan mij 30 minuten helpen met mijn telefoon?
Mijn telefoon doet het niet meer. Wie kijkt ernaar?
Ik begrijp mijn nieuwe telefoon niet, wie legt het 1 keer uit?
Ik wil leren appen met mijn kleinkinderen.
Bel gerust aan, ik ben altijd thuis.
Bellen kan via de site.
Wie helpt met formulieren van de gemeente?
Wie kan helpen bij mijn belastingaangifte 2025?
Ik krijg post die ik niet begrijp.
Ik zoek iemand voor de boodschappen, ongeveer 50 euro per week.
De tuin is 10 bij 15 meter.
20 tegels moeten eruit en er komen 6 planten in.
Er moeten 3 lampen worden opgehangen.
De kamer is 4 x 5 meter en moet wit.
Wij zoeken 10 mensen voor NLdoet.
Koffie schenken van 14.00 tot 16.30 uur.
Elke 2e en 4e woensdag van de maand.
Het liefst iemand van 18 jaar of ouder.
Ik spreek Nederlands, Pools en een beetje Engels.
Onze club heeft 120 leden en 2 bestuursleden.
De kaartclub zoekt een vierde man.
Wie gaat er mee naar de weekmarkt?
Ik zit in een rolstoel van 65 cm breed.
De deur is 80 cm breed.
Op de markt 2 uur helpen bij de kraam.
In het park 3 rondjes wandelen.
Ik zoek gezelschap op zondag, dat is de stilste dag.
Samen koffie drinken in de buurt.
Wie wil er schaken? Ik speel al 60 jaar.
Mijn vrouw is vorig jaar overleden en het is stil in huis.
Ik loop met een rollator. Die kan opgevouwen mee.
De afspraak duurt 45 minuten, daarna weer naar huis.
De chauffeur kan 1 uur wachten.
Heen en terug, samen 25 km.
Ik moet om 8.15 uur in het Amphia zijn.
Het is van half tien tot kwart over elf.
Tussen 1 april en 31 oktober elke 3 weken maaien.
Vanaf 15 mei tot en met 20 juni 2026.
20 augustus 2026 is onze feestdag.
Er zijn 3 shifts: 9-12, 12-15 en 15-18 uur.
Wij schenken 200 kopjes koffie per week.
De school heeft 24 groepen en 600 kinderen.
Voorlezen aan groep 3 en 4.
Taalmaatje gezocht voor niveau A2 of B1.
Ik wil mijn inburgering halen, deel 2.
Wie kent Windows 11 en Excel 2019?
Mijn computer heeft een virus, Windows 10.
Mijn printer, een HP 3720, print niet.
De wasmachine van 70 kg moet naar de schuur.
Wie kan 2 fietsen plakken?
Mijn fiets heeft maat 28 inch.
De schutting van 1.80 m is omgewaaid.
Wie heeft een aanhanger van 750 kg?
Ik heb een kat van 12 jaar en twee parkieten.
De hond moet 3 keer per dag uit, 20 minuten.
De bus stopt op 400 meter.
Ik woon vlakbij het centrum, op loopafstand.
Wie helpt in de wijk Dommelbergen?
In Dorst, dicht bij de kerk.
Wij zijn een gezin met 3 kinderen van 4, 7 en 9 jaar.
Oppassen op dinsdag van 15.30 tot 18.00 uur.
Huiswerk maken met een jongen van 13 jaar.
Rekenen voor groep 8, 1 uur per week.
Ik zoek een maatje voor 1 jaar.
Samen naar het zwembad, 25 meter baan 2 uur.
Wandelen op het zandpad, ongeveer 5 km.
De A27 is te druk voor mij.
Met de trein van 9.12 uur naar Tilburg.
Ik heb een pgb, maar dit valt er niet onder.
Het kost 12,50 euro per keer.
Ik betaal 0,30 euro per km.
Er zijn 1250 folders voor 4 wijken.
Wij delen 500 flyers uit.
De puzzel heeft 1000 stukjes.
Ik lees boeken van meer dan 600 bladzijden.
Het koor telt 35 zangers en 1 dirigent.
Wij zoeken een penningmeester, 3 uur per maand.
Het bestuur vergadert 6 keer per jaar.
Chauffeur gezocht voor de bus van 8 personen.
Rijbewijs B is genoeg.
Wie helpt mij een bed van 90 x 200 in elkaar te zetten?
Een kast van 2 meter bij 60 cm.
4 stoelen en 1 tafel naar de kringloop.
Om de 14 dagen, op maandag.
Week 12 en week 14 kan ik niet.
In week 10 tot 16 ben ik er.
De heg staat aan de straat 2 meter van de stoep.
De tuin ligt aan het pad 3 meter lager.
Onze speeltuin bestaat 50 jaar op 6 juni.
Er komen 80 ouderen op de kerstmarkt 2 vrijwilligers te kort.
Ik kan niet goed zien en wil graag dat iemand de krant voorleest.
Het gaat om 2 dozen en 5 zakken.
Wie kan mijn tv instellen, er zijn 40 zenders?
Zender 1 tot en met 10 op volgorde zetten.
Ik heb 6 kippen en ga 8 dagen weg.
Van 12 tot 20 juli zijn wij op vakantie.
De planten hebben om de 2 dagen water nodig.
Maximaal 5 uur per maand.
Ik wil 2 uur per week helpen, liefst overdag.
Ik help graag met klussen in huis.
Ik ben gepensioneerd timmerman en heb tijd.
Ik rij graag en heb een ruime auto.
Ik ben 67 en fit. Tuinieren is mijn hobby.
Student van 21 helpt graag met computers.
Ik spreek Arabisch en Nederlands en vertaal graag.
Samen koken voor 8 personen.
Ik hou van honden en loop 10 km per dag.
Ik was 35 jaar verpleegkundige.
Ik heb EHBO en een rijbewijs.
Ik help in de weekenden, niet in juli.
Ik ben handig en heb eigen gereedschap.
Na 17.00 uur kan ik altijd.
Elke woensdagmiddag kan ik 2 uur.
Ik heb 20 jaar in een winkel gewerkt.
Muziek maken met ouderen lijkt mij leuk.
Ik speel piano en ken liedjes uit de jaren 50 en 60.
Kaarten, sjoelen of een praatje: alles is goed.
Ik woon alleen en de dagen duren lang.
Mijn man heeft dementie. Ik zoek af en toe 2 uur vrij.
Mijn moeder van 91 wil graag naar buiten.
Voor mijn vader van 88: een wandeling in de rolstoel.
Ik ben mantelzorger en zoek 1 middag rust.
Wij doen mee aan de burendag op 26 september.
De bibliotheek zoekt taalvrijwilligers voor Theek5.
Activiteitencentrum De Bunthoef zoekt een gastheer.
De Klip zoekt hulp bij de maaltijd voor 40 mensen.
In dorpshuis Den Brink is elke donderdag koffie.
Wij zoeken iemand voor de balie van H19.
Surplus weet ervan.
De huisarts raadt mij aan om te wandelen.
Ik heb na mijn operatie 6 weken hulp nodig.
Ik mag 8 weken niet tillen.
Mijn arm zit in het gips tot eind april.
Het is maar voor 1 keer.
Kan het nog deze week?
Het mag ook volgende maand.
Liefst een vrouw, ik ben zelf 76.
Graag iemand die rustig praat.
Ik hoor slecht, praat u duidelijk.
De klok moet 1 uur vooruit.
Er moet een nieuwe batterij van 9 volt in.
De lamp is 60 watt.
Een ladder van 3 meter heb ik zelf.
De dakgoot zit op 2,5 meter hoogte.
De vijver is 3 x 2 m en 80 cm diep.
Onkruid wieden op 30 m2.
Gras maaien, 100 m2, maaier is er.
De conifeer is 4 m hoog.
Snoeien van 5 rozen en 2 appelbomen.
Bladeren opruimen, ongeveer 10 zakken.
De oprit is 15 meter lang.
Sneeuw ruimen als het nodig is.
De vuilnisbak op dinsdag aan de weg 1 keer per week.
Papier naar de container brengen, 2 keer per maand.
Het graf van mijn man op het kerkhof 4 keer per jaar verzorgen.
Samen naar de kerk op zondag om 10.30 uur.
Wie brengt mij op 24 december om 19.00 uur naar de mis?
Naar mijn zus in Tilburg, 30 km heen en 30 km terug.
Naar de kapper om 11 uur en om 12 uur weer terug.
Naar de oogarts, daarna mag ik zelf niet rijden.
Afspraak op 12 maart 2026 om 14.20 uur.
De tandarts is om 13.45 uur, het duurt 30 min.
Rit naar de dagbesteding, maandag en donderdag 9.00 uur.
Ik reis met een rollator en 1 tas.
Wij zijn met 2 personen.
Voetbalveld 2 uur lijnen trekken.
Tennisbaan 3 keer vegen.
Het gaat om team JO11, 12 kinderen.
De wandelgroep loopt 5, 10 of 15 km.
De fietsclub maakt ritten van 40 tot 60 km.
Lotto en bingo voor 70 mensen.
Wij draaien bingo met 75 ballen.
Loterij met 1500 loten.
De lift kan 300 kg aan.
Ik woon op begane grond.
Het nummer van de kamer hoor ik later.
Ik bel u zelf terug.
Mail en internet vind ik moeilijk.
Ik heb geen e-mail.
Wie leert mij e-mailen?
Ik wil een e-mailadres aanmaken.
DigiD aanvragen lukt mij niet.
Internetbankieren leren, heel rustig.
Mijn wachtwoord ben ik kwijt.
""".strip().splitlines()
