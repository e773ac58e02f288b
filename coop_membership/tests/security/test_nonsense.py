"""Whatever a program sends as a value of an action or a function: a sentence, never an error of the server."""

from __future__ import annotations

import inspect

import frappe

from coop_membership.tests import every_state
from coop_membership.tests.case import FrappeTestCase
from coop_membership.tests.security import found

NONSENSE = (
	"{",
	"[",
	'"x"',
	"3",
	"x" * 200,
	[],
	{},
	[[]],
	["x"],
	{"x": 1},
	[{"x": []}],
	-1,
	3.5,
	True,
	None,
	"",
)
SENTENCES = (frappe.ValidationError, frappe.PermissionError)  # what the hosts answer with 4xx
# they need the host's request, or write files; what they are given is looked at over HTTP
OVER_HTTP = ("coop_membership.joining.identity_documents.show",)
OF_THE_HOST = "coop_membership.overrides."  # answers as the host's own function, in whose place it stands


def parameters(function) -> list[str]:
	kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
	named = inspect.signature(function).parameters.values()
	return [one.name for one in named if one.kind in kinds and one.name != "self"]


class TestNonsense(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.documents = every_state.documents()

	def answer(self, what: tuple, call) -> None:
		frappe.db.savepoint("nonsense")
		try:
			call()
		except SENTENCES:
			pass
		except Exception as error:
			self.wrong.append(f"{what}: {type(error).__name__}: {str(error)[:120]}")
		finally:
			frappe.db.rollback(save_point="nonsense")
			frappe.clear_messages()

	def setUp(self):
		self.wrong: list[str] = []

	def test_actions_of_documents(self):
		of = {}
		for (doctype, _state), name in self.documents.items():
			of.setdefault(doctype, name)
		for address, method in found.document_actions().items():
			doctype, action = address.split(".")
			for parameter in parameters(method) if doctype in of else ():
				for value in NONSENSE:
					given = {**found.arguments_for(doctype, action), parameter: value}
					document = frappe.get_doc(doctype, of[doctype])
					self.answer((address, given), lambda d=document, a=action, g=given: getattr(d, a)(**g))
		self.assertFalse(self.wrong, "\n" + "\n".join(self.wrong))

	def test_functions(self):
		for address, function in found.functions().items():
			if address in OVER_HTTP or address.startswith(OF_THE_HOST):
				continue
			names = parameters(function)
			for parameter in names:
				for value in NONSENSE:
					self.answer(
						(address, parameter, value), lambda f=function, p=parameter, v=value: f(**{p: v})
					)
			for value in NONSENSE:
				self.answer(
					(address, "*", value), lambda f=function, n=names, v=value: f(**dict.fromkeys(n, v))
				)
		self.assertFalse(self.wrong, "\n" + "\n".join(self.wrong))
