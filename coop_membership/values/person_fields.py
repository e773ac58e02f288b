"""The fields of a person, an address and an organisation, listed once."""

from __future__ import annotations

PERSON = (
	"first_name",
	"last_name",
	"gender",
	"email",
	"phone",
	"language",
)
# in a document of their own: see people/private.py
PRIVATE = ("birth_date", "national_number", "iban")
ADDRESS = ("address_line1", "address_line2", "postcode", "city", "country")
ORGANISATION_FIELDS = ("organisation_name", "organisation_email", "registration_number", "legal_form")
