"""France."""

LANGUAGES = ("fr",)
LEGAL_FORMS = ("Association", "EI", "EURL", "SA", "SARL", "SAS", "SCI", "SCIC", "SCOP")
