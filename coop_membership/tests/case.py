"""The one base of the tests that need a site: the host's own, under the name that it has there.

Frappe 17 drops `frappe.tests.utils.FrappeTestCase`; Frappe 15 and Dodock know no other.
"""

try:
	from frappe.tests import IntegrationTestCase as FrappeTestCase
except ImportError:
	from frappe.tests.utils import FrappeTestCase  # noqa: TID251

__all__ = ["FrappeTestCase"]
