"""Dutch words and turns of phrase by kind of help, beside the synonyms of the skill table.

What people say when they mean a kind of help: things, places, tools, verbs, brands that have become words. A word may
stand with several kinds; it then says less about each. Kinds that a skill table does not have are simply not used.
"""

from __future__ import annotations

from typing import Final

LEXICON: Final[dict[str, str]] = {
    "garden.mowing": (
        "gras, gras maaien, gazon, grasmat, grasmaaier, maaier, maaien, gemaaid, kantjes knippen, kantjes steken, "
        "gras kort houden, gazon verticuteren, grasveldje, grasstrook, bermpje, robotmaaier"
    ),
    "garden.hedge": (
        "heg, haag, snoeien, liguster, coniferen, conifeer, beukenhaag, taxus, laurier, buxus, klimop, hedera, "
        "rozen, takken, struiken, heesters, hegschaar, heggenschaar, snoeischaar, hortensia, lavendel, fruitboom "
        "snoeien, bijknippen, toppen, overhangende takken, te ver over de schutting groeien, blauweregen, bamboe, "
        "snoeiafval, snoeihout"
    ),
    "garden.weeding": (
        "onkruid, wieden, schoffelen, borders, tuin, tuintje, tuinieren, tuinman, tuinhulp, tuinwerk, bladeren, "
        "blad harken, harken, hark, bukken in de tuin, planten, plantjes, plantenbak, perkje, bloembak, bloemen "
        "planten, bollen, mos, voegen, tegels schoon, terras, oprit schoon, groene aanslag, hogedrukreiniger, "
        "gieten, planten water geven, sproeien, voortuin, achtertuin, gevelbladeren, bloemperk, schoffel, compost, "
        "tuinonderhoud, oogsten, balkonplanten, netels, brandnetels, zevenblad"
    ),
    "garden.heavy": (
        "boom, bomen, boom omzagen, boom kappen, rooien, stronk, stam, wortels, spitten, omspitten, graven, kuil, "
        "gat graven, scheppen, bestraten, straten, straatwerk, stoeptegels, tuintegels, klinkers, tegels lichten, "
        "tegels eruit, zand, grond, aarde, kruiwagen, grind, vijver, schutting, schutting plaatsen, hekwerk, "
        "pergola, tuinhuis, tuin opknappen, verwilderd, verwaarloosd, op de schop, tuin leeghalen, tuin aanleggen, "
        "kettingzaag, zware tuinklus, sleuf, tuinafval afvoeren, graszoden leggen"
    ),
    "home.odd_jobs": (
        "klus, klusje, klussen, klusser, klusjesman, handyman, handige man, timmerman, ophangen, lamp, lampje, "
        "peertje, tl, armatuur, stopcontact, stekker, schilderij, spiegel, gordijnrails, gordijnen ophangen, "
        "rolgordijn, lamellen, luxaflex, plank, boekenplank, boren, boormachine, gaatje, schroef, schroeven, "
        "schroeven vastzetten, spijker, haakje, kraan, druppelen, lekken, lekkage, verstopt, afvoer, gootsteen, "
        "sifon, toilet, wc loopt door, stortbak, deur, klemt, scharnier, slot, cilinder, deurbel, drempel, "
        "trapleuning, leuning, beugel, handgreep, douchestoel, rookmelder, brandmelder, koolmonoxidemelder, ikea, "
        "kast in elkaar, in elkaar zetten, bouwpakket, monteren, monteur, timmeren, zagen, repareren in huis, kapot "
        "in huis, hor, horren, tochtstrip, kitten, kitrand, tegelzetten, laminaat, vloer leggen, radiator "
        "ontluchten, verwarming, thermostaat, batterij vervangen, batterijen, klok, vlaggenstok, brievenbus, "
        "sleutelkastje, kastdeur, lade"
    ),
    "home.painting": (
        "verven, verf, geverfd, schilderen, schilder, schilderwerk, lakken, beitsen, sauzen, sausen, latex, witten, "
        "witkalk, plafond, muren, muur, muurtje, kozijn, kozijnen, behang, behangen, behanger, kwast, roller, "
        "stukadoor, plamuren, schuren, kleurtje geven, nieuwe kleur, afplakken, plinten, trapgat, kamer opknappen"
    ),
    "home.moving": (
        "verhuizen, verhuizing, verhuisdoos, dozen, inpakken, uitpakken, sjouwen, tillen, dragen, zwaar tillen, "
        "sterke armen, sterke mensen, spierkracht, meubels, meubelen, bankstel, bank, kast verplaatsen, kast naar "
        "boven, verplaatsen, verschuiven, versjouwen, wasmachine, koelkast, vriezer, droger, piano, bed, matras, "
        "trap op, trap af, naar boven, naar beneden, kringloop, grofvuil, grof vuil, milieustraat, stort, "
        "aanhanger, busje, bestelbus, verhuiswagen, uitladen, inladen, nieuwe woning, nieuwe huis, ander huis, "
        "kleiner wonen, ontruimen"
    ),
    "home.cleaning": (
        "schoonmaken, schoonmaak, poetsen, poets, boenen, dweilen, stofzuigen, stofzuiger, afstoffen, stoffen, "
        "soppen, sopje, zemen, ramen lappen, ramen, raam, ramen wassen, glazenwasser, afwas, afwassen, strijken, "
        "wassen, was ophangen, was doen, bed verschonen, opruimen, opgeruimd, rommel, troep, uitmesten, leegruimen, "
        "uitzoeken, spullen wegdoen, zolder, schuur, garage, berging, kelder, kledingkast, keukenkastjes, oven, "
        "badkamer, wc schoonmaken, huishouden, huishoudelijk, huishoudelijke hulp, werkster, hulp in de "
        "huishouding, voorjaarsschoonmaak, vies, smerig, stof, spinnenwebben, gordijnen wassen, huishoudster, "
        "ontspullen, verzamelaar"
    ),
    "home.cooking": (
        "koken, kook, kok, gekookt, kookles, eten maken, eten koken, warm eten, warme maaltijd, maaltijd, "
        "maaltijden, warme hap, avondeten, avondmaaltijd, middageten, diner, lunch, klaarmaken, bereiden, recept, "
        "recepten, bakken, taart, cake, koekjes, pannenkoeken, soep, stamppot, groente snijden, aardappels "
        "schillen, keuken, samen eten, aan tafel, eettafel, mee eten, aanschuiven, gezond eten, dieet, kookmaatje, "
        "vriezer vullen, portie, thuisgekookt"
    ),
    "home.groceries": (
        "boodschappen, boodschap, boodschapje, boodschappenlijst, boodschappentas, winkel, winkelen, winkels, "
        "supermarkt, super, jumbo, albert heijn, ah, appie, lidl, aldi, plus, spar, dirk, bakker, slager, "
        "groenteboer, drogist, kruidvat, apotheek, medicijnen halen, medicijnen ophalen, lijstje, weekboodschappen, "
        "brood halen, brood, melk, zware tassen, tas dragen, kratje, boodschappenhulp, inkopen, winkelkar, iets uit "
        "de winkel, bezorgen, statiegeld, flessen wegbrengen"
    ),
    "home.sewing": (
        "naaien, naai, naaister, kleermaker, naaimachine, verstellen, vermaken, herstellen kleding, kleding, "
        "kleren, broek, rok, jurk, jas, trui, rits, knoop, knopen, zoom, omzomen, inkorten, uitleggen, innemen, "
        "korter maken, stoppen, sokken, gat, gaten, scheur, draad, naald, stof, lap, gordijnen inkorten, gordijnen "
        "naaien, naailes, patroon, borduren, kostuum, verkleedkleren"
    ),
    "home.bicycle": (
        "fiets, fietsen maken, fietsenmaker, fiets kapot, fiets repareren, fietsreparatie, fiets opknappen, lekke "
        "band, lek, band, banden, band plakken, plakken, achterband, voorband, binnenband, ventiel, oppompen, "
        "ketting, rem, remmen, remblokjes, versnelling, versnellingen, zadel, stuur, trapper, trappers, spaak, "
        "spaken, wiel, fietslicht, achterlicht, voorlicht, dynamo, fietsverlichting, fietsbel, fietsslot, "
        "elektrische fiets kapot, accu, bakfiets, tweedehands fiets, fietspomp, jasbeschermer, standaard, rijwiel"
    ),
    "home.pets": (
        "hond, hondje, hond uitlaten, uitlaten, hondenuitlaat, hondenoppas, honden, puppy, pup, labrador, herder, "
        "teckel, poedel, terrier, blaffen, kat, katten, poes, poezen, kitten, kater, kattenbak, kattenoppas, "
        "kattenvoer, huisdier, huisdieren, dier, dieren, dierenarts, dierenoppas, beestje, konijn, konijnen, cavia, "
        "hamster, vogel, vogels, parkiet, kanarie, papegaai, kippen, kip, schildpad, vissen, aquarium, voeren, "
        "baasje, dierenliefhebber, blokje om met de hond, vachtverzorging"
    ),
    "digital.devices": (
        "computer, pc, laptop, tablet, ipad, iphone, samsung, android, telefoon, smartphone, mobiel, mobieltje, "
        "gsm, tv, televisie, afstandsbediening, decoder, ziggo, kpn, netflix, zender, zenders, beeld, geen beeld, "
        "radio, printer, printen, afdrukken, scanner, wifi, internet, router, modem, verbinding, mail, email, "
        "e-mail, mailen, outlook, gmail, whatsapp, appen, app, apps, skype, zoom, beeldbellen, videobellen, "
        "facetime, foto's overzetten, foto's op de computer, wachtwoord, virus, update, windows, word, excel, "
        "google, usb, instellen, installeren, opstarten, vastgelopen, traag, scherm, toetsenbord, muis, digitaal, "
        "digitale, computerles, computercursus, computerhulp, apparaat, apparaten, oplader, simkaart, simkaartje, "
        "bestanden, phishing, online bankieren, e-reader, alexa, smartwatch"
    ),
    "digital.government": (
        "digid, mijnoverheid, mijn overheid, overheid, inloggen, inlogcode, online, online regelen, via internet, "
        "website van de gemeente, webformulier, formulier online, toeslag, toeslagen, huurtoeslag, zorgtoeslag, "
        "kinderopvangtoeslag, kindgebonden, belastingdienst, belasting, aangifte, belastingaangifte, svb, uwv "
        "website, duo, cak, machtigen, machtiging, burgerzaken, paspoort, rijbewijs, rijbewijs verlengen, "
        "identiteitskaart, verlengen, uittreksel, aanvragen, aanvraag, digitale overheid, gemeente, "
        "parkeervergunning, vergunning, afspraak maken gemeente, berichtenbox, wmo aanvragen, kwijtschelding, "
        "woningnet, inschrijven, zorgverzekering overstappen, donorregister, verhuizing doorgeven, adres wijzigen"
    ),
    "admin.paperwork": (
        "administratie, post, brief, brieven, enveloppen, envelop, papier, papieren, papierwerk, paperassen, "
        "papierwinkel, ordenen, orde, mappen, map, ordner, ordners, archief, formulier, formulieren, invullen, "
        "invulformulier, bezwaar, bezwaarschrift, opstellen, schrijven, brief schrijven, ambtelijk, ambtelijke "
        "taal, moeilijke brief, uitleggen brief, brief begrijpen, stapel, stapels, gemeentepost, contract, "
        "verzekering, polis, opzeggen, abonnement opzeggen, nabestaanden, nalatenschap, erfenis, testament, "
        "overlijden regelen, uwv, bijzondere bijstand, instanties, officiële, aanvraagformulier, "
        "thuisadministratie, jaaropgave, kopie"
    ),
    "admin.budget": (
        "geld, geldzaken, geldzorgen, budget, budgetteren, budgetcoach, schuld, schulden, schuldhulp, "
        "schuldsanering, schuldeisers, deurwaarder, aanmaning, aanmaningen, incasso, incassobureau, rekening, "
        "rekeningen, betalen, betaling, betalingsregeling, achterstand, huurachterstand, rood staan, rood, bank, "
        "bankzaken, inkomsten, uitgaven, inkomen, rondkomen, rond te komen, tekort, te weinig geld, krap, zuinig, "
        "bezuinigen, besparen, energierekening, energiemaatschappij, kasboek, huishoudboekje, uitkering, pensioen, "
        "aow, bijstand, armoede, financiën, financieel, financiele, sparen, leefgeld, lening, eindjes, maandlasten, "
        "vaste lasten, voedselbank, minima, bewindvoering, toekomen"
    ),
    "transport.automaatje": (
        "auto, autorit, automaatje, vervoer, vervoeren, rit, ritje, rijden, rijdt, gereden, reed, chauffeur, taxi, "
        "lift, meerijden, brengen, gebracht, breng, halen, ophalen, opgehaald, wegbrengen, afzetten, brengen en "
        "ophalen, heen en terug, ziekenhuis, ziekenhuisbezoek, polikliniek, bestraling, dialyse, chemo, fysio, "
        "fysiotherapeut, dokter, huisarts, arts, tandarts, oogarts, specialist, pedicure, kapper, afspraak, "
        "dagbesteding, dagopvang, station, trein halen, openbaar vervoer, bus te ver, geen auto, rijbewijs kwijt, "
        "rij niet meer, niet meer autorijden, scootmobiel, regiotaxi, deeltaxi, valys, kerkhof, begraafplaats, "
        "begrafenis, familiebezoek, op bezoek bij mijn zus, naar mijn zus, naar mijn broer, naar mijn dochter, naar "
        "breda, breda, tilburg, dongen, bestuurder"
    ),
    "transport.escort": (
        "meegaan, gaat mee, ga mee, mee naar, mee naar de dokter, met mij mee, begeleiden, begeleiding, begeleider, "
        "vergezellen, ziekenhuis, polikliniek, poli, dokter, huisarts, arts, specialist, tandarts, oogarts, gehoor, "
        "opticien, audicien, afspraak, gesprek met de dokter, meeluisteren, luistert mee, meedenken, bij het "
        "gesprek zitten, erbij zitten, niet alleen naar, durf niet alleen, bang, zenuwachtig, onderzoek, uitslag, "
        "operatie, scan, mri, notaris, advocaat, rechtbank, uwv gesprek, gemeentehuis, loket, keuring, wachtkamer, "
        "samen met de bus, samen met de trein, reizen met, meereizen, ondersteunen bij afspraak, onthouden wat de "
        "dokter zegt, bloedprikken"
    ),
    "transport.wheelchair_push": (
        "rolstoel, rolstoelwandeling, rolstoelwandelen, rolstoelduwer, rolstoel duwen, duwen, duw, duwt, geduwd, "
        "duwer, invalidenwagen, kapel, naar de kerk duwen, naar buiten duwen, wandelen met bewoners, wandelwagen, "
        "kan niet lopen, in een rolstoel"
    ),
    "company.coffee": (
        "koffie, koffiedrinken, koffie drinken, kopje koffie, bakkie, bakje, thee, kopje thee, kletsen, "
        "kletspraatje, babbelen, babbel, praten, praatje, praatje maken, gesprek, gesprekje, buurten, bezoek, "
        "bezoekje, bezoeken, op bezoek, langskomen, komt langs, visite, aanloop, gezelschap, gezellig, "
        "gezelligheid, eenzaam, eenzaamheid, alleen, alleen zitten, vaak alleen, alleenstaand, alleenstaande, "
        "niemand, spreek niemand, weduwe, weduwnaar, luisterend oor, luisteren, aandacht, contact, sociale "
        "contacten, mensen ontmoeten, vriendschap, vriendin, maatje, koffiemaatje, bezoekvrijwilliger, huisbezoek, "
        "herinneringen ophalen, krant voorlezen, voorlezen aan oudere, gemis, stil in huis, saai, dagen lang"
    ),
    "company.walking": (
        "wandelen, wandeling, wandelaar, wandelmaatje, wandelgroep, lopen, loop, eindje lopen, stukje lopen, rondje "
        "lopen, rondje, rondje om, blokje om, blokje, ommetje, kuieren, slenteren, stappen, doorstappen, nordic, "
        "nordic walking, frisse lucht, frisse neus, luchtje scheppen, naar buiten, buitenlucht, bewegen, beweging, "
        "benen strekken, bos, bossen, park, hei, kanaal, vierdaagse, kilometers, wandelschoenen, rollator lopen, "
        "stap voor stap, struinen"
    ),
    "company.cycling": (
        "samen fietsen, fietsen, fietst, fietstocht, fietstochtje, fietsmaatje, fietsvriend, fietsvriendin, "
        "fietsclub, duofiets, tandem, driewieler, riksja, e-bike, elektrisch fietsen, toeren, tour, stukje fietsen, "
        "rondje fietsen, trappen, wielrennen, mountainbike, knooppunten, fietsroute, fietsles, leren fietsen, "
        "polder"
    ),
    "company.sport": (
        "sport, sporten, sportief, sportschool, sportmaatje, sportclub, fitness, fitnessen, gym, gymmen, "
        "gymnastiek, zwemmen, zwembad, zwem, baantjes, aquajoggen, aquarobics, yoga, pilates, dansen, dansles, "
        "zumba, tennis, tennissen, padel, badminton, tafeltennis, pingpong, volleybal, basketbal, voetballen, "
        "wandelvoetbal, hockey, golf, bowlen, bowling, kegelen, jeu de boules, petanque, boulen, boules, hardlopen, "
        "joggen, rennen, trimmen, schaatsen, conditie, fit blijven, fit, trainen, krachttraining, biljarten sport, "
        "boksen, tai chi, bewegingsoefeningen, stok achter de deur"
    ),
    "company.games": (
        "spel, spelletje, spelletjes, spellen, bordspel, gezelschapsspel, kaarten, kaartspel, kaart, klaverjassen, "
        "jokeren, bridge, bridgen, rikken, toepen, pesten, schaken, schaakmaatje, dammen, dam, sjoelen, rummikub, "
        "rummikuppen, scrabble, scrabbelen, wordfeud, triominos, domino, yahtzee, mens erger je niet, monopoly, "
        "ganzenborden, biljart, biljarten, poolen, darten, darts, puzzel, puzzelen, legpuzzel, kruiswoord, "
        "kruiswoordpuzzel, sudoku, hobby, hobbyen, handwerken, breien, brei, haken, borduren, quilten, knutselen, "
        "modelbouw, treintjes, postzegels, verzamelen, tekenen, kleien, schilderen met iemand, gamen, playstation, "
        "diamond painting, scrapbook, muziek luisteren, samen muziek"
    ),
    "company.culture": (
        "museum, musea, museumkaart, theater, toneel, toneelstuk, voorstelling, musical, concert, film, bioscoop, "
        "markt, weekmarkt, braderie, winkelen in de stad, stad in, shoppen, terras, terrasje, restaurant, uit eten, "
        "uitje, uitjes, uitstapje, uitgaan, dagje uit, dagje weg, dagtocht, eropuit, erop uit, dierentuin, "
        "efteling, pretpark, kermis, carnaval, bibliotheek, lezing, kerkdienst, naar de kerk, kerk, mis, strand, "
        "zee, boottocht, tentoonstelling, galerie, kunst, cultuur, festival bezoeken, voetbalwedstrijd, wedstrijd, "
        "stadion, nac, kerstmarkt, tuincentrum, rommelmarkt bezoeken, samen erheen, ergens naartoe, ergens heen, "
        "trein, concerten"
    ),
    "company.language": (
        "nederlands, nederlandse, nederlandse les, nederlandse taal, hollands, taal, taalles, taalmaatje, "
        "taalcoach, taalcafe, taal leren, taal oefenen, spreken, spreekt, uitspraak, gesprekken voeren, "
        "conversatie, oefenen, lezen, leren lezen, leren schrijven, lezen en schrijven, laaggeletterd, analfabeet, "
        "inburgering, inburgeren, inburgeringsexamen, staatsexamen, nt2, examen, grammatica, woorden leren, "
        "woordjes, anderstalig, anderstalige, buitenlands, buitenlander, vluchteling, vluchtelingen, statushouder, "
        "statushouders, nieuwkomer, nieuwkomers, asielzoeker, azc, syrië, syrische, oekraïne, oekraïense, eritrea, "
        "afghaans, afghaanse, turks, pools, poolse, arabisch, engels, marokkaanse, somalië, vertalen, tolk"
    ),
    "company.phone": (
        "bellen, bel, belt, gebeld, opbellen, opbelt, opgebeld, terugbellen, belmaatje, beldienst, belcirkel, "
        "belcontact, belafspraak, telefoon praten, telefonisch, telefoontje, telefoongesprek, telefooncirkel, over "
        "de telefoon, door de telefoon, aan de telefoon, aan de lijn, lijntje, stem horen, telefoonster, "
        "goedemorgen, elke ochtend bellen, dagelijks bellen, alles goed"
    ),
    "company.buddy": (
        "buddy, buddyproject, buddyzorg, psychisch, psychische, psychische klachten, psychose, psychotisch, "
        "depressie, depressief, somber, burn-out, burnout, angst, angsten, angstig, angststoornis, paniek, "
        "paniekaanvallen, dwang, trauma, ptss, borderline, persoonlijkheidsstoornis, bipolair, manisch, "
        "schizofrenie, stemmen horen, verslaving, verslaafd, drank, alcohol, drugs, afkicken, nuchter, herstel, "
        "ggz, opname, psychiater, psycholoog, therapie, kwetsbaar, kwetsbaarheid, autisme, autistisch, adhd, "
        "verstandelijke beperking, beperking, hersenletsel, eetstoornis, anorexia, steuntje in de rug, steun, "
        "ervaringsdeskundige, ervaringsdeskundig, lotgenoot, doelen, structuur, dagritme, weer onder de mensen, "
        "isolement, dakloos, detentie, maatje voor iemand met"
    ),
    "company.family": (
        "gezin, gezinnen, gezinsmaatje, kind, kinderen, kids, kindje, kleintje, baby, babysit, babysitten, "
        "babysitter, peuter, kleuter, kleuters, dreumes, tweeling, tiener, puber, oppas, oppassen, oppasoma, "
        "oppasopa, oma, opa, op de kinderen passen, past op, passen, moeder, alleenstaande moeder, alleenstaande "
        "ouder, ouders, opvoeding, opvoeden, huiswerk, huiswerkhulp, huiswerkbegeleiding, bijles, rekenen, school, "
        "basisschool, groep acht, groep, citotoets, speeltuin, spelen met, speelgoed, voorlezen, voorleesmaatje, "
        "kinderopvang, opvang, van school halen, schoolplein, jong gezin, zwanger, kraam, bevalling, dochter, zoon, "
        "zoontje, dochtertje, kinderfeestje, vader"
    ),
    "company.respite": (
        "mantelzorg, mantelzorger, mantelzorgster, mantelzorgers, overbelast, overbelaste, ontlasten, respijt, "
        "respijtzorg, adempauze, vervangen, vervangende, even weg, er even uit, even tijd voor mezelf, voor mezelf, "
        "tijd voor mezelf, op adem komen, niet alleen zijn, niet alleen laten, kan niet alleen, aanwezig, bij mijn "
        "man blijven, bij mijn vrouw blijven, blijft bij, erbij blijven, toezicht, partner, dement, demente, "
        "dementie, dementerend, dementerende, alzheimer, parkinson, beroerte, chronisch ziek, palliatief, waken, "
        "nachtwaken, stervende, terminaal, zorg voor mijn man, zorg voor mijn vrouw, zorg voor mijn moeder, oppas "
        "voor mijn man, oppas voor mijn vrouw, op mijn moeder passen, op mijn vader passen, papa, vermoeid van het "
        "zorgen"
    ),
    "club.hospitality": (
        "gastvrouw, gastvrouwen, gastheer, gastheren, gasten, gasten ontvangen, ontvangst, ontvangen, verwelkomen, "
        "verwelkomt, welkom, bezoekers, receptie, receptionist, receptioniste, balie, baliemedewerker, "
        "balievrijwilliger, bar, bardienst, barman, barvrijwilliger, tapper, tappen, bier, biertje, kantine, "
        "kantinedienst, buffet, keukenhulp, koffie schenken, koffieschenken, koffieschenker, schenken, rondbrengen, "
        "koffie rondbrengen, koffiedame, theeschenkster, koffiehoek, serveren, bedienen, bediening, ober, "
        "restaurant, eetcafe, kassa, garderobe, zaal klaarzetten, koffie zetten, horeca, inloop, inloophuis, "
        "huiskamer van de wijk, suppoost, afdeling, rondleiden, rondleiding"
    ),
    "club.activities": (
        "activiteit, activiteiten, activiteitenbegeleider, activiteitenbegeleiding, groep begeleiden, bingo, "
        "sjoelmiddag, sjoelen, spelmiddag, spelletjesmiddag, spelleider, knutselclub, knutselen, knutselmiddag, "
        "creatief, creatieve, creatieve middag, handwerkclub, schilderclub, tekenles, bloemschikken, workshop, "
        "workshops, cursus, cursus geven, les geven, leiden, leidt, leiding, leider, zingen, zang, zanggroep, koor, "
        "dirigent, liedjes, muziek, muziekmiddag, accordeon, piano spelen, gitaar, muziek maken, optreden, "
        "dansmiddag, filmmiddag, themamiddag, ouderenmiddag, kindermiddag, kinderclub, jeugdclub, jeugdwerk, "
        "scouting, kampleiding, vakantieweek, dagopvang, dagbesteding, bewoners, verpleeghuis, verzorgingshuis, "
        "activiteitencentrum, clubje, begeleiden van een groep, quizmaster, quiz, voorleesmiddag, kookclub, "
        "kookgroep, uitstapjes begeleiden"
    ),
    "club.coaching": (
        "trainer, trainster, training, training geven, trainen, jeugdtrainer, jeugdleider, elftal, team, "
        "teamleider, jeugdelftal, pupillen, junioren, coach, coachen, sportcoach, assistent-trainer, "
        "keeperstrainer, scheidsrechter, grensrechter, arbiter, jury, zwemles, zweminstructeur, instructeur, "
        "gymles, gymleraar, gymlerares, gymjuf, sportles, sportleraar, voetbal, voetbaltrainer, hockey, "
        "hockeytrainer, handbal, korfbal, volleybaltrainer, judo, judoles, karate, turnen, turnleidster, atletiek, "
        "tennisles, paardrijles, dansjuf, sportvereniging, wedstrijden begeleiden, jeugd, onder twaalf"
    ),
    "club.board": (
        "bestuur, besturen, bestuurslid, bestuursleden, bestuurder van, bestuurlijk, voorzitter, vicevoorzitter, "
        "secretaris, secretariaat, penningmeester, boekhouden, boekhouding, boekhouder, kascommissie, "
        "ledenadministratie, notulen, notulist, notuleren, vergadering, vergaderingen, vergaderen, commissie, "
        "commissielid, werkgroep, raad, cliëntenraad, wijkraad, dorpsraad, ouderraad, medezeggenschap, adviesraad, "
        "raad van toezicht, stichting, coördinator, coordinator, vrijwilligerscoördinator, organiseren, "
        "organisatie, beleid, beleidsplan, subsidie, subsidieaanvraag, fondsen, fondsenwerving, sponsor, "
        "sponsoring, kartrekker, juridisch, jaarverslag, projectleider"
    ),
    "club.communication": (
        "website, webmaster, site, wordpress, homepage, communicatie, pr, promotie, publiciteit, reclame, social "
        "media, sociale media, facebook, instagram, tiktok, twitter, linkedin, youtube, berichten plaatsen, "
        "nieuwsbrief, clubblad, wijkblad, wijkkrant, krantje, parochieblad, dorpskrant, redactie, redacteur, "
        "schrijver, stukjes, stukje schrijven, verslag, verslagen, artikel, artikelen, interviews, tekstschrijver, "
        "persbericht, pers, journalist, foto, foto's maken, fotograaf, fotografe, fotograferen, fotografie, film "
        "maken, filmen, filmpje, filmpjes, video, videobewerking, montage, vormgeving, vormgever, ontwerpen, "
        "grafisch, logo, poster, posters, flyer, flyers, folder, folders, drukwerk, flyeren, bezorgen wijkblad"
    ),
    "club.events": (
        "evenement, evenementen, festival, feest, zomerfeest, buurtfeest, straatfeest, wijkfeest, koningsdag, "
        "kermis, carnaval, optocht, intocht, sinterklaas, zwarte piet, pieten, kerst, kerstmarkt, kerstviering, "
        "burendag, braderie, markt opbouwen, rommelmarkt, vlooienmarkt, snuffelmarkt, kofferbakmarkt, kraam, "
        "kramen, kraampje, opbouw, opbouwen, afbreken, afbouw, opzetten, tent, tenten, podium, geluid, licht en "
        "geluid, stoelen klaarzetten, tafels, dranghekken, verkeer, verkeer regelen, verkeersregelaar, "
        "parkeerwacht, parkeren, avondvierdaagse, wandelvierdaagse, wielerronde, hardloopwedstrijd, toernooi, "
        "collecte, collecteren, collectant, collectebus, inzamelen, inzamelactie, actie, loterij, kaartverkoop, "
        "ehbo, eerste hulp, meehelpen op, handjes, extra handen, eenmalig helpen, nldoet, bevrijdingsdag, "
        "dodenherdenking, open dag"
    ),
    "club.green": (
        "groen, natuur, natuurbeheer, natuurgids, natuurwerkgroep, bos, heide, landschap, landschapsbeheer, "
        "knotten, wilgen, wilgen knotten, bomen planten, boomplantdag, zwerfafval, zwerfvuil, afval prikken, "
        "prikken, afval rapen, rapen, prikstok, opschonen, sloot, schouwen, poel, vlinders, vlindertuin, bijen, "
        "bijenhotel, egels, padden, vogels tellen, vogelwerkgroep, weidevogels, dierenweide, dierenpark, "
        "kinderboerderij, boerderij, geiten, schapen, paarden, ezels, zorgboerderij, dieren verzorgen, dierenasiel, "
        "stadstuin, buurttuin, wijktuin, volkstuin, moestuin, buurtmoestuin, schooltuin, pluktuin, geveltuin, "
        "voedseltuin, groentetuin, duurzaam, duurzaamheid, milieu, klimaat, vergroenen, ivn, natuurmonumenten, "
        "staatsbosbeheer, adopteren plantsoen, plantsoen, perk onderhouden"
    ),
    "club.maintenance": (
        "onderhoud, gebouw, gebouwen, terrein, terreinen, clubgebouw, clubhuis, dorpshuis, buurthuis, wijkcentrum, "
        "wijkgebouw, scoutinggebouw, kerkgebouw, sportpark, sportveld, sportvelden, veld, velden, belijning, lijnen "
        "trekken, kalken, terreinknecht, terreinman, materiaalman, conciërge, concierge, huismeester, beheerder, "
        "beheer, sleutelbeheer, koster, klusteam, klusploeg, klussengroep, onderhoudsploeg, gymzaal, sporthal, "
        "accommodatie, speeltuin onderhouden, speeltoestellen, begraafplaats onderhouden, dakgoot, dakgoten, "
        "reparaties, kleine reparaties, technische dienst, technicus, facilitair, zalen, molen, molenaar, "
        "restaureren, restauratie"
    ),
}
