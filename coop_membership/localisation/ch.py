"""Switzerland."""

LANGUAGES = ("de", "fr", "it")
LEGAL_FORMS = (
	"Association",
	"Fondation / Stiftung",
	"Coopérative / Genossenschaft",
	"SA / AG",
	"Sàrl / GmbH",
	"Raison individuelle",
)
