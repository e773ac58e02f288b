"""What buttons, pages and programs may call. An action reads the document before it believes it.

A browser may send any body along with the name of an action: the document's own method then runs on that body. So
every whitelisted method and function of the app is declared here, with what it needs: it takes its document from the
database (locked, if it changes anything), asks whether the user has the right on it and on every other document that
it reads or writes, and whether these are of the same cooperative. Then it calls its service.

User Permissions count everywhere, because each right is asked of a document. A test finds any whitelisted method that
is not declared here.
"""

from __future__ import annotations

import datetime
import inspect
import json
import types
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache, wraps
from typing import NoReturn, Union, get_args, get_origin

import frappe
from frappe import _
from frappe.rate_limiter import rate_limit

from coop_membership import host, jobs, shapes

MARK = "coop_action"  # attribute of every declared function
LOOKS, CHANGES = ["GET", "POST"], ["POST"]
MOST_NAMES = shapes.ITEMS
WRITTEN = (str, int, datetime.date)  # what a text may come as; a date from our own code
SENTENCES: dict[str, Callable[[], str]] = {
	shapes.UNREADABLE: lambda: _("A text holds signs that can't be read. Please write it again."),
	shapes.TURNS: lambda: _(
		"A text holds signs that turn its direction. Please write it again without them."
	),
	shapes.TOO_LONG: lambda: _("A text is far too long. Please shorten it."),
	shapes.TOO_MANY: lambda: _("These are too many entries at once. Please send fewer."),
	shapes.TOO_DEEP: lambda: _("This can't be read: too many lists inside one another."),
}


def of_document(
	right: str,
	changes: bool = True,
	lock: bool | None = None,
	also: Mapping[str, tuple[str, str]] | None = None,
) -> Callable:
	"""Declare a method of a document that may be called from outside, with the `right` it needs on its document.

	The document is read from the database first, whatever was sent, and locked if the action `changes` anything;
	`lock=False` where the service locks other rows before it. `also` names further documents: {argument, or field of the
	document: (DocType, right)}; each given one is checked, and is of the same cooperative.
	"""

	locks = changes if lock is None else lock

	def declare(method: Callable) -> Callable:
		def once(document, given: inspect.BoundArguments):
			read(document, locks)
			check(document, right)
			for source, (doctype, needed) in (also or {}).items():
				named = given.arguments if source in given.arguments else document
				name = named.get(source)
				if name and (doctype, name) != (document.doctype, document.name):
					same_cooperative(document, granted(doctype, name, needed))
			with host.locked(document) if locks else nullcontext():
				return method(*given.args, **given.kwargs)

		@wraps(method)
		def action(document, *args, **kwargs):
			refuse_looking(changes)
			given = bound(method, document, args, kwargs)
			answer = _begun(lambda: once(document, given), changes, document)
			document.apply_fieldlevel_read_permissions()  # the host answers with the document too
			return answer

		return _declared(method, action, changes, right=right)

	return declare


def of_site(doctype: str | None, right: str = "read", changes: bool = True, looks: bool = False) -> Callable:
	"""Declare a function that may be called by users with a right on a DocType; None: by whoever is logged in.

	The function asks `granted` or `permitted` for each document that it is given by name. `looks`: a page to open, which
	is never posted to.
	"""

	def declare(function: Callable) -> Callable:
		@wraps(function)
		def action(*args, **kwargs):
			refuse_looking(changes)
			given = bound(function, None, args, kwargs)
			if doctype:
				host.require(doctype, right)
			return _begun(lambda: function(*given.args, **given.kwargs), changes)

		return _declared(function, action, changes, methods=["GET"] if looks else None, right=right)

	return declare


def for_anybody(limit: int | Callable[[], int], seconds: int, changes: bool = False) -> Callable:
	"""Declare a function that guests may call: `limit` times in so many seconds from one network address."""

	def declare(function: Callable) -> Callable:
		methods = CHANGES if changes else ["GET"]

		@wraps(function)
		def action(*args, **kwargs):
			given = bound(function, None, args, kwargs)
			return _begun(lambda: function(*given.args, **given.kwargs), changes)

		_show_arguments(function, action)
		limited = rate_limit(limit=limit, seconds=seconds, methods=methods)(action)
		limited.limit = (limit, seconds)
		return _declared(function, limited, changes, methods=methods, allow_guest=True, right="anybody")

	return declare


def _begun(step: Callable, changes: bool, document=None):
	"""Do an action; one that changes something as `jobs.again` says, each time with the document's flags as they came."""
	if not changes:
		return step()
	if document is None:
		return jobs.again(step)
	flags = dict(document.flags)

	def from_the_start():
		document.flags = frappe._dict(flags)
		return step()

	return jobs.again(from_the_start)


def _declared(
	function: Callable,
	action: Callable,
	changes: bool,
	methods: list[str] | None = None,
	allow_guest: bool = False,
	right: str = "",
) -> Callable:
	_show_arguments(function, action)
	setattr(action, MARK, {"right": right, "changes": changes})
	return frappe.whitelist(allow_guest=allow_guest, methods=methods or (CHANGES if changes else LOOKS))(
		action
	)


def _show_arguments(function: Callable, action: Callable) -> None:
	"""The hosts ask a function which arguments it takes: Dodock without unwrapping, v15 for their types.

	Types are looked at by `bound`, alike on every host: v15 answers a wrong one with an error of the server.
	"""
	signature = inspect.signature(function)
	bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
	action.__signature__ = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
	action.__annotations__ = {}


# --- what is asked before anything is done --------------------------------------------------------


def refuse_looking(changes: bool) -> None:
	"""Refuse an action that changes something when it comes as a GET: any page could make a browser send it."""
	request = getattr(frappe.local, "request", None)
	if changes and request and request.method not in ("POST", "PUT"):
		frappe.throw(_("This can't be done by opening an address. Use the button."), frappe.PermissionError)


def bound(function: Callable, document, args: tuple, kwargs: dict) -> inspect.BoundArguments:
	"""The arguments as the function takes them: one text as text, an object that came as JSON as object.

	Raises a sentence when one is missing, unknown, or of no shape that is taken.
	"""
	first = () if document is None else (document,)
	signature = _signature(function)
	try:
		given = signature.bind(*first, *args, **kwargs)
	except TypeError:
		_unknown_values()
	sent = dict(list(given.arguments.items())[len(first) :])
	refuse_shape(sent)
	for name, value in sent.items():
		kinds = _kinds(signature.parameters[name].annotation)
		if "dict" in kinds and kinds <= {"dict", "str", "None"}:
			given.arguments[name] = object_of(value, may_be_none="None" in kinds)
		elif kinds and kinds <= {"str", "None"}:
			given.arguments[name] = _text_of(name, value, may_be_none="None" in kinds)
	return given


def _kinds(annotation: object) -> frozenset[str]:
	"""The types of an annotation, as it is written or as Python has read it: {"str", "None"} of `str | None`."""
	if annotation is inspect.Parameter.empty:
		return frozenset()
	if isinstance(annotation, str):
		return frozenset(part.strip() for part in annotation.split("|"))
	is_union = isinstance(annotation, types.UnionType) or get_origin(annotation) is Union
	several = get_args(annotation) if is_union else (annotation,)
	return frozenset("None" if one is types.NoneType else one.__name__ for one in several)


def _text_of(name: str, value: object, may_be_none: bool) -> object:
	if value is None and may_be_none:
		return None
	if isinstance(value, bool) or not isinstance(value, WRITTEN):
		frappe.throw(_("{0} has to be a text.").format(name))
	return str(value) if isinstance(value, int) else value


def object_of(sent: object, may_be_none: bool = False) -> dict | None:
	"""An object as a program or a form sends it, also as JSON. Raises a sentence for anything else."""
	if may_be_none and sent in (None, ""):
		return None
	try:
		found = json.loads(sent) if isinstance(sent, str) else sent
	except (ValueError, RecursionError):
		found = None
	if not isinstance(found, dict):
		_unknown_values()
	return found


def _unknown_values() -> NoReturn:
	frappe.throw(_("This action was called with values that it does not know, or without one that it needs."))


@cache
def _signature(function: Callable) -> inspect.Signature:
	return inspect.signature(function)


def refuse_shape(value: object, **limits: int) -> None:
	"""Raise a sentence when a value has no shape that is taken: see `shapes.problem`."""
	if found := shapes.problem(value, **limits):
		frappe.throw(SENTENCES[found]())


def read(document, lock: bool) -> None:
	"""Make a document what the database says it is, whatever body it came with; wait for others first if `lock`."""
	if not isinstance(document.name, str) or document.is_new():
		frappe.throw(_("Save the document first."))
	for sent in [name for name in vars(document) if callable(getattr(type(document), name, None))]:
		del vars(document)[sent]  # a field of the body may have the name of a method
	with _not_found_is_denied():
		if lock:
			host.lock(document)
		else:
			document.reload()


@contextmanager
def _not_found_is_denied():
	"""Who asks learns nothing about which documents there are."""
	messages = list(frappe.local.message_log)
	try:
		yield
	except frappe.DoesNotExistError:
		frappe.local.message_log = messages
		deny()


def check(document, right: str) -> None:
	"""Raise frappe.PermissionError unless the user has the right on a document as it is stored."""
	if not may(document, right):
		deny()


def may(document, right: str) -> bool:
	"""True when the user has a right on a document: one of the host's, or one of ours.

	The hosts give `submit` with `write` only, and their Role Permission Manager opens no DocType where it is otherwise. But
	who takes in the money of members does not write what they are asked for, nor does the board what it decides on.
	"""
	if right in OWN and frappe.has_permission(document.doctype, "read", document) and OWN[right]():
		return True
	return bool(frappe.has_permission(document.doctype, "submit" if right in OWN else right, document))


def may_record() -> bool:
	"""True for whoever may record what members pay."""
	return bool(frappe.has_permission("Member Payment", "submit"))


def require_recording() -> None:
	"""Raise frappe.PermissionError unless the user may record what members pay."""
	if not may_record():
		deny()


RECORD, DECIDE = "record payments", "decide"
OWN: dict[str, Callable[[], bool]] = {
	RECORD: may_record,
	DECIDE: lambda: "Membership Board" in frappe.get_roles(),
}


def granted(doctype: str, name: str, right: str = "read"):
	"""A document by its name, for whoever has the right on it. Raises frappe.PermissionError, alike when there is none.

	A DocType of the host's, which this host may not have, has none.
	"""
	if not isinstance(name, str) or not host.has_doctype(doctype):
		deny()
	with _not_found_is_denied():
		document = frappe.get_doc(doctype, name)
	check(document, right)
	return document


def names_of(sent: list[str] | str) -> list[str]:
	"""Names of documents from a list or its JSON, as buttons and programs send it. Raises a sentence for anything else."""
	try:
		names = json.loads(sent) if isinstance(sent, str) else list(sent)
	except (ValueError, TypeError, RecursionError):
		names = None
	if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
		frappe.throw(_("Select the documents first."))
	if len(names) > MOST_NAMES:
		frappe.throw(SENTENCES[shapes.TOO_MANY]())
	return list(dict.fromkeys(names))


def permitted(doctype: str, names: Iterable[str], right: str = "read") -> list[str]:
	"""Names of documents, for whoever may read all of them and has the right on their DocType.

	Set by set: a list view sends thousands. Raises frappe.PermissionError when there is one that the user may not read.
	"""
	host.require(doctype, right)
	names = list(dict.fromkeys(names))
	for start in range(0, len(names), 500):
		chunk = names[start : start + 500]
		found = frappe.get_list(doctype, {"name": ["in", chunk]}, pluck="name", limit_page_length=0)
		if set(found) != set(chunk):
			deny()
	return names


def reachable(document) -> None:
	"""Raise frappe.PermissionError when the user's User Permissions keep a document from him, its DocType's rights apart.

	For services that let a role do one thing to documents that it otherwise neither reads nor writes.
	"""
	if not frappe.permissions.has_user_permission(document):
		deny()


def check_links(document, _method: str | None = None) -> None:
	"""Doc event of every save of ours, before and after the document was given its cooperative: the host asks before only.

	Raises frappe.PermissionError when the user's User Permissions keep him from the document as it will be stored, or from
	a document of a cooperative that it newly names. Services that save without rights have checked who acts for whom.
	"""
	if document.flags.ignore_permissions or not frappe.permissions.get_user_permissions(frappe.session.user):
		return
	reachable(document)
	before = document.get_doc_before_save() or {}
	for field in document.meta.get_link_fields():
		name = document.get(field.fieldname)
		if (
			name
			and name != before.get(field.fieldname)
			and frappe.get_meta(field.options).has_field("cooperative")
		):
			reachable(frappe.get_doc(field.options, name))


def same_cooperative(one, other) -> None:
	"""Raise a sentence when two documents are of different cooperatives."""
	if one.get("cooperative") and other.get("cooperative") and one.cooperative != other.cooperative:
		frappe.throw(_("{0} belongs to another cooperative.").format(other.name))


def deny() -> None:
	frappe.throw(host.not_permitted(), frappe.PermissionError)
