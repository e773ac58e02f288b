"""Switzerland."""

LEGAL_FORMS = (
	"Association",
	"Fondation / Stiftung",
	"Coopérative / Genossenschaft",
	"SA / AG",
	"Sàrl / GmbH",
	"Raison individuelle",
)
