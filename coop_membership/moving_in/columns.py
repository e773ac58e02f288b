"""Columns of the moving-in file, and what they are called in each language. Pure data.

A file may be written in any of these languages; its header row says which. Words of a choice ("Active", "Actif")
are understood in all of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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
BY_KEY = {column.key: column for column in COLUMNS}

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


def fold(text: object) -> str:
	"""Text without case, accents, spaces and signs, so that equal things are found equal."""
	plain = unicodedata.normalize("NFKD", str(text).casefold())
	return re.sub(r"[\W_]", "", "".join(char for char in plain if not unicodedata.combining(char)))


HEADERS = {fold(name): column.key for column in COLUMNS for name in (column.key, *column.labels)}
CHOICES = {
	choice: {fold(word): stored for stored, words in table.items() for word in (stored, *words)}
	for choice, table in WORDS.items()
}


def word(choice: str, stored: str, language: str) -> str:
	"""How a stored value of a choice is written in a language."""
	return WORDS[choice][stored][LANGUAGES.index(spoken(language))]


def explanation(column: Column, language: str) -> str:
	"""What to write into a column, in a language."""
	index = LANGUAGES.index(spoken(language))
	words = ", ".join(words[index] for words in WORDS.get(column.key, {}).values())
	return HELP[column.kind][index].format(words=words)
