"""What the desk asks of the register: is it sound?"""

from __future__ import annotations

from coop_membership import actions
from coop_membership.register.integrity import check


@actions.of_site("Cooperative", "write", changes=False)
def check_now(cooperative: str, anchor: str | None = None) -> list[dict]:
	"""The button on the Cooperative's form; `anchor` is the state of the register that a print shows."""
	return check(actions.granted("Cooperative", cooperative, "write").name, anchor)
