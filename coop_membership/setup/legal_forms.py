"""Legal forms offered to organisations, from each country's localisation. Added once; the cooperative may edit them."""

import frappe

from coop_membership.localisation import COUNTRIES


def add() -> None:
	if frappe.db.count("Legal Form"):
		return
	for country, localisation in COUNTRIES.items():
		if frappe.db.exists("Country", country):
			for title in localisation.LEGAL_FORMS:
				form = frappe.get_doc({"doctype": "Legal Form", "title": title, "country": country})
				form.insert(ignore_permissions=True)  # installation
