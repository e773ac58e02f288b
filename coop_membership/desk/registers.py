"""What the desk asks of the register: is it sound?"""

from __future__ import annotations

from coop_membership import actions
from coop_membership.register.integrity import check


@actions.of_site("Cooperative", "write", changes=False)
def check_now(cooperative: str) -> list[dict]:
	"""The button on the Cooperative's form."""
	return check(actions.granted("Cooperative", cooperative, "write").name)
