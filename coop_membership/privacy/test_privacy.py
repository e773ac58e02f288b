"""A person asks what is known of them, and to be forgotten: what stays, what goes, and that it is gone everywhere."""

from __future__ import annotations

import json

import frappe
from frappe.utils import add_days, add_years, now_datetime, today

from coop_membership.activities import registrations
from coop_membership.desk import privacy as on_desk
from coop_membership.people import private
from coop_membership.privacy import erasure, export, requests, retention, traces
from coop_membership.register import integrity, ledger
from coop_membership.tests import factories
from coop_membership.tests.case import FrappeTestCase

MANAGER = "Membership Manager"


class PrivacyCase(FrappeTestCase):
	def setUp(self):
		self.cooperative = factories.a_cooperative(accounting="Kept elsewhere")
		self.zelda = self.somebody("Zelda", "Quillfeather")

	def tearDown(self):
		frappe.db.rollback()

	def somebody(self, first: str, last: str) -> dict:
		"""Values of a person whose every word is found nowhere else."""
		sign = factories.unique()
		number = int(sign, 16)
		return {
			"first_name": f"{first}{sign}",
			"last_name": f"{last}{sign}",
			"email": f"{first.lower()}.{sign}@example.com",
			"phone": f"+336{number % 10**8:08d}",
			"address_line1": f"{number % 900 + 1} impasse {sign}",
			"national_number": "1 85 05 78 006 084 91",
			"iban": factories.IBAN,
		}

	def reached(self, person: dict) -> list[str]:
		return [person[one] for one in ("email", "phone", "address_line1")]

	def called(self, person: dict) -> list[str]:
		return [person["first_name"], person["last_name"]]

	def left(self, person: dict, on: str = "2015-03-01"):
		"""Somebody bought 3 shares, was written to and spoken of, was changed, and sold them back on a day."""
		member = factories.a_member(self.cooperative, on="2014-01-10", **person)
		member.add_comment("Comment", f"{person['first_name']} called from {person['phone']}")
		member.update({"city": "Vitré"})
		member.save()
		frappe.sendmail(
			recipients=[person["email"]],
			subject="Hello",
			message=f"Dear {person['first_name']}",
			reference_doctype="Member",
			reference_name=member.name,
			delayed=True,
		)
		ledger.post(
			self.cooperative.name,
			"Sell Back",
			factories.class_of(self.cooperative),
			3,
			25,
			effective_date=on,
			from_member=member.name,
			reference_doctype="Member",
			reference=member.name,
		)
		member.db_set({"status": "Former", "total_shares": 0, "total_value": 0, "left_on": on})
		return member

	def assert_gone(self, texts: list[str]) -> None:
		self.assertEqual(traces.find(texts), [])


class TestErasure(PrivacyCase):
	def test_who_holds_shares_is_kept(self):
		"""Three shares: nothing goes, the sentence says why."""
		member = factories.a_member(self.cooperative, **self.zelda)
		with self.assertRaisesRegex(frappe.ValidationError, "holds 3 shares. The data is needed"):
			erasure.reduce(member)
		self.assertEqual(frappe.db.get_value("Member", member.name, "email"), self.zelda["email"])

	def test_reduced_to_what_the_law_asks_for(self):
		"""Zelda has left: address, phone, e-mail and numbers are nowhere in the database; name and register stay."""
		member = self.left(self.zelda)
		erasure.reduce(member)
		self.assert_gone(self.reached(self.zelda))
		self.assertEqual(member.last_name, self.zelda["last_name"])
		self.assertEqual((member.email, str(member.reduced_on)), (None, today()))
		self.assertFalse(any(private.of(member).values()))
		self.assertEqual(len(ledger.movements(member=member.name)), 2)
		self.assertEqual(integrity.check(self.cooperative.name), [])
		erasure.reduce(member)

	def test_the_name_goes_when_the_register_may(self):
		"""Ten years later her name is in no table either; a number stands in its place, and the register is sound."""
		member = self.left(self.zelda)
		erasure.erase(member)
		self.assert_gone([*self.reached(self.zelda), *self.called(self.zelda)])
		self.assertEqual(member.display_name, f"Former member {member.member_number}")
		self.assertEqual(integrity.check(self.cooperative.name), [])
		erasure.erase(member)

	def test_the_name_stays_while_the_register_is_kept(self):
		member = self.left(self.zelda, on=add_years(today(), -3))
		with self.assertRaisesRegex(frappe.ValidationError, "has to be kept until"):
			erasure.erase(member)
		self.assertEqual(frappe.db.get_value("Member", member.name, "email"), self.zelda["email"])

	def test_a_couples_address_stays_with_the_other(self):
		"""Both live in one house and read one mailbox: hers goes, his stays as it is."""
		shared = {field: self.zelda[field] for field in ("email", "phone", "address_line1", "iban")}
		his = factories.a_member(self.cooperative, **{**self.somebody("Marcel", "Proust"), **shared})
		member = self.left(self.zelda)
		erasure.reduce(member)
		his.reload()
		self.assertEqual((his.email, his.address_line1), (shared["email"], shared["address_line1"]))
		self.assertEqual(private.of(his).iban, factories.IBAN)
		self.assertFalse(frappe.db.get_value("Member", member.name, "email"))

	def test_the_login_goes(self):
		member = self.left(self.zelda)
		user = factories.a_user("Member", email=self.zelda["email"])
		frappe.db.set_value("User", user, "user_type", "Website User")
		member.db_set("user", user)
		erasure.reduce(member)
		self.assertFalse(frappe.db.exists("User", user))
		self.assert_gone([self.zelda["email"]])

	def test_a_refused_request_goes_wholly(self):
		application = factories.an_application(self.cooperative, **self.zelda)
		application.refuse("No room")
		application.reload()
		erasure.forget(application)
		self.assertFalse(frappe.db.exists("Membership Application", application.name))
		self.assert_gone([*self.reached(self.zelda), *self.called(self.zelda)])

	def test_a_candidate_who_withdraws_goes_wholly(self):
		"""Approved, not paid, withdrawn: member, request for payment and contact go with the request."""
		application = factories.an_approved_application(self.cooperative, **self.zelda)
		application.withdraw("Changed my mind")
		application.reload()
		erasure.forget(application)
		self.assertFalse(frappe.db.exists("Member", application.member))
		self.assert_gone([*self.reached(self.zelda), *self.called(self.zelda)])

	def test_an_open_request_stays(self):
		application = factories.an_application(self.cooperative, **self.zelda)
		with self.assertRaisesRegex(frappe.ValidationError, "refused, withdrawn or have expired"):
			erasure.forget(application)

	def test_who_may(self):
		member = self.left(self.zelda)
		for role in ("Membership User", "Membership Board", "Member", "Dunning Manager"):
			with factories.as_user(factories.a_user(role)):
				for attempt in (on_desk.reduce, on_desk.erase, on_desk.download, on_desk.obstacles):
					self.assertRaises(frappe.PermissionError, attempt, member.name)
		with factories.as_user(factories.a_user(MANAGER)):
			self.assertEqual(on_desk.obstacles(member.name), {"reduce": [], "erase": []})
			on_desk.reduce(member.name)
		self.assert_gone(self.reached(self.zelda))


class TestExport(PrivacyCase):
	def test_all_that_is_known(self):
		"""Zelda asks for a copy: her data, private details, request, payment and movements; the look is noted."""
		member = factories.a_member(self.cooperative, **self.zelda)
		exported = export.of_member(member)
		text = export.as_json(exported)
		for value in (*self.reached(self.zelda), *self.called(self.zelda), factories.IBAN):
			self.assertIn(value, text)
		expected = {
			"Member",
			"Membership Application",
			"Member Payment",
			"Private Details",
			"Share Subscription",
		}
		self.assertLessEqual(expected | {"Share Register Entry", "Contact"}, set(exported["documents"]))
		json.loads(text)
		page = export.as_html(exported)
		for said in (self.zelda["address_line1"], "75.00"):
			self.assertIn(said, page)
		for row in frappe.get_all("Share Line", {"parenttype": "Share Subscription"}, pluck="name"):
			self.assertNotIn(row, page, "names of rows are for programs")
		looks = {"export_from": private.DOCTYPE, "reference_document": member.name}
		self.assertTrue(frappe.db.exists("Access Log", looks))

	def test_markup_stays_text(self):
		member = factories.a_member(self.cooperative, **self.zelda)
		member.db_set("leaving_reason", "<script>alert(1)</script>")
		self.assertNotIn("<script>", export.as_html(export.of_member(member)))


class TestRetention(PrivacyCase):
	def test_nothing_goes_unless_it_is_set(self):
		member = self.left(self.zelda)
		retention.daily()
		self.assertTrue(frappe.db.get_value("Member", member.name, "email"))

	def test_what_is_due_goes(self):
		"""Requests after 90 days, data of former members after 2 years, names after 10: each on its day."""
		old = self.left(self.zelda)
		young = self.left(self.somebody("Yann", "Moderne"), on=add_years(today(), -3))
		refused = factories.an_application(self.cooperative, **self.somebody("Rosa", "Refused"))
		refused.refuse("No room")
		long_ago = add_days(today(), -91)
		frappe.db.set_value(refused.doctype, refused.name, "modified", long_ago, update_modified=False)
		self.cooperative.reload()
		self.cooperative.update({"keep_refused_days": 90, "keep_left_years": 2, "keep_register_years": 10})
		self.cooperative.save()
		retention.daily()
		self.assertFalse(frappe.db.exists(refused.doctype, refused.name))
		self.assertTrue(frappe.db.get_value("Member", old.name, "erased_on"))
		reduced = frappe.db.get_value(
			"Member", young.name, ["reduced_on", "erased_on", "email"], as_dict=True
		)
		self.assertEqual((str(reduced.reduced_on), reduced.erased_on, reduced.email), (today(), None, None))

	def test_guests_go_after_their_activity(self):
		"""Paul came to an open day as a guest 31 days ago, and comes to another 29 days ago: with 30 days set the first
		place stays counted, without his name, and his mails of it are gone; the second stays as it is."""
		self.cooperative.reload()
		self.cooperative.update({"keep_guest_days": 30})
		self.cooperative.save()
		places = []
		for days in (31, 29):
			activity = factories.an_activity(self.cooperative, open_to="Public", capacity=9)
			place = registrations.register(
				activity.name, guest_name="Paul Visiteur", guest_email="paul@example.com"
			)
			ended = add_days(now_datetime(), -days)
			frappe.db.set_value("Activity", activity.name, {"starts_on": ended, "ends_on": ended})
			places.append(place)
		retention.daily()
		known = [
			frappe.db.get_value(
				place.doctype, place.name, ["person_name", "guest_name", "guest_email", "status"]
			)
			for place in places
		]
		self.assertEqual(known[0], ("A guest", "A guest", None, "Registered"))
		self.assertEqual(known[1], ("Paul Visiteur", "Paul Visiteur", "paul@example.com", "Registered"))
		left = [
			frappe.db.count("Email Queue", {"reference_doctype": p.doctype, "reference_name": p.name})
			for p in places
		]
		self.assertEqual((left[0], left[1] > 0), (0, True))


class TestHostsRequest(PrivacyCase):
	def a_request(self):
		"""A request of Zelda's for the host, confirmed by nobody yet; stored past the mail that asks her to confirm."""
		request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": self.zelda["email"]})
		request.update(
			{"name": f"deleted-user-{factories.unique()}@example.com", "status": "Pending Verification"}
		)
		request.set_user_and_timestamp()
		request.db_insert()
		return frappe.get_doc(request.doctype, request.name)

	def test_held_while_shares_are_held(self):
		"""Zelda confirms her request: it is put on hold, with the reason in its timeline."""
		factories.a_member(self.cooperative, **self.zelda)
		request = self.a_request()
		request.status = "Pending Approval"
		request.save(ignore_permissions=True)
		self.assertEqual(request.status, "On Hold")
		about = {"reference_doctype": request.doctype, "reference_name": request.name}
		self.assertIn("holds 3 shares", " ".join(frappe.get_all("Comment", about, pluck="content")))

	def test_followed_when_nothing_stands_in_the_way(self):
		"""She has left: the host's request goes on, and our documents are reduced before it begins."""
		member = self.left(self.zelda)
		request = self.a_request()
		request.status = "Pending Approval"
		request.save(ignore_permissions=True)
		self.assertEqual(request.status, "Pending Approval")
		request.add_deletion_steps()
		self.assertTrue(frappe.db.get_value("Member", member.name, "reduced_on"))
		self.assertEqual(requests.members_of(self.zelda["email"]), [])

	def test_the_hosts_download_has_members(self):
		hooked = {row["doctype"] for row in frappe.get_hooks("user_data_fields")}
		self.assertLessEqual({"Member", "Membership Application"}, hooked)
