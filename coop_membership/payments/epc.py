"""EPC QR code of a SEPA credit transfer (EPC069-12), which bank apps scan. Pure but for the drawing by segno."""

from segno.helpers import make_epc_qr

from coop_membership.payments.reference import is_creditor_reference

MAXIMUM = 999_999_999.99
NAME_LENGTH = 70


def qr_code(name: str, iban: str, amount: float, reference: str, bic: str | None = None) -> str:
	"""A PNG data URI of the QR code, or "" when a SEPA code cannot be made (no IBAN, amount out of range).

	`amount` in euro. A creditor reference goes into its own field, any other reference into the free text.
	"""
	if not (iban and name and 0.01 <= amount <= MAXIMUM):
		return ""
	remittance = {"reference": reference} if is_creditor_reference(reference) else {"text": reference}
	code = make_epc_qr(
		name=name[:NAME_LENGTH], iban=iban.replace(" ", ""), amount=amount, bic=bic or None, **remittance
	)
	return code.png_data_uri(scale=4, border=2)
