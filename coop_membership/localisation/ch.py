"""Switzerland."""

from stdnum.ch import uid

LANGUAGES = ("de", "fr", "it")
LEGAL_FORMS = (
	"Association",
	"Fondation / Stiftung",
	"Coopérative / Genossenschaft",
	"SA / AG",
	"Sàrl / GmbH",
	"Raison individuelle",
)


def registration_number(text: str) -> str:
	"""Enterprise number (UID/IDE) with check digit: CHE-100.155.212."""
	return uid.format(uid.validate(text))
