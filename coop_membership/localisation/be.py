"""Belgium."""

LANGUAGES = ("fr", "nl", "de")
LEGAL_FORMS = ("AISBL / IVZW", "ASBL / VZW", "SA / NV", "SC / CV", "SComm / CommV", "SNC / VOF", "SRL / BV")
