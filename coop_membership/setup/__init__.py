"""What the app adds to a site beyond its own DocTypes. Idempotent: runs at install and after every migrate."""

from coop_membership import host
from coop_membership.setup import (
	association,
	custom_fields,
	dunning_policies,
	email_templates,
	host_rights,
	legal_forms,
	list_columns,
	roles,
)


def sync() -> None:
	roles.add()
	host_rights.add()
	custom_fields.add()
	email_templates.add()
	legal_forms.add()
	dunning_policies.add()
	list_columns.add()
	association.follow()


def remove() -> None:
	host.set_sign_up_form("join", False)
	association.remove()
	custom_fields.remove()
	dunning_policies.remove()
	list_columns.remove()
	email_templates.remove()
	host_rights.remove()
	roles.remove()
