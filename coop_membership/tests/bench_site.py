"""A bench's test site, made ready in whatever way the host lets it: called by embedded/benches.py before the tests.

A site as the usual commands leave it has no outgoing mail account, no fiscal years of the past, perhaps no income
account, and speaks the language of its wizard. What can be added is added and stays; the site's language and formats
are those of the tests while they run, and put back afterwards.
"""

from __future__ import annotations

import json

import frappe
from frappe.utils import getdate
from frappe.utils.password import get_encryption_key

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE
from coop_membership.tests import dunning_factories, factories

FIRST_YEAR = 2010  # the earliest shares of the tests
OF_THE_TESTS = {"language": "en", "number_format": "#,###.##", "date_format": "yyyy-mm-dd"}
LACKS = "LACKS: "


def prepare() -> None:
	"""Add what is missing, then print what the site still can't do: one line for each, begun by `LACKS`."""
	frappe.flags.in_test = True
	if hasattr(frappe, "in_test"):  # 16 reads this one
		frappe.in_test = True
	frappe.local.lang = "en"
	get_encryption_key()  # a fresh site has none, and the test and its server would each make one
	for what, step in (
		("no outgoing mail account can be added", an_outgoing_account),
		("no System Manager can be added", a_system_manager),
		("no books can be added", books),
		("no mail can be queued", try_a_mail),
		("no invoice can be submitted", try_an_invoice),
	):
		try:
			step()
			frappe.db.commit()
		except Exception as error:  # whatever this bench lacks
			frappe.db.rollback()
			print(f"{LACKS}{what}: {_in_one_line(error)}")


def an_outgoing_account() -> None:
	"""Without a default one the hosts queue no mail."""
	if not frappe.db.exists("Email Account", {"default_outgoing": 1, "enable_outgoing": 1}):
		frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": "Coop test",
				"email_id": "coop@example.com",
				"enable_outgoing": 1,
				"default_outgoing": 1,
				"smtp_server": "127.0.0.1",
				"smtp_port": "2525",
				"no_smtp_authentication": 1,
			}
		).insert(ignore_permissions=True)  # a test site


def a_system_manager() -> None:
	"""The person who set the site up: where there is none besides Administrator, ERPNext v15 lets no login be disabled."""
	managers = frappe.get_all(
		"Has Role",
		{"role": "System Manager", "parenttype": "User", "parent": ["!=", "Administrator"]},
		pluck="parent",
	)
	if not frappe.db.exists(
		"User", {"name": ["in", managers or [""]], "enabled": 1, "user_type": "System User"}
	):
		factories.a_user("System Manager", email="coop.test.site@example.com")


def books() -> None:
	"""The test company, its years, and the account that dues are booked on."""
	if not host.has_erpnext():
		return
	fiscal_years()
	company = factories.a_company()
	if not frappe.db.get_value("Company", company, "default_income_account"):
		income = {"company": company, "root_type": "Income", "is_group": 0}
		account = frappe.get_all("Account", income, pluck="name", order_by="lft", limit=1)
		frappe.db.set_value("Company", company, "default_income_account", account[0])
		frappe.clear_document_cache("Company", company)


def fiscal_years() -> None:
	for year in range(FIRST_YEAR, getdate().year + 2):
		first, last = f"{year}-01-01", f"{year}-12-31"
		covered = {"year_start_date": ["<=", last], "year_end_date": [">=", first]}
		if not frappe.db.exists("Fiscal Year", covered):
			frappe.get_doc(
				{"doctype": "Fiscal Year", "year": str(year), "year_start_date": first, "year_end_date": last}
			).insert(ignore_permissions=True)  # a test site


def try_a_mail() -> None:
	"""A request is received, and the mail about it waits in the queue; nothing of it stays."""
	frappe.db.savepoint("tried")
	application = factories.an_application(factories.a_cooperative(ELSEWHERE))
	if not frappe.db.exists("Email Queue", {"reference_name": application.name}):
		note = frappe.get_all("Comment", {"reference_name": application.name}, pluck="content", limit=1)
		raise RuntimeError(note[0] if note else "the queue stayed empty")
	frappe.db.rollback(save_point="tried")


def try_an_invoice() -> None:
	"""An ordinary customer's invoice is submitted; nothing of it stays."""
	if host.has_erpnext():
		frappe.db.savepoint("tried")
		dunning_factories.an_invoice(dunning_factories.a_customer())
		frappe.db.rollback(save_point="tried")


def speak(values: str) -> None:
	"""Give the site these settings (JSON), and print those of before, to be given back afterwards."""
	wanted = json.loads(values)
	before = {field: frappe.db.get_single_value("System Settings", field) for field in OF_THE_TESTS}
	before["of_user"] = frappe.db.get_value("User", "Administrator", "language")
	frappe.db.set_value("User", "Administrator", "language", wanted.pop("of_user", None))
	for field, value in wanted.items():
		frappe.db.set_single_value("System Settings", field, value)
		frappe.db.set_default("lang" if field == "language" else field, value)
	frappe.db.commit()
	frappe.clear_cache()
	print(json.dumps(before))


def _in_one_line(error: Exception) -> str:
	text = " ".join(frappe.utils.strip_html_tags(str(error)).split()) or "no reason given"
	return f"{type(error).__name__}, {text[:200]}"
