"""SQLite answers as MariaDB would."""

import datetime as dt
import threading

import frappe

from coop_membership.tests.case import FrappeTestCase
from embedded.runtime.sqlite import bind
from embedded.tests import sample


class TestValues(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		sample.make_doctypes()
		super().setUpClass()

	def test_columns_come_back_in_their_types(self):
		name = sample.make(moment="2026-01-01 10:00:00", day="2026-01-02", amount=3, number=4).name
		fields = ["moment", "day", "amount", "number", "creation", "docstatus"]
		row = frappe.db.get_value("Sample", name, fields)
		self.assertEqual(row[:2], (dt.datetime(2026, 1, 1, 10), dt.date(2026, 1, 2)))
		self.assertEqual([type(value) for value in row[2:]], [float, int, dt.datetime, int])

	def test_empty_dates_are_none(self):
		self.assertIsNone(frappe.db.get_value("Sample", sample.make().name, "moment"))

	def test_placeholders(self):
		self.assertEqual(
			bind("a=%(a)s and b in %(b)s", {"a": 1, "b": [2, 3]}), ("a=? and b in (?,?)", [1, 2, 3])
		)
		self.assertEqual(bind("a like '%%x' and b=%s", ("y",)), ("a like '%x' and b=?", ["y"]))
		self.assertEqual(bind("a in %s", ([],)), ("a in (?)", [None]))
		self.assertEqual(bind("a like '%x'", None), ("a like '%x'", []))

	def test_quotes_percents_and_backticks_are_data(self):
		title = 'O\'Brien 100% `x` "y"'
		name = sample.make(title=title).name
		for query in (
			frappe.db.sql("select name from `tabSample` where title=%(t)s", {"t": title}),
			frappe.db.sql("select name from `tabSample` where title=%s", title),
			frappe.get_all("Sample", {"title": title}, as_list=True),
			frappe.db.sql(
				f"select name from `tabSample` where title={frappe.db.escape(title, percent=False)}"
			),
		):
			self.assertEqual(query[0][0], name)

	def test_mariadb_functions(self):
		row = frappe.db.sql(
			"select datediff('2026-03-01', '2026-02-01'), date_format('2026-03-01', '%Y-%m'), concat('a', 1), "
			"if(1 = 1, 'yes', 'no'), year('2026-03-01'), ifnull(null, 'x'), locate('b', 'abc')"
		)[0]
		self.assertEqual(row, (28, "2026-03", "a1", "yes", 2026, "x", 2))

	def test_query_builder(self):
		table = frappe.qb.DocType("Sample")
		name = sample.make(title="Built", amount=2).name
		query = (
			frappe.qb.from_(table).select(table.name).where(table.title == "Built").for_update(nowait=True)
		)
		self.assertEqual(query.run(pluck=True), [name])
		frappe.qb.update(table).set(table.amount, table.amount + 1).where(table.name == name).run()
		self.assertEqual(frappe.db.get_value("Sample", name, "amount"), 3.0)
		into = frappe.qb.into(frappe.qb.Table("tabSeries")).columns("name", "current").insert("EMB-", 1)
		into.run()
		into.ignore().run()
		self.assertEqual(frappe.db.count("Series", {"name": "EMB-"}), 1)

	def test_savepoints(self):
		name = sample.make(title="Before").name
		frappe.db.savepoint("here")
		frappe.db.set_value("Sample", name, "title", "After")
		frappe.db.rollback(save_point="here")
		self.assertEqual(frappe.db.get_value("Sample", name, "title"), "Before")


class TestDocuments(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		sample.make_doctypes()
		super().setUpClass()

	def test_life_of_a_document(self):
		document = sample.make(lines=[{"item": "a", "amount": 1}, {"item": "b", "amount": 2.5}])
		document.submit()
		document.reload()
		self.assertEqual([line.amount for line in document.lines], [1.0, 2.5])
		document.title = "Changed"
		with self.assertRaises(frappe.UpdateAfterSubmitError):
			document.save()
		document.reload()
		document.cancel()
		amended = frappe.copy_doc(document)
		amended.update({"amended_from": document.name, "docstatus": 0})
		amended.insert()
		self.assertEqual(amended.name, f"{document.name}-1")
		renamed = frappe.rename_doc("Sample", amended.name, "SMP-X", force=True)
		frappe.delete_doc("Sample", renamed)
		self.assertFalse(frappe.db.exists("Sample", renamed))

	def test_constraints(self):
		with self.assertRaises(frappe.LinkValidationError):
			sample.make(contact="nobody")
		with self.assertRaises(frappe.MandatoryError):
			frappe.get_doc({"doctype": "Sample"}).insert()
		sample.make(code="unique")
		with self.assertRaises(frappe.UniqueValidationError):
			sample.make(code="unique")

	def test_altering_a_table_keeps_its_primary_key(self):
		from frappe.custom.doctype.custom_field.custom_field import create_custom_field

		create_custom_field("Contact", {"fieldname": "emb", "fieldtype": "Data", "label": "E", "unique": 1})
		columns = {row.name: row for row in frappe.db.sql("PRAGMA table_info(`tabContact`)", as_dict=True)}
		self.assertEqual((columns["name"].pk, columns["docstatus"].notnull), (1, 1))
		for name in ("one", "two"):
			contact = frappe.get_doc({"doctype": "Contact", "first_name": name, "emb": "same"})
			if name == "two":
				self.assertRaises(frappe.UniqueValidationError, contact.insert)
			else:
				contact.insert()

	def test_reading_lists(self):
		names = [sample.make(title="Listed", lines=[{"item": item}]).name for item in "ab"]
		listed = frappe.get_all("Sample", {"title": "Listed"}, ["name", "lines.item"], order_by="name")
		self.assertEqual([(row.name, row.item) for row in listed], list(zip(names, "ab", strict=True)))
		between = {"title": "Listed", "day": ["between", ["2020-01-01", "2099-01-01"]]}
		self.assertEqual(len(frappe.get_list("Sample", between)), 2)
		with self.set_user("Guest"), self.assertRaises(frappe.PermissionError):
			frappe.get_list("Sample")


class TestLocks(FrappeTestCase):
	"""Connections that write at once wait for one another, and lose nothing."""

	@classmethod
	def setUpClass(cls):
		sample.make_doctypes()
		super().setUpClass()

	def in_threads(self, count, work):
		errors = []

		def run():
			try:
				frappe.init(force=True)
				frappe.connect()
				work()
			except Exception as error:
				errors.append(error)
			finally:
				frappe.destroy()

		threads = [threading.Thread(target=run) for _number in range(count)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join(60)
		self.assertEqual(errors, [])
		frappe.db.rollback()

	def test_counting_with_for_update(self):
		name = sample.make(number=0).name
		frappe.db.commit()

		def add_one():
			for _time in range(5):
				frappe.db.get_value("Sample", name, "title")  # a read before, of what may be stale then
				number = frappe.db.get_value("Sample", name, "number", for_update=True)
				frappe.db.set_value("Sample", name, "number", number + 1)
				frappe.db.commit()

		self.in_threads(4, add_one)
		self.assertEqual(frappe.db.get_value("Sample", name, "number"), 20)

	def test_documents_locked_for_update(self):
		name = sample.make(number=0).name
		frappe.db.commit()

		def add_one():
			document = frappe.get_doc("Sample", name, for_update=True)
			document.number += 1
			document.save()
			frappe.db.commit()

		self.in_threads(8, add_one)
		self.assertEqual(frappe.db.get_value("Sample", name, "number"), 8)

	def test_numbers_without_gap(self):
		def insert():
			for _time in range(3):
				sample.make(title="At once")
				frappe.db.commit()

		self.in_threads(6, insert)
		numbers = sorted(
			int(name[-4:]) for name in frappe.get_all("Sample", {"title": "At once"}, pluck="name")
		)
		self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 18)))
