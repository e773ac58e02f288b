"""EPC QR code of a SEPA credit transfer (EPC069-12), which bank apps scan. Pure but for the drawing by segno."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from segno.helpers import make_epc_qr
from stdnum import bic as bic_number
from stdnum import iban as iban_number

from coop_membership.payments.reference import compact, is_creditor_reference

CENT = Decimal("0.01")
MINIMUM, MAXIMUM = CENT, Decimal("999999999.99")
NAME_LENGTH, TEXT_LENGTH = 70, 140


def qr_code(name: str, iban: str, amount: float, reference: str, bic: str | None = None) -> str:
	"""A PNG data URI of the QR code, or "" when the standard has none for these values: it never raises.

	`amount` in euro. A creditor reference goes into its own field, any other reference into the free text. A name is
	cut to what the standard takes; a reference never is, half a reference would be another one.
	"""
	name, reference = _one_line(name)[:NAME_LENGTH].strip(), _one_line(reference)
	euro = _in_cents(amount)
	known_account = iban_number.is_valid(iban or "") and (not bic or bic_number.is_valid(bic))
	if not (name and reference and known_account and MINIMUM <= euro <= MAXIMUM):
		return ""
	if is_creditor_reference(reference):
		remittance = {"reference": compact(reference)}
	elif len(reference) <= TEXT_LENGTH:
		remittance = {"text": reference}
	else:
		return ""
	try:
		code = make_epc_qr(
			name=name,
			iban=iban_number.compact(iban),
			amount=euro,
			bic=bic_number.compact(bic) if bic else None,
			**remittance,
		)
	except ValueError:  # the standard's limit of bytes for all fields together
		return ""
	return code.png_data_uri(scale=4, border=2)


def _one_line(text: str | None) -> str:
	"""In the code a line break begins the next field."""
	return " ".join((text or "").split())


def _in_cents(amount: float | None) -> Decimal:
	"""The amount as it is written; 0 for what is no number."""
	try:
		euro = Decimal(str(amount or 0))
		return euro.quantize(CENT, ROUND_HALF_UP) if euro.is_finite() else Decimal(0)
	except InvalidOperation:  # not a number, or more digits than any amount has
		return Decimal(0)
