"""Whose head a letter has, and that nothing of a site's own stops a payment, an approval or a letter."""

from __future__ import annotations

from unittest import skipUnless
from unittest.mock import patch

import frappe

from coop_membership import host
from coop_membership.accounting.books import ELSEWHERE, IN_ERPNEXT
from coop_membership.dunning.letters import printing
from coop_membership.patches import rename_letterhead
from coop_membership.tests import dunning_factories, factories
from coop_membership.tests.case import FrappeTestCase

OWN = 'class="coop-letterhead"'
# what the one that ERPNext 16 ships reads
OF_A_COMPANY = "<b>{{ frappe.db.get_value('Company', doc.company, 'name') }}</b> {{ doc.doctype }}"
BROKEN = {
	"of another DocType": "{{ doc.company_address.split(',')[0] }}",
	"a mistake": "{{ 1 / 0 }}",
	"no Jinja": "{{ broken",
	"a refusal": "{{ frappe.throw('No') }}",
}


def a_letter_head(content: str, is_default: int = 0):
	return frappe.get_doc(
		{
			"doctype": "Letter Head",
			"letter_head_name": f"Papier {factories.unique()}",
			"source": "HTML",
			"content": content,
			"is_default": is_default,
		}
	).insert()


def printed(document, print_format: str) -> str:
	return frappe.get_print(document.doctype, document.name, print_format, no_letterhead=1)


class LetterheadCase(FrappeTestCase):
	accounting = ELSEWHERE

	def setUp(self):
		frappe.db.rollback()
		self.addCleanup(frappe.clear_cache)  # a broken template must not outlive its test
		self.addCleanup(frappe.db.rollback)
		frappe.flags.pop("letterheads_that_failed", None)

	def cooperative(self, **values):
		return factories.a_cooperative(self.accounting, title=f"Le Verger {factories.unique()}", **values)

	def tasks(self, cooperative) -> list[str]:
		about = {"reference_type": "Cooperative", "reference_name": cooperative.name, "status": "Open"}
		return sorted(set(frappe.get_all("ToDo", about, pluck="description")))  # one for each manager


class TestLetterheads(LetterheadCase):
	"""Books kept elsewhere, on every host."""

	def test_none_is_taken_that_nobody_chose(self):
		"""The site has a default letter head, which reads the company of an invoice; a new cooperative has none."""
		a_letter_head(BROKEN["of another DocType"], is_default=1)
		cooperative = self.cooperative()
		self.assertFalse(cooperative.letterhead)
		subscription = factories.a_subscription(cooperative)
		html = printed(subscription, "Capital Release Request")
		self.assertIn(OWN, html)
		self.assertEqual(self.tasks(cooperative), [])

	def test_the_chosen_one_is_printed_with_what_it_needs(self):
		"""It reads `doc.company`, as those of ERPNext do, and fields of the document."""
		content = "<b>{{ doc.company or 'no company' }}</b><i>{{ doc.name }}</i>"
		cooperative = self.cooperative(letterhead=a_letter_head(content).name)
		subscription = factories.a_subscription(cooperative)
		html = printed(subscription, "Capital Release Request")
		self.assertIn(f"<i>{subscription.name}</i>", html)
		self.assertNotIn(OWN, html)
		company = cooperative.get("company") or (
			host.has_doctype("Company") and frappe.db.get_default("company")
		)
		self.assertIn(f"<b>{company or 'no company'}</b>", html)

	def test_one_that_cannot_be_printed_stops_nothing(self):
		"""Each kind of broken one in turn: approval, payment, request and certificate go on under the cooperative's own
		head, and the managers have one task that names it."""
		for kind, content in BROKEN.items():
			with self.subTest(kind):
				letter_head = a_letter_head("fine")
				letter_head.db_set("content", content)  # the host may refuse to save it
				cooperative = self.cooperative(letterhead=letter_head.name)
				subscription = factories.a_subscription(cooperative)
				self.assertIn(OWN, printed(subscription, "Capital Release Request"))
				factories.pay(subscription)
				self.assertEqual(subscription.status, "Paid")
				member = frappe.get_doc("Member", subscription.member)
				self.assertIn(OWN, printed(member, "Share Certificate"))
				[task] = self.tasks(cooperative)
				self.assertIn(letter_head.name, task)
				self.assertNotIn("Traceback", task)

	def test_once_it_is_corrected_it_is_printed_again(self):
		letter_head = a_letter_head("fine")
		letter_head.db_set("content", BROKEN["a mistake"])
		cooperative = self.cooperative(letterhead=letter_head.name)
		subscription = factories.a_subscription(cooperative)
		self.assertIn(OWN, printed(subscription, "Capital Release Request"))
		letter_head.content = "<b>Our paper</b>"
		letter_head.save()
		self.assertIn("<b>Our paper</b>", printed(subscription, "Capital Release Request"))


class TestBroken(LetterheadCase):
	"""What is broken on purpose, one kind after the other, with books kept elsewhere."""

	def joins_and_pays(self):
		"""A person is approved, pays, and holds 3 shares; the request and the member come back."""
		policy = dunning_factories.a_policy()
		subscription = factories.a_subscription(self.cooperative(dunning_policy=policy.name))
		factories.pay(subscription)
		self.assertEqual((subscription.status, subscription.outstanding_amount), ("Paid", 0))
		member = frappe.get_doc("Member", subscription.member)
		self.assertEqual((member.status, member.total_shares), ("Active", 3))
		return subscription, member

	def mailed_papers(self, *documents) -> list[str]:
		"""HTML of the papers that the mails about these documents promise, printed as the queue does it."""
		papers = []
		for document in documents:
			for row in frappe.get_all("Email Queue", {"reference_name": document.name}, pluck="attachments"):
				for promise in frappe.parse_json(row or "[]"):
					promise.pop("print_format_attachment")
					with patch("frappe.utils.pdf.get_pdf", side_effect=lambda html, *_args, **_more: html):
						papers.append(frappe.attach_print(**promise)["fcontent"])
		return papers

	def reminded(self, cooperative):
		"""The Dunning Letter of somebody who did not pay."""
		dunning_factories.a_late_request(cooperative, "2026-01-05")
		run = dunning_factories.computed(cooperative, "2026-03-02")
		run.set_state(None, "To Send")
		run.send()
		return frappe.get_doc("Dunning Letter", {"run": run.name})

	def assert_papers(self, subscription, member) -> None:
		"""The mails about a request and its certificate, and a reminder, carry their papers, with our own head."""
		letter = self.reminded(frappe.get_doc("Cooperative", subscription.cooperative))
		self.assertEqual(letter.state, "Queued")
		self.assertIn(OWN, printing.html_of(letter))
		papers = self.mailed_papers(subscription, member, letter)
		self.assertEqual(len(papers), 3)
		for paper in papers:
			self.assertIn(OWN, paper)

	def test_the_site_s_default_letter_head(self):
		letter_head = a_letter_head("fine", is_default=1)
		letter_head.db_set("content", BROKEN["a mistake"])
		self.assert_papers(*self.joins_and_pays())

	def test_the_site_s_print_style(self):
		"""Somebody emptied the CSS of the site's print style, so that the host prints nothing with it."""
		style = frappe.get_doc(
			{"doctype": "Print Style", "print_style_name": factories.unique(), "css": "p { color: red; }"}
		).insert()
		frappe.db.set_single_value("Print Settings", "print_style", style.name)
		frappe.clear_document_cache("Print Settings", "Print Settings")
		style.db_set("css", None)
		self.assert_papers(*self.joins_and_pays())

	def test_every_mail_template(self):
		"""Nobody hears of anything, and each document says which mail is missing."""
		for name in frappe.get_all("Email Template", {"name": ["like", "Coop Membership: %"]}, pluck="name"):
			frappe.db.set_value("Email Template", name, "response_html", "{{ broken")
		subscription, member = self.joins_and_pays()
		notes = " ".join(frappe.get_all("Comment", {"reference_name": subscription.name}, pluck="content"))
		self.assertIn("Capital Release Request", notes)
		self.assertIn("Certificate", notes)
		self.assertIn(OWN, printed(member, "Share Certificate"))

	def test_a_mail_template_that_was_deleted(self):
		for name in ("Capital Release Request", "Certificate"):
			frappe.db.delete("Email Template", {"name": f"Coop Membership: {name}"})
		_subscription, member = self.joins_and_pays()
		self.assertIn(OWN, printed(member, "Share Certificate"))

	def test_the_mail_account(self):
		"""The site's outgoing account is gone."""
		with patch(
			"frappe.email.doctype.email_account.email_account.EmailAccount.find_outgoing",
			side_effect=frappe.OutgoingEmailError("Please setup default outgoing Email Account"),
		):
			_subscription, member = self.joins_and_pays()
		self.assertIn(OWN, printed(member, "Share Certificate"))


@skipUnless(host.has_erpnext(), "ERPNext or Dokos")
class TestLetterheadsInERPNext(TestLetterheads):
	accounting = IN_ERPNEXT

	def test_the_one_that_erpnext_16_ships(self):
		"""It names the company of the books."""
		cooperative = self.cooperative(letterhead=a_letter_head(OF_A_COMPANY).name)
		html = printed(factories.a_subscription(cooperative), "Capital Release Request")
		self.assertIn(f"<b>{cooperative.company}</b> Share Subscription", html)


@skipUnless(host.has_erpnext(), "ERPNext or Dokos")
class TestBrokenInERPNext(TestBroken):
	accounting = IN_ERPNEXT


class TestRename(LetterheadCase):
	"""The patch, on a site of the version before."""

	def test_a_chosen_one_stays_and_one_that_never_worked_goes(self):
		"""Three cooperatives: one chose its own head, even if it is broken today; two have the site's default, which
		works for neither, or for both."""
		for content, kept in ((BROKEN["of another DocType"], False), ("<b>Our paper</b>", True)):
			with self.subTest(content):
				default, own = a_letter_head(content, is_default=1), a_letter_head(BROKEN["a mistake"])
				filled, chosen, none = self.cooperative(), self.cooperative(), self.cooperative()
				self.assertTrue(frappe.db.get_value("Letter Head", default.name, "is_default"))
				before = {filled.name: default.name, chosen.name: own.name, none.name: None}
				for name, letter_head in before.items():
					frappe.db.set_value("Cooperative", name, "letterhead", letter_head)
				rename_letterhead.empty_what_never_worked()
				after = {name: frappe.db.get_value("Cooperative", name, "letterhead") for name in before}
				self.assertEqual(
					after,
					{filled.name: default.name if kept else None, chosen.name: own.name, none.name: None},
				)
