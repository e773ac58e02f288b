"""Columns of the moving-in file, and what they are called in each language. Pure data.

A file may be written in any of these languages; its header row says which. Words of a choice ("Active", "Actif")
are understood in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coop_membership.values.text import fold

LANGUAGES = ("en", "fr", "nl", "de")


@dataclass(frozen=True)
class Column:
	"""`kind` says how a cell is read (see `cells.py`); `labels` are in the order of LANGUAGES."""

	key: str
	kind: str
	labels: tuple[str, str, str, str]

	def label(self, language: str) -> str:
		return self.labels[LANGUAGES.index(spoken(language))]


MEMBER_COLUMNS = (
	Column("member_number", "number", ("Member number", "Numéro de membre", "Lidnummer", "Mitgliedsnummer")),
	Column("member_type", "choice", ("Kind of member", "Type de membre", "Soort lid", "Art des Mitglieds")),
	Column("status", "choice", ("Status", "Statut", "Toestand", "Stand")),
	Column(
		"organisation_name",
		"name",
		("Organisation name", "Nom de l'organisation", "Naam van de organisatie", "Name der Organisation"),
	),
	Column("legal_form", "legal_form", ("Legal form", "Forme juridique", "Rechtsvorm", "Rechtsform")),
	Column(
		"registration_number",
		"text",
		("Registration number", "Numéro d'entreprise", "Ondernemingsnummer", "Registernummer"),
	),
	Column(
		"organisation_email",
		"email",
		(
			"Organisation e-mail",
			"E-mail de l'organisation",
			"E-mail van de organisatie",
			"E-Mail der Organisation",
		),
	),
	Column(
		"representative_function",
		"text",
		(
			"Function of the representative",
			"Fonction du représentant",
			"Functie van de vertegenwoordiger",
			"Funktion der Vertretung",
		),
	),
	Column("first_name", "name", ("First name", "Prénom", "Voornaam", "Vorname")),
	Column("last_name", "name", ("Last name", "Nom", "Achternaam", "Nachname")),
	Column("birth_date", "date", ("Birth date", "Date de naissance", "Geboortedatum", "Geburtsdatum")),
	Column("gender", "choice", ("Gender", "Genre", "Geslacht", "Geschlecht")),
	Column(
		"national_number",
		"text",
		("National number", "Numéro national", "Rijksregisternummer", "Nationale Nummer"),
	),
	Column("email", "email", ("E-mail", "Courriel", "E-mailadres", "E-Mail-Adresse")),
	Column("phone", "phone", ("Phone", "Téléphone", "Telefoon", "Telefon")),
	Column("language", "language", ("Language", "Langue", "Taal", "Sprache")),
	Column(
		"address_line1",
		"name",
		("Street and number", "Rue et numéro", "Straat en nummer", "Straße und Nummer"),
	),
	Column(
		"address_line2",
		"name",
		("Address supplement", "Complément d'adresse", "Adrestoevoeging", "Adresszusatz"),
	),
	Column("postcode", "name", ("Postcode", "Code postal", "Postnummer", "Postleitzahl")),
	Column("city", "name", ("City", "Ville", "Gemeente", "Ort")),
	Column("country", "country", ("Country", "Pays", "Land", "Staat")),
	Column("iban", "iban", ("IBAN", "IBAN", "IBAN", "IBAN")),
	Column("joined_on", "date", ("Joined on", "Date d'entrée", "Lid sinds", "Beitritt am")),
	Column("left_on", "date", ("Left on", "Date de sortie", "Uitgetreden op", "Austritt am")),
	Column(
		"leaving_reason",
		"text",
		("Reason for leaving", "Motif de sortie", "Reden van uittreding", "Austrittsgrund"),
	),
)
MOVEMENT_COLUMNS = (
	Column(
		"register_number",
		"number",
		("Register number", "Numéro d'opération", "Registernummer van de verrichting", "Vorgangsnummer"),
	),
	Column("effective_date", "date", ("Date", "Date de l'opération", "Datum", "Datum des Vorgangs")),
	Column(
		"share_class", "share_class", ("Share class", "Type de parts", "Soort aandelen", "Art der Anteile")
	),
	Column(
		"quantity", "quantity", ("Number of shares", "Nombre de parts", "Aantal aandelen", "Anzahl Anteile")
	),
	Column(
		"unit_price",
		"amount",
		("Price of one share", "Prix d'une part", "Prijs van een aandeel", "Preis eines Anteils"),
	),
	Column(
		"from_member_number",
		"number",
		(
			"Received from member number",
			"Reçu du membre numéro",
			"Ontvangen van lidnummer",
			"Erhalten von Mitgliedsnummer",
		),
	),
	Column(
		"to_share_class",
		"share_class",
		(
			"Converted into share class",
			"Converties en type de parts",
			"Omgezet in soort aandelen",
			"Umgewandelt in Art der Anteile",
		),
	),
	Column(
		"to_quantity",
		"number",
		(
			"Number of shares after conversion",
			"Nombre de parts après conversion",
			"Aantal aandelen na omzetting",
			"Anzahl Anteile nach Umwandlung",
		),
	),
	Column(
		"to_unit_price",
		"amount",
		(
			"Price of one share after conversion",
			"Prix d'une part après conversion",
			"Prijs van een aandeel na omzetting",
			"Preis eines Anteils nach Umwandlung",
		),
	),
)
COLUMNS = MEMBER_COLUMNS + MOVEMENT_COLUMNS
# what lists keep apart and a member has in one: written in front of the street or behind it, as its country does
HOUSE_NUMBER = Column(
	"house_number", "text", ("House number", "Numéro de maison", "Huisnummer", "Hausnummer")
)
# what lists say instead of the price of one share, or of their number
TOTAL = Column(
	"total",
	"amount",
	(
		"Amount of all shares",
		"Montant de toutes les parts",
		"Bedrag van alle aandelen",
		"Betrag aller Anteile",
	),
)
READABLE = (*COLUMNS, HOUSE_NUMBER, TOTAL)
BY_KEY = {column.key: column for column in READABLE}
# what a member has once and lists often have in two columns: the first that says something counts
SEVERAL = ("phone", "email", "gender")

# what is stored: the word in each language
WORDS: dict[str, dict[str, tuple[str, str, str, str]]] = {
	"member_type": {
		"Individual": ("Individual", "Particulier", "Particulier", "Person"),
		"Organisation": ("Organisation", "Organisation", "Organisatie", "Organisation"),
	},
	"status": {
		"Active": ("Active", "Actif", "Actief", "Aktiv"),
		"Former": ("Former", "Ancien", "Gewezen", "Ehemalig"),
		"Candidate": ("Candidate", "Candidat", "Kandidaat", "Anwärter"),
	},
	"gender": {
		"Female": ("Female", "Femme", "Vrouw", "Frau"),
		"Male": ("Male", "Homme", "Man", "Mann"),
		"Other": ("Other", "Autre", "Anders", "Divers"),
	},
}

SHEET_TITLES = {
	"data": ("Members", "Membres", "Leden", "Mitglieder"),
	"help": ("Explanations", "Explications", "Uitleg", "Erläuterungen"),
}

# what to write into a column of each kind, for the second sheet of the template
HELP = {
	"number": (
		"A whole number. Empty on every line: numbers are given in order of date.",
		"Un nombre entier. Vide partout : les numéros sont donnés dans l'ordre des dates.",
		"Een geheel getal. Overal leeg: de nummers volgen de datums.",
		"Eine ganze Zahl. Überall leer: Die Nummern folgen den Daten.",
	),
	"name": ("Text.", "Texte.", "Tekst.", "Text."),
	"text": ("Text.", "Texte.", "Tekst.", "Text."),
	"date": (
		"A date: 31/12/2019, 31.12.2019 or 2019-12-31.",
		"Une date : 31/12/2019, 31.12.2019 ou 2019-12-31.",
		"Een datum: 31/12/2019, 31.12.2019 of 2019-12-31.",
		"Ein Datum: 31.12.2019, 31/12/2019 oder 2019-12-31.",
	),
	"email": (
		"One e-mail address.",
		"Une seule adresse de courriel.",
		"Een enkel e-mailadres.",
		"Eine einzige E-Mail-Adresse.",
	),
	"phone": (
		"A phone number, as text: +32 470 12 34 56.",
		"Un numéro de téléphone, comme texte : +32 470 12 34 56.",
		"Een telefoonnummer, als tekst: +32 470 12 34 56.",
		"Eine Telefonnummer, als Text: +32 470 12 34 56.",
	),
	"language": (
		"The code of a language: en, fr, nl, de.",
		"Le code d'une langue : fr, nl, de, en.",
		"De code van een taal: nl, fr, de, en.",
		"Der Code einer Sprache: de, fr, nl, en.",
	),
	"country": (
		"The name or the two letters of a country.",
		"Le nom ou les deux lettres d'un pays.",
		"De naam of de twee letters van een land.",
		"Der Name oder die zwei Buchstaben eines Landes.",
	),
	"legal_form": (
		"One of the legal forms listed on your site.",
		"Une des formes juridiques listées sur votre site.",
		"Een van de rechtsvormen op uw site.",
		"Eine der Rechtsformen auf Ihrer Site.",
	),
	"iban": ("An IBAN.", "Un IBAN.", "Een IBAN.", "Eine IBAN."),
	"share_class": (
		"The code or the name of one of your share classes.",
		"Le code ou le nom d'un de vos types de parts.",
		"De code of de naam van een van uw soorten aandelen.",
		"Der Code oder der Name einer Ihrer Anteilsarten.",
	),
	"quantity": (
		"A whole number; with a minus sign for shares that the member gave back.",
		"Un nombre entier ; avec un signe moins pour des parts que le membre a rendues.",
		"Een geheel getal; met een minteken voor aandelen die het lid teruggaf.",
		"Eine ganze Zahl; mit Minuszeichen für Anteile, die das Mitglied zurückgab.",
	),
	"amount": (
		"An amount: 25 or 25.50. Empty: the price of the share class.",
		"Un montant : 25 ou 25,50. Vide : le prix du type de parts.",
		"Een bedrag: 25 of 25,50. Leeg: de prijs van de soort.",
		"Ein Betrag: 25 oder 25,50. Leer: der Preis der Anteilsart.",
	),
	"choice": ("One of: {words}.", "Au choix : {words}.", "Een van: {words}.", "Eines von: {words}."),
}
NOTES = (
	(
		"One line per member. A member with several operations has further lines with the member number and the operation.",
		"Une ligne par membre. Un membre avec plusieurs opérations a d'autres lignes avec son numéro et l'opération.",
		"Een regel per lid. Een lid met meer verrichtingen heeft verdere regels met het lidnummer en de verrichting.",
		"Eine Zeile je Mitglied. Ein Mitglied mit mehreren Vorgängen hat weitere Zeilen mit Mitgliedsnummer und Vorgang.",
	),
	(
		"Keep the first line with the titles; leave out columns that you don't need.",
		"Gardez la première ligne avec les titres ; supprimez les colonnes inutiles.",
		"Behoud de eerste regel met de titels; kolommen die u niet nodig hebt, mogen weg.",
		"Behalten Sie die erste Zeile mit den Titeln; Spalten, die Sie nicht brauchen, können entfallen.",
	),
)


def spoken(language: str | None) -> str:
	"""The one of LANGUAGES nearest to a language code: `fr-CH` is `fr`, an unknown one `en`."""
	code = (language or "").replace("_", "-").split("-")[0].lower()
	return code if code in LANGUAGES else LANGUAGES[0]


# what real lists call their columns, beside our own labels: French, Dutch, German, English, Italian
ALSO_CALLED: dict[str, tuple[str, ...]] = {
	"member_number": (
		"N°",
		"Nr",
		"No",
		"N° membre",
		"N° de membre",
		"N° adhérent",
		"Numéro d'adhérent",
		"N° coopérateur",
		"N° coop",
		"N° de coop",
		"Numéro coop",
		"N° associé",
		"Numéro de coopérateur",
		"N° sociétaire",
		"Lidnr",
		"Nummer lid",
		"Mitgliedsnr",
		"Mitglieds-Nr",
		"Mitglied Nr",
		"Nummer",
		"Member no",
		"Member nr",
		"Member ID",
		"Membership number",
		"Numero socio",
		"N. socio",
		"Numéro",
		"Number",
	),
	"member_type": (
		"Catégorie de membre",
		"Type d'adhérent",
		"Mitgliedsart",
		"Lidtype",
		"Member type",
		"Tipo di socio",
	),
	"status": ("État", "Situation", "Lidstatus", "Stato", "Member status"),
	"organisation_name": (
		"Raison sociale",
		"Organisation",
		"Organisme",
		"Société",
		"Structure",
		"Dénomination",
		"Association",
		"Entreprise",
		"Organisatie",
		"Bedrijf",
		"Bedrijfsnaam",
		"Vereniging",
		"Firma",
		"Firmenname",
		"Verein",
		"Unternehmen",
		"Company",
		"Company name",
		"Organization",
		"Organization name",
		"Ragione sociale",
		"Azienda",
		"Società",
	),
	"legal_form": (
		"Statut juridique",
		"Juridische vorm",
		"Gesellschaftsform",
		"Forma giuridica",
		"Legal status",
	),
	"registration_number": (
		"SIREN",
		"SIRET",
		"RNA",
		"BCE",
		"N° BCE",
		"KBO",
		"KBO-nummer",
		"N° d'entreprise",
		"TVA",
		"N° TVA",
		"Numéro de TVA",
		"BTW",
		"BTW-nummer",
		"UID",
		"IDE",
		"UID-Nummer",
		"USt-IdNr",
		"VAT",
		"VAT number",
		"Company number",
		"Partita IVA",
	),
	"organisation_email": ("Mail de l'organisation", "Mail organisation", "Company e-mail", "E-Mail Firma"),
	"representative_function": (
		"Fonction",
		"Qualité",
		"Functie",
		"Funktion",
		"Function",
		"Position",
		"Funzione",
	),
	"first_name": (
		"Prénoms",
		"Prenom",
		"Voornamen",
		"Roepnaam",
		"Vornamen",
		"Rufname",
		"Given name",
		"Forename",
		"Nome",
		"Firstname",
	),
	"last_name": (
		"Nom de famille",
		"Nom d'usage",
		"Noms",
		"Naam",
		"Familienaam",
		"Name",
		"Familienname",
		"Zuname",
		"Surname",
		"Family name",
		"Lastname",
		"Cognome",
	),
	"birth_date": (
		"Naissance",
		"Né le",
		"Née le",
		"Né(e) le",
		"Date naissance",
		"Anniversaire",
		"DDN",
		"Geboren",
		"Geboren op",
		"Geb. datum",
		"Geburtstag",
		"Geb.-Datum",
		"Geb. am",
		"Geboren am",
		"Birthday",
		"Date of birth",
		"DOB",
		"Birthdate",
		"Data di nascita",
		"Nato il",
		"Verjaardag",
	),
	"gender": (
		"Sexe",
		"Civilité",
		"Civ.",
		"H/F",
		"F/H",
		"M/F",
		"F/M",
		"Titre",
		"M/V",
		"V/M",
		"Aanhef",
		"Aanspreking",
		"w/m",
		"m/w",
		"m/w/d",
		"w/m/d",
		"Anrede",
		"Sex",
		"Salutation",
		"Title",
		"Sesso",
		"Genere",
	),
	"national_number": (
		"NISS",
		"N° national",
		"Registre national",
		"N° registre national",
		"Numéro de sécurité sociale",
		"NIR",
		"INSZ",
		"INSZ-nummer",
		"Rijksregisternr",
		"AHV",
		"AHV-Nummer",
		"AVS",
		"N° AVS",
		"Codice fiscale",
		"BSN",
	),
	"email": (
		"Mail",
		"Email",
		"E mail",
		"Adresse mail",
		"Adresse e-mail",
		"Adresse électronique",
		"Adresse courriel",
		"Mel",
		"Mél",
		"Mailadres",
		"Mailadresse",
		"E-Mail Adresse",
		"Email address",
		"E-mail 2",
		"Mail 2",
		"Deuxième e-mail",
		"Indirizzo e-mail",
		"Posta elettronica",
	),
	"phone": (
		"Tél",
		"Tel.",
		"Téléphone portable",
		"Portable",
		"Mobile",
		"GSM",
		"N° de téléphone",
		"Numéro de téléphone",
		"Tél. portable",
		"Telefoonnummer",
		"Telefoonnr",
		"Mobiel",
		"Telefonnummer",
		"Telefon-Nr",
		"Tel.-Nr.",
		"Handy",
		"Handynummer",
		"Mobil",
		"Mobiltelefon",
		"Natel",
		"Telephone",
		"Phone number",
		"Mobile phone",
		"Cell phone",
		"Téléphone fixe",
		"Tél. fixe",
		"Fixe",
		"Téléphone 2",
		"Tél. 2",
		"Telefon privat",
		"Telefon geschäftlich",
		"Festnetz",
		"Vaste telefoon",
		"Landline",
		"Telefono",
		"Cellulare",
	),
	"language": ("Langue de contact", "Taalcode", "Korrespondenzsprache", "Lingua"),
	"address_line1": (
		"Adresse",
		"Rue",
		"Adresse 1",
		"Adresse postale",
		"Rue et n°",
		"Rue, numéro",
		"Voie",
		"Adres",
		"Straat",
		"Straat + nr",
		"Straat en huisnummer",
		"Straße",
		"Strasse",
		"Straße und Hausnummer",
		"Strasse Nr.",
		"Anschrift",
		"Address",
		"Street",
		"Address line 1",
		"Street address",
		"Indirizzo",
		"Via",
	),
	"house_number": (
		"Huisnr",
		"Huisnr.",
		"Hausnr",
		"Haus-Nr.",
		"N° de rue",
		"N° rue",
		"Numéro de rue",
		"N° de maison",
		"N° maison",
		"N° de voie",
		"Street number",
		"Numero civico",
	),
	"address_line2": (
		"Complément",
		"Adresse 2",
		"Bte",
		"Boîte",
		"Bus",
		"Adres 2",
		"Adresszusatz 1",
		"Zusatz",
		"Address line 2",
		"Address 2",
	),
	"postcode": (
		"CP",
		"C.P.",
		"NPA",
		"Postcode",
		"PC",
		"PLZ",
		"Postal code",
		"Zip",
		"Zip code",
		"CAP",
		"Codice postale",
	),
	"city": (
		"Commune",
		"Localité",
		"Lieu",
		"Plaats",
		"Woonplaats",
		"Stad",
		"Stadt",
		"Wohnort",
		"Gemeinde",
		"Town",
		"Place",
		"Città",
		"Comune",
		"Località",
	),
	"country": ("Pays de résidence", "Landcode", "Länderkürzel", "Paese", "Country code", "Code pays"),
	"iban": (
		"Compte",
		"Compte bancaire",
		"N° de compte",
		"Numéro de compte",
		"Rekening",
		"Rekeningnummer",
		"Bankrekening",
		"Konto",
		"Kontonummer",
		"Bankkonto",
		"Bankverbindung",
		"Bank account",
		"Account number",
		"Conto",
	),
	"joined_on": (
		"Date d'adhésion",
		"Adhésion",
		"Membre depuis",
		"Entrée",
		"Entré le",
		"Date d'inscription",
		"Datum toetreding",
		"Toetreding",
		"Lid vanaf",
		"Inschrijvingsdatum",
		"Eintritt",
		"Eintrittsdatum",
		"Eintritt am",
		"Mitglied seit",
		"Beitritt",
		"Beitrittsdatum",
		"Member since",
		"Join date",
		"Date joined",
		"Data di iscrizione",
		"Socio dal",
	),
	"left_on": (
		"Sortie",
		"Date de départ",
		"Démission",
		"Date de démission",
		"Sorti le",
		"Datum uittreding",
		"Uittreding",
		"Austritt",
		"Austrittsdatum",
		"Kündigung",
		"Leaving date",
		"Left",
		"Data di uscita",
	),
	"leaving_reason": ("Raison de sortie", "Motif de départ", "Grund des Austritts"),
	"register_number": (
		"N° d'opération",
		"N° opération",
		"N° registre",
		"Numéro de registre",
		"Registernr",
	),
	"effective_date": (
		"Date opération",
		"Date de souscription",
		"Date souscription",
		"Date de la souscription",
		"Souscrit le",
		"Date achat",
		"Datum inschrijving aandelen",
		"Date d'achat",
		"Datum verrichting",
		"Kaufdatum",
		"Zeichnungsdatum",
		"Data",
	),
	"share_class": (
		"Catégorie de parts",
		"Type de part",
		"Catégorie",
		"Part",
		"Classe",
		"Soort aandeel",
		"Categorie",
		"Anteilsart",
		"Class",
		"Share type",
	),
	"quantity": (
		"Parts",
		"Nb parts",
		"Nb de parts",
		"Nbre de parts",
		"Quantité",
		"Parts sociales",
		"Nombre de parts sociales",
		"Aandelen",
		"Aantal",
		"Anteile",
		"Anzahl",
		"Anzahl der Anteile",
		"Geschäftsanteile",
		"Shares",
		"Quantity",
		"Quote",
		"Numero di quote",
		"Azioni",
	),
	"total": (
		"Montant",
		"Montant souscrit",
		"Montant versé",
		"Montant total",
		"Montant des parts",
		"Montant (€)",
		"Valeur totale",
		"Valeur des parts",
		"Capital",
		"Capital souscrit",
		"Bedrag",
		"Totaalbedrag",
		"Betrag",
		"Gesamtbetrag",
		"Amount",
		"Total amount",
		"Total value",
		"Importo",
	),
	"unit_price": (
		"Prix",
		"Valeur d'une part",
		"Valeur de la part",
		"Valeur de part",
		"Valeur part",
		"Valeur de la part sociale",
		"Valeur d'une part sociale",
		"Valeur unitaire",
		"Valeur nominale de la part",
		"Prix de la part",
		"Prix part",
		"Montant d'une part",
		"Montant de la part",
		"Montant unitaire",
		"Waarde van een aandeel",
		"Waarde aandeel",
		"Wert eines Anteils",
		"Value of a share",
		"Share value",
		"Share price",
		"Prix unitaire",
		"Valeur nominale",
		"Prijs",
		"Preis",
		"Nennwert",
		"Price",
		"Unit price",
		"Prezzo",
	),
}
# words of a choice in real lists, folded: titles before a name, single letters
ALSO_WRITTEN: dict[str, dict[str, str]] = {
	"gender": {
		"Female": "f w v mme madame mlle mademoiselle mrs ms miss mevr mevrouw mw fr weiblich vrouwelijk féminin sigra signora donna femminile",
		"Male": "m h mr m. monsieur dhr heer herr hr mannlich männlich mannelijk masculin sig signor uomo maschile",
		"Other": "d x nb divers non-binaire nonbinary autre",
	},
	"status": {
		"Former": "sorti sortie démissionnaire ancienne exclu ausgetreten uitgetreden uscito inactif inactief inaktiv",
		"Active": "active actives effectif effective ja oui yes attivo",
		"Candidate": "candidate aspirant",
	},
	"member_type": {
		"Individual": "personnephysique particuliere natuurlijkpersoon natürlicheperson privatperson personafisica",
		"Organisation": "personnemorale société association rechtspersoon juristischeperson firma verein organization company personagiuridica",
	},
}
MOBILE = re.compile("portable|mobil|mobiel|gsm|handy|natel|cell")  # in a folded title of a phone

HEADERS = {fold(name): key for key, names in ALSO_CALLED.items() for name in names} | {
	fold(name): column.key for column in READABLE for name in (column.key, *column.labels)
}
CHOICES = {
	choice: {
		fold(word): stored
		for stored, words in table.items()
		for word in (*ALSO_WRITTEN[choice].get(stored, "").split(), stored, *words)
	}
	for choice, table in WORDS.items()
}


def language_of(titles: Iterable[str]) -> str:
	"""The one of LANGUAGES in which most titles of a file are our labels; "" when none is, or two are."""
	folded = {fold(title) for title in titles}
	counts = [sum(fold(column.labels[i]) in folded for column in COLUMNS) for i in range(len(LANGUAGES))]
	best = max(counts)
	return LANGUAGES[counts.index(best)] if best and counts.count(best) == 1 else ""


def word(choice: str, stored: str, language: str) -> str:
	"""How a stored value of a choice is written in a language."""
	return WORDS[choice][stored][LANGUAGES.index(spoken(language))]


def explanation(column: Column, language: str) -> str:
	"""What to write into a column, in a language."""
	index = LANGUAGES.index(spoken(language))
	words = ", ".join(words[index] for words in WORDS.get(column.key, {}).values())
	return HELP[column.kind][index].format(words=words)
