"""What there is to attack: every action, DocType, page and route of the app, found by looking, never by a list."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path

import frappe
from frappe.model.base_document import get_controller

import coop_membership
from coop_membership import actions, hooks
from coop_membership.portal import sections

ROOT = Path(coop_membership.__file__).parent
MODULE = "Coop Membership"


def doctypes(tables: bool = True) -> list[str]:
	"""All DocTypes of the app, with or without those that are rows of another."""
	only = {} if tables else {"istable": 0}
	return frappe.get_all("DocType", {"module": MODULE, **only}, pluck="name", order_by="name")


def document_actions() -> dict[str, Callable]:
	"""{"DocType.method": function} of every method of a document that may be called from outside."""
	return {
		f"{doctype}.{name}": method
		for doctype in doctypes()
		for name, method in inspect.getmembers(get_controller(doctype), inspect.isfunction)
		if hasattr(method, actions.MARK)
	}


def functions() -> dict[str, Callable]:
	"""{dotted address: function} of every function of a module that may be called from outside."""
	found = {}
	for file in sorted(ROOT.rglob("*.py")):
		parts = file.relative_to(ROOT.parent).with_suffix("").parts
		if "tests" in parts or file.name.startswith("test_") or "doctype" in parts:
			continue
		names = [
			node.name
			for node in ast.parse(file.read_text()).body
			if isinstance(node, ast.FunctionDef) and node.decorator_list
		]
		if names:
			module = importlib.import_module(".".join(parts))
			found |= {
				f"{module.__name__}.{name}": getattr(module, name)
				for name in names
				if hasattr(getattr(module, name), actions.MARK)
			}
	return found


def reports() -> list[str]:
	return frappe.get_all("Report", {"module": MODULE}, pluck="name", order_by="name")


def pages() -> list[str]:
	"""Routes of the website: our pages, those of members, the Web Forms, and what is rendered by hooks."""
	own = [
		"/" + file.stem.replace("_", "-") for file in (ROOT / "www").glob("*.py") if file.stem != "__init__"
	]
	forms = ["/" + route for route in frappe.get_all("Web Form", {"module": MODULE}, pluck="route")]
	members = [sections.address(section.name) for section in sections.every()]
	return sorted({*own, *forms, *members})


def renderers() -> list[str]:
	return list(hooks.page_renderer)


def arguments_for(doctype: str, action: str) -> dict:
	"""Values with which an action can be called: those that it needs, of a kind that it takes."""
	needed = {
		"record_payment": {"amount": 5},
		"payment_doubts": {"amount": 5},
		"resend": {"event": "Payment Reminder"} if doctype != "Dunning Letter" else {},
		"preview_merge": {"drop": "MEM-00000"},
		"merge": {"drop": "MEM-00000"},
		"cover": {"other": "MEM-00000"},
		"change_head": {"other": "MEM-00000"},
		"take_over": {"fields": ["email"]},
		"register": {"member": "MEM-00000"},
		"call_off": {"reason": "Neige"} if doctype == "Activity" else {},
		"repeat": {"every_days": 7, "times": 1},
		"note": {"status": "Attended"},
		"withdraw": {"reason": "Masque oublié"},
		"set_dunning": {"values": {"dunning_tolerance": 1}},
		"unregister": {"member": "MEM-00000"} if doctype == "Activity" else {},
		"preview_texts": {"level": 1, "letter_text": "Bonjour [Nom],", "email_text": "Bonjour,"},
		"send_test": {"level": 1, "letter_text": "Bonjour [Nom],", "email_text": "Bonjour,"},
		"override": {"policy": "No such policy", "level": 1},
	}
	return needed.get(action, {})
