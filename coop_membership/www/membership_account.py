from frappe import _

from coop_membership import signing
from coop_membership.people import accounts
from coop_membership.portal import step

no_cache = 1


def get_context(context):
	"""Lead an invited person to the host's page where a password is chosen."""
	try:
		user = signing.read(accounts.PURPOSE, step.key())
		if step.pressed():
			step.go_to(accounts.password_page(step.key()))
		if not accounts.is_open(user):
			raise signing.Expired(user)
	except signing.Expired:
		return step.show(
			context,
			_("This invitation is over"),
			_("It was used already, or it is older than 30 days. Use “Forgot password” on the login page."),
			link="/login",
			link_text=_("To the login page"),
		)
	except signing.BadKey:
		return step.not_complete(context)
	step.show(
		context,
		_("Welcome!"),
		_("Your account is ready. Choose a password, and you can log in."),
		button=_("Choose a password"),
	)
