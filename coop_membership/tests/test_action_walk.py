"""What the host's own buttons do to each DocType in each state: all of it, nothing, or they are not there.

A table says which; a test fails for a DocType that it does not name. A button may be several requests (the host's
"Cancel all" is): what one has done stays when the next one refuses, so our tables are compared before and after.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable

import frappe
from frappe.utils import add_days, today

from coop_membership import hooks
from coop_membership.register import integrity
from coop_membership.tests import every_state, factories
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found, rules

ACTIONS = (
	"cancel",
	"delete",
	"amend",
	"rename",
	"duplicate",
	"share",
	"assign",
	"bulk edit",
	"import",
	"export",
)
WORKS, REFUSED, ABSENT = "works", "refused", "not offered"
SIGNS = {"+": WORKS, "x": REFUSED, "-": ABSENT}
# {DocType: {state: a sign for each action, in the order of ACTIONS}}
EXPECTED: dict[str, dict[str, str]] = {
	"Activity": {
		"Planned": "- x - - + - + + - +",
		"Cancelled": "- + - - + - + + - +",
	},
	"Activity Fee": {
		"Open": "+ - - - - - + + - +",
		"Partly Paid": "x - - - - - + + - +",
		"Paid": "x - - - - - + + - +",
		"Cancelled": "- - - - - - + - - +",
	},
	"Activity Registration": {
		state: "- - - - - - + - - +" for state in ("Registered", "Waiting", "Attended", "Absent", "Cancelled")
	},
	"Badge": {state: "- - - - - - + + - +" for state in ("New", "Valid", "Revoked")},
	"Calendar Link": {"–": "- - - - - - - - - -"},
	"Cooperative": {"–": "- x - - + - + + - +"},
	"Dues Cover": {"–": "- - - - - - + - - +"},
	"Dunning Letter": {
		"Queued": "- + - - - - + - - +",
		"Sent": "- + - - - - + - - +",
		"Failed": "- + - - - - + - - +",
	},
	"Dunning Notice": {
		"Draft": "- + - - - - + + - +",
		"To Send": "- x - - - - + + - +",
		"Queued": "- x - - - - + + - +",
		"Sent": "- x - - - - + + - +",
		"Failed": "- x - - - - + + - +",
		"Ignored": "- + - - - - + + - +",
		"Overridden": "- x - - - - + + - +",
	},
	"Dunning Policy": {"–": "- x - + + - + + - +"},
	"Dunning Run": {
		"Draft": "- + - - - - + + - +",
		"Done": "x - - - - - + - - +",
		"Cancelled": "- + + - - - + - - +",
	},
	"Equipment": {"–": "- x - - + - + + - +"},
	"Equipment Authorization": {
		"Valid": "- - - - - - + + - +",
		"Expired": "- - - - - - + + - +",
		"Withdrawn": "- - - - - - + + - +",
	},
	"Equipment Booking": {state: "- - - - - - + - - +" for state in ("Booked", "Cancelled")},
	"Equipment Right": {"–": "- x - - + - + + - +"},
	"Identity Document": {"–": "- - - - - - + - - -"},
	"Legal Form": {"–": "- + - - + - + + - +"},
	"Member": {
		"Candidate": "- x - - - + + x - +",
		"Active": "- x - - - + + x - +",
		"Former": "- x - - - + + x - +",
		"Organisation": "- x - - - + + + - +",
		"With credit": "- x - - - + + x - +",
	},
	"Member Import": {"Draft": "- + - - - - + + - -"},
	"Member Payment": {
		"Paid": "+ - - - - - + - - +",
		"Credit left": "x - - - - - + - - +",
		"Paid out": "+ - - - - - + - - +",
		"Draft": "- + - - - - + + - +",
		"Cancelled": "- + + - - - + - - +",
	},
	"Membership": {
		"Draft": "- + - - - + + + - +",
		"Open": "+ - - - - + + + - +",
		"Paid": "x - - - - + + + - +",
		"Expired": "+ - - - - + + + - +",
		"Cancelled": "- + - - - + + - - +",
	},
	"Membership Application": {
		"To Confirm": "- + - - - + + x - +",
		"Pending": "- + - - - + + x - +",
		"Waiting List": "- + - - - + + x - +",
		"Blocked": "- + - - - + + x - +",
		"Refused": "- + - - - + + + - +",
		"Cancelled": "- + - - - + + + - +",
		"Expired": "- + - - - + + + - +",
		"Approved": "- x - - - + + + - +",
		"Paid": "- x - - - + + + - +",
	},
	"Membership Plan": {"–": "- x - - + - + + - +"},
	"Payment Correction": {
		"Draft": "- + - - - + + + - +",
		"Done": "- - - - - + + - - +",
	},
	"Private Details": {"–": "- - - - - - + + - -"},
	"Referral Source": {"–": "- + - + + - + + - +"},
	"Share Class": {"–": "- x - - + - + + - +"},
	"Shared Document": {"–": "- + - - + - + + - +"},
	"Share Register Entry": {"–": "- - - - - - + - - +"},
	"Share Subscription": {
		"Draft": "- + - - - + + + - +",
		"Open": "+ - - - - + + + - +",
		"Partly Paid": "x - - - - + + + - +",
		"Paid": "x - - - - + + + - +",
		"Payment Reversed": "x - - - - + + + - +",
		"Cancelled": "- + - - - + + - - +",
	},
	"Share Transaction": {
		"Draft": "- + - - - + + + - +",
		"Waiting": "+ - - - - + + - - +",
		"Approved": "+ - - - - + + - - +",
		"Executed": "+ - - - - + + - - +",
		"Refused": "+ - - - - + + - - +",
		"Cancelled": "- + - - - + + - - +",
	},
	"Yearly Certificate": {"–": "- - - - - - + - - +"},
}
NO_VALUE = (
	"Section Break",
	"Column Break",
	"Tab Break",
	"HTML",
	"Button",
	"Table",
	"Table MultiSelect",
	"Fold",
	"Heading",
)
HERE = "walk"


class ActionCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.documents = every_state.documents()
		cls.cooperative = cls.documents["Cooperative", "–"]
		cls.user = factories.a_user(*rules.DESK)
		cls.helper = factories.a_user(*rules.DESK)

	def setUp(self):
		frappe.set_user(self.user)
		self.addCleanup(frappe.set_user, "Administrator")
		self.commits: list[str] = []
		for name in ("commit", "rollback"):  # a request is one transaction; the walk ends it
			self.addCleanup(setattr, frappe.db, name, getattr(frappe.db, name))
		real = frappe.db.rollback
		frappe.db.commit = self.committed
		frappe.db.rollback = (
			lambda *_more, save_point=None, **_and: real(save_point=save_point) if save_point else None
		)

	def committed(self, *_more, **_and) -> None:
		"""ERPNext v15 does in tests at once what its workers do: jobs, and the mails about a task. That is no part of the
		request, nor are its commits.
		"""
		stack = inspect.stack(0)
		if not any(
			frame.function == "execute_job" or frame.filename.endswith("email_queue.py") for frame in stack
		):
			self.commits.append(" < ".join(f"{frame.function} {frame.lineno}" for frame in stack[1:6]))

	def fingerprint(self) -> dict[str, str]:
		"""{DocType: what its table holds} of ours, tables of rows included."""
		prints = {}
		for doctype in found.doctypes():
			rows = frappe.get_all(
				doctype, fields=["*"], order_by="name", limit_page_length=0, ignore_permissions=True
			)
			prints[doctype] = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
		return prints

	def request(self, step: Callable[[], object]) -> Exception | None:
		"""What a request does: all of it, or nothing and why."""
		frappe.db.savepoint("request")
		try:
			step()
			return None
		except Exception as refusal:
			frappe.db.rollback(save_point="request")
			return refusal
		finally:
			frappe.local.message_log = []
			frappe.flags.error_message = None

	def outcome(self, doctype: str, name: str, action: str, before: dict) -> str:
		"""Do it as the buttons of a browser do, and say what came of it. Nothing of it stays."""
		offered, steps = getattr(self, action.replace(" ", "_"))(doctype, name)
		frappe.db.savepoint(HERE)
		try:
			for step in steps:
				if refusal := self.request(step):
					self.assertNotIsInstance(
						refusal, (TypeError, AttributeError, KeyError), (doctype, name, action, refusal)
					)
					self.assertEqual(
						self.fingerprint(), before, f"half done: {action} of {doctype} {name}: {refusal}"
					)
					return REFUSED if offered else ABSENT
			if not offered:
				self.fail(f"{action} of {doctype} {name} is done, though nobody is offered it")
			self.follow(doctype, name)
			self.sound(f"{action} of {doctype} {name}")
			return WORKS
		finally:
			frappe.db.rollback(save_point=HERE)
			frappe.clear_document_cache(doctype, name)

	def follow(self, doctype: str, name: str) -> None:
		"""What the worker does after a payment has changed."""
		for demand in set(frappe.get_all("Member Payment Allocation", {"parent": name}, pluck="document")):
			if doctype == "Member Payment" and frappe.db.exists("Share Subscription", demand):
				with factories.as_user("Administrator"):
					factories.settle(demand)

	def sound(self, after: str) -> None:
		"""Registers are in order, and no document of ours names one that is gone."""
		with factories.as_user("Administrator"):
			said = integrity.check(self.cooperative)
		self.assertEqual(said, [], after)
		for doctype in found.doctypes():
			for df in frappe.get_meta(doctype).fields:
				if df.fieldtype == "Link" and df.options in found.doctypes(tables=False):
					rows = frappe.get_all(
						doctype,
						{df.fieldname: ["is", "set"]},
						pluck=df.fieldname,
						distinct=True,
						ignore_permissions=True,
					)
					known = frappe.get_all(
						df.options, {"name": ["in", rows or [""]]}, pluck="name", ignore_permissions=True
					)
					self.assertEqual(set(rows) - set(known), set(), f"{after}: {doctype}.{df.fieldname}")

	# --- the buttons: (is it there, its requests)

	def may(self, doctype: str, right: str, name: str | None = None) -> bool:
		return bool(frappe.has_permission(doctype, right, frappe.get_doc(doctype, name) if name else None))

	def cancel(self, doctype: str, name: str):
		from frappe.desk.form import linked_with

		docs = (
			linked_with.get_submitted_linked_docs(doctype, name)["docs"]
			if self.docstatus(doctype, name) == 1
			else []
		)
		steps = [lambda: linked_with.cancel_all_linked_docs(json.dumps(docs))] if docs else []
		there = frappe.get_meta(doctype).is_submittable and self.docstatus(doctype, name) == 1
		return there and self.may(doctype, "cancel", name), [
			*steps,
			lambda: frappe.get_doc(doctype, name).cancel(),
		]

	def docstatus(self, doctype: str, name: str) -> int:
		return int(frappe.db.get_value(doctype, name, "docstatus"))

	def delete(self, doctype: str, name: str):
		there = self.docstatus(doctype, name) != 1 and self.may(doctype, "delete", name)
		return there, [lambda: frappe.delete_doc(doctype, name)]

	def amend(self, doctype: str, name: str):
		def step():
			copy = frappe.copy_doc(frappe.get_doc(doctype, name))
			copy.update({"amended_from": name, "docstatus": 0})
			copy.insert()

		there = frappe.get_meta(doctype).is_submittable and self.docstatus(doctype, name) == 2
		if not there:
			return False, [
				lambda: frappe.throw("not there")
			]  # the host compares the state of what is amended
		return self.may(doctype, "amend") and self.may(doctype, "create"), [step]

	def rename(self, doctype: str, name: str):
		there = frappe.get_meta(doctype).allow_rename and self.may(doctype, "write", name)
		return there, [lambda: frappe.rename_doc(doctype, name, f"{name} bis")]

	def duplicate(self, doctype: str, name: str):
		def step():
			copy = frappe.copy_doc(frappe.get_doc(doctype, name))
			for field in ("title", "code"):  # whoever copies these gives them a name
				if copy.meta.autoname and field in copy.meta.autoname:
					copy.set(field, f"{copy.get(field)}2")
			copy.insert()

		there = not frappe.get_meta(doctype).allow_copy and self.may(doctype, "create")
		return there, [step] if there else [
			lambda: frappe.throw("a copy is a new document: see its own tests")
		]

	def share(self, doctype: str, name: str):
		from frappe.share import add

		return self.may(doctype, "share", name), [lambda: add(doctype, name, self.helper, write=1, share=1)]

	def assign(self, doctype: str, name: str):
		from frappe.desk.form.assign_to import add

		values = {
			"assign_to": json.dumps([self.helper]),
			"doctype": doctype,
			"name": name,
			"description": "À voir",
		}
		return self.may(doctype, "read", name), [lambda: add(values)]

	def bulk_edit(self, doctype: str, name: str):
		def step():
			document = frappe.get_doc(doctype, name)
			df = next(iter(self.editable(document)))
			document.set(df.fieldname, self.another(df, document.get(df.fieldname)))
			document.save()

		there = self.may(doctype, "write", name) and self.docstatus(doctype, name) < 2
		return bool(there and self.editable(frappe.get_doc(doctype, name))), [step]

	def editable(self, document) -> list:
		return [
			df
			for df in document.meta.fields
			if df.fieldtype in ("Select", "Check", "Data", "Small Text", "Date", "Int", "Currency")
			and not (df.read_only or df.hidden or df.options in ("Email", "Phone", "URL") or df.set_only_once)
			and (document.docstatus == 0 or df.allow_on_submit)
		]

	def another(self, df, value):
		if df.fieldtype == "Select":
			return next(
				(option for option in (df.options or "").split("\n") if option not in ("", value)), value
			)
		if df.fieldtype == "Check":
			return 0 if value else 1
		if df.fieldtype == "Date":
			return add_days(value or today(), -1)
		return (value or 0) + 1 if df.fieldtype in ("Int", "Currency") else f"{value or ''} bis".strip()

	def import_(self, doctype: str, name: str):
		there = frappe.get_meta(doctype).allow_import and frappe.has_permission(doctype, "import")
		return there, [lambda: frappe.throw("the importer is the host's: it asks for this right")]

	def export(self, doctype: str, name: str):
		return self.may(doctype, "export"), [
			lambda: None if self.may(doctype, "export") else frappe.throw("no right")
		]


setattr(ActionCase, "import", ActionCase.import_)


class TestActions(ActionCase):
	def test_every_doctype_has_a_line(self):
		self.assertEqual(
			set(EXPECTED), set(found.doctypes(tables=False)), "say what the host's buttons do to it"
		)
		self.assertEqual({doctype for doctype, _state in self.documents}, set(EXPECTED))

	def test_cancel_all_of_a_paid_request(self):
		"""Paid, and the shares are issued: the host offers to cancel no payment along, the request refuses, all stays."""
		from frappe.desk.form.linked_with import cancel_all_linked_docs, get_submitted_linked_docs

		name = self.documents["Share Subscription", "Paid"]
		linked = get_submitted_linked_docs("Share Subscription", name)["docs"]
		self.assertEqual(
			[one for one in linked if one["doctype"] not in hooks.auto_cancel_exempted_doctypes], []
		)
		self.assertIsNone(self.request(lambda: cancel_all_linked_docs(json.dumps(linked))))
		self.assertIsInstance(
			self.request(frappe.get_doc("Share Subscription", name).cancel), frappe.ValidationError
		)
		payment = frappe.db.get_value("Member Payment Allocation", {"document": name}, "parent")
		self.assertEqual(self.docstatus("Member Payment", payment), 1)
		self.assertEqual(frappe.db.get_value("Share Subscription", name, "status"), "Paid")

	def test_walk(self):
		"""As one user with all roles of the desk: what nobody of them is offered, nobody is."""
		before, different = self.fingerprint(), []
		for (doctype, state), name in self.documents.items():
			signs = EXPECTED[doctype].get(state, "").split()
			self.assertEqual(len(signs), len(ACTIONS), (doctype, state))
			for action, sign in zip(ACTIONS, signs, strict=True):
				outcome = self.outcome(doctype, name, action, before)
				if outcome != SIGNS[sign]:
					different.append(f"{doctype} {state} {action}: {outcome}, not {SIGNS[sign]}")
		self.assertEqual(different, [])
		self.assertEqual(sorted(set(self.commits)), [])
