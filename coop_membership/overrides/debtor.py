"""Who owes: a Customer of ERPNext or Dokos, or a Member. Its dunning policy must cover its receivable account."""

from coop_membership.dunning import policies


def validate(doc, method: str | None = None) -> None:
	if doc.get("dunning_policy") and doc.has_value_changed("dunning_policy"):
		policies.check_fits(doc, doc.dunning_policy)
