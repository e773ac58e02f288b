"""Who may what: the one table that the attack suite tries, the JSON permissions are compared with, and
`docs/security.md` shows. Whoever adds a DocType, an action or a page adds its line here; the tests name what is missing.
"""

from __future__ import annotations

MANAGER, USER, BOARD = "Membership Manager", "Membership User", "Membership Board"
DUNNING_MANAGER, DUNNING_USER, DUNNING_INFO = "Dunning Manager", "Dunning User", "Dunning Info"
DESK = (MANAGER, USER, BOARD, DUNNING_MANAGER, DUNNING_USER, DUNNING_INFO)
TEAM, CHASERS = (MANAGER, USER), (DUNNING_MANAGER, DUNNING_USER)
REGISTER = (MANAGER, USER, BOARD)
EVERYBODY, ANYBODY = ("everybody who is logged in",), ("anybody",)
HARMLESS = ("everybody who is logged in, about nothing",)

LETTERS = {
	"r": "read",
	"w": "write",
	"c": "create",
	"d": "delete",
	"s": "submit",
	"x": "cancel",
	"a": "amend",
	"p": "print",
	"m": "email",
	"o": "report",
	"e": "export",
	"h": "share",
}

# {DocType: {role: rights by letter}}; whoever is not named may nothing, website users and members least of all
RIGHTS: dict[str, dict[str, str]] = {
	"Activity": {MANAGER: "rwcdpoe", USER: "rwcpoe", BOARD: "rpoe"},
	"Activity Fee": {MANAGER: "rwsxpmoe", USER: "rpoe", BOARD: "rpoe", **dict.fromkeys(DESK[3:], "r")},
	"Activity Registration": {MANAGER: "rwcpmoe", USER: "rwcpoe", BOARD: "rpoe"},
	"Badge": {MANAGER: "rwcpoe", USER: "rwc"},
	"Calendar Link": {},
	"Cooperative": {MANAGER: "rwcdpoe", **dict.fromkeys(DESK[1:], "r")},
	"Dues Cover": dict.fromkeys((MANAGER, USER, BOARD), "rpoe"),
	"Dunning Letter": {DUNNING_INFO: "rpoe", DUNNING_USER: "rpmoe", DUNNING_MANAGER: "rdpmoe"},
	"Dunning Notice": {DUNNING_INFO: "rpoe", DUNNING_USER: "rwcdpoe", DUNNING_MANAGER: "rwcdpoe"},
	"Dunning Policy": {MANAGER: "r", DUNNING_INFO: "rpoe", DUNNING_USER: "rpoe", DUNNING_MANAGER: "rwcdpoe"},
	"Dunning Run": {DUNNING_INFO: "rpoe", DUNNING_USER: "rwcspoe", DUNNING_MANAGER: "rwcdsxapoe"},
	"Equipment": {MANAGER: "rwcdpoe", USER: "r", BOARD: "r"},
	"Equipment Authorization": {MANAGER: "rwcpoe", USER: "rcpoe", BOARD: "rpoe"},
	"Equipment Booking": {MANAGER: "rwcpoe", USER: "rwcpoe", BOARD: "rpoe"},
	"Equipment Right": {MANAGER: "rwcdpoe", USER: "r", BOARD: "r"},
	"Identity Document": {MANAGER: "r"},
	"Legal Form": {MANAGER: "rwcdpoe", USER: "r", BOARD: "r"},
	"Member": {MANAGER: "rwcdpmoeh", USER: "rpoe", BOARD: "rpoe"},
	"Member Import": {MANAGER: "rwcdpo"},
	"Member Payment": {MANAGER: "rwcdsxapoe", USER: "rwcspoe", BOARD: "rpoe"},
	"Membership": {MANAGER: "rwcdsxpmoeh", USER: "rpoe", BOARD: "rpoe", **dict.fromkeys(DESK[3:], "r")},
	"Membership Application": {MANAGER: "rwcdpmoeh", USER: "rwcpoe", BOARD: "rpoe"},
	"Membership Plan": {MANAGER: "rwcdpoe", **dict.fromkeys(DESK[1:], "r")},
	"Payment Correction": {MANAGER: "rwcdspmoeh", USER: "rpoe", BOARD: "rpoe"},
	"Private Details": {MANAGER: "rw", BOARD: "r"},
	"Referral Source": {MANAGER: "rwcdpoe", USER: "r", BOARD: "r"},
	"Share Class": {MANAGER: "rwcdpoe", USER: "r", BOARD: "r"},
	"Shared Document": {MANAGER: "rwcdpoe", USER: "rpoe", BOARD: "rpoe"},
	"Share Register Entry": dict.fromkeys((MANAGER, USER, BOARD), "rpoe"),
	"Share Transaction": {MANAGER: "rwcdsxpmoeh", USER: "rpoe", BOARD: "rpoe"},
	"Share Subscription": {
		MANAGER: "rwcdsxpmoeh",
		USER: "rpoe",
		BOARD: "rpoe",
		**dict.fromkeys(DESK[3:], "r"),
	},
	"Yearly Certificate": dict.fromkeys((MANAGER, USER, BOARD), "rpoe"),
}

# the board decides on requests where its cooperative says so; see joining/decisions.py
# {DocType.method: the roles whose call gets past the door}; what the service then says to a state is its own business
ACTIONS: dict[str, tuple[str, ...]] = {
	"Activity.call_off": TEAM,
	"Activity.register": TEAM,
	"Activity.repeat": TEAM,
	"Activity.unregister": TEAM,
	"Activity Fee.credit": REGISTER,
	"Activity Fee.payment_doubts": TEAM,
	"Activity Fee.payment_link": TEAM,
	"Activity Fee.payment_url": TEAM,
	"Activity Fee.record_payment": TEAM,
	"Activity Fee.refund": TEAM,
	"Activity Fee.resend": (MANAGER,),
	"Activity Fee.settle": TEAM,
	"Activity Fee.use_credit": TEAM,
	"Activity Registration.note": TEAM,
	"Activity Registration.resend": (MANAGER,),
	"Activity Registration.unregister": TEAM,
	"Cooperative.overview": DESK,
	"Cooperative.set_dunning": (DUNNING_MANAGER,),
	"Dunning Letter.resend": CHASERS,
	"Dunning Letter.waive_fee": CHASERS,
	"Dunning Notice.override": CHASERS,
	"Dunning Policy.preview_texts": (DUNNING_MANAGER,),
	"Dunning Policy.send_test": (DUNNING_MANAGER,),
	"Dunning Policy.text_fields": (DUNNING_MANAGER,),
	"Dunning Run.compute": CHASERS,
	"Dunning Run.preview": (*CHASERS, DUNNING_INFO),
	"Dunning Run.print_letters": CHASERS,
	"Dunning Run.send": CHASERS,
	"Dunning Run.set_state": CHASERS,
	"Badge.issue": TEAM,
	"Badge.revoke": TEAM,
	"Equipment.new_reader_key": (MANAGER,),
	"Equipment Authorization.withdraw": (MANAGER,),
	"Equipment Booking.call_off": TEAM,
	"Member.change_head": (MANAGER,),
	"Member.cover": (MANAGER,),
	"Member.credit": REGISTER,
	"Member.detach": (MANAGER,),
	"Member.give_access": (MANAGER,),
	"Member.household": REGISTER,
	"Member.invite_again": (MANAGER,),
	"Member.merge": (MANAGER,),
	"Member.more_shares": (MANAGER,),
	"Member.preview_merge": (MANAGER,),
	"Member.refund": TEAM,
	"Member.shares_by_class": REGISTER,
	"Member.use_credit": TEAM,
	"Member Import.assign": (MANAGER,),
	"Member Import.check": (MANAGER,),
	"Member Import.columns": (MANAGER,),
	"Member Import.start": (MANAGER,),
	"Membership.credit": REGISTER,
	"Membership.payment_doubts": TEAM,
	"Membership.payment_link": TEAM,
	"Membership.payment_url": TEAM,
	"Membership.record_payment": TEAM,
	"Membership.refund": TEAM,
	"Membership.renew": TEAM,
	"Membership.resend": (MANAGER,),
	"Membership.settle": TEAM,
	"Membership.use_credit": TEAM,
	"Membership Application.approve": REGISTER,
	"Membership Application.block": REGISTER,
	"Membership Application.differences": REGISTER,
	"Membership Application.id_document_checked": (MANAGER,),
	"Membership Application.put_on_waiting_list": REGISTER,
	"Membership Application.refuse": REGISTER,
	"Membership Application.resend": (MANAGER,),
	"Membership Application.take_over": TEAM,  # of a member: managers only, see test_actions.py
	"Membership Application.unblock": REGISTER,
	"Membership Application.withdraw": TEAM,
	"Payment Correction.preview": (MANAGER, USER, BOARD),
	"Share Subscription.credit": REGISTER,
	"Share Register Entry.correct_date": (MANAGER,),
	"Share Register Entry.date_doubts": (MANAGER,),
	"Share Subscription.more_shares": (MANAGER,),
	"Share Subscription.payment_doubts": TEAM,
	"Share Subscription.payment_link": TEAM,
	"Share Subscription.payment_url": TEAM,
	"Share Subscription.record_payment": TEAM,
	"Share Subscription.reduce_to_paid": TEAM,
	"Share Subscription.refund": TEAM,
	"Share Subscription.resend": (MANAGER,),
	"Share Subscription.settle": TEAM,
	"Share Subscription.use_credit": TEAM,
	"Share Transaction.approve": (MANAGER, BOARD),
	"Share Transaction.execute": (MANAGER,),
	"Share Transaction.new_receiver": (MANAGER,),
	"Share Transaction.pay_out": TEAM,
	"Share Transaction.refuse": (MANAGER, BOARD),
	"Share Transaction.resend": (MANAGER,),
}

# {address: who gets past the door}
_REPORT = "coop_membership.coop_membership.dashboard_chart_source"
FUNCTIONS: dict[str, tuple[str, ...]] = {
	f"{_REPORT}.share_capital_over_time.share_capital_over_time.get": (MANAGER, USER, BOARD),
	"coop_membership.desk.approvals.next_in_line": (MANAGER, USER, BOARD),
	"coop_membership.desk.approvals.queue_many": TEAM,
	"coop_membership.desk.buttons.press": EVERYBODY,  # the action asks
	"coop_membership.desk.certificates.preview": (MANAGER,),
	"coop_membership.desk.certificates.start": (MANAGER,),
	"coop_membership.desk.corrections.kinds": (MANAGER, USER, BOARD),
	"coop_membership.desk.corrections.preview": (MANAGER,),
	"coop_membership.desk.corrections.starts": (MANAGER,),
	"coop_membership.desk.dues.ask_everybody": (MANAGER,),
	"coop_membership.desk.dunning.change_state": CHASERS,
	"coop_membership.desk.dunning.debtor": (*CHASERS, DUNNING_INFO),
	"coop_membership.desk.dunning.get_follow_up": CHASERS,
	"coop_membership.desk.dunning.history": (*CHASERS, DUNNING_INFO),
	"coop_membership.desk.dunning.refresh_states": (*CHASERS, DUNNING_INFO),
	"coop_membership.desk.dunning.search_fitting": (MANAGER, *CHASERS, DUNNING_INFO),
	"coop_membership.desk.dunning.send_notices": CHASERS,
	"coop_membership.desk.dunning.set_follow_up": CHASERS,
	"coop_membership.desk.front_desk.look_up": REGISTER,
	"coop_membership.desk.moving_in.export": (MANAGER,),
	"coop_membership.desk.moving_in.template": (MANAGER,),
	"coop_membership.desk.privacy.download": (MANAGER,),
	"coop_membership.desk.privacy.erase": (MANAGER,),
	"coop_membership.desk.privacy.forget": (MANAGER,),
	"coop_membership.desk.privacy.obstacles": (MANAGER,),
	"coop_membership.desk.privacy.reduce": (MANAGER,),
	"coop_membership.desk.private.change": (MANAGER,),
	"coop_membership.desk.private.show": (MANAGER, BOARD),
	"coop_membership.desk.mails.preview": (MANAGER,),
	"coop_membership.desk.mails.save_text": (MANAGER,),
	"coop_membership.desk.mails.send_test": (MANAGER,),
	"coop_membership.desk.mails.standard_text": (MANAGER,),
	"coop_membership.desk.mails.text": (MANAGER,),
	"coop_membership.desk.payments.propose": TEAM,
	"coop_membership.desk.receipts.start": (MANAGER,),
	"coop_membership.desk.registers.certificate": REGISTER,
	"coop_membership.desk.registers.check_now": (MANAGER,),
	"coop_membership.desk.registers.download": REGISTER,
	"coop_membership.joining.identity_documents.show": (MANAGER,),
	"coop_membership.overrides.counting.get_count": EVERYBODY,  # of what one may read
	"coop_membership.overrides.desktop.get_desktop_page": EVERYBODY,  # of what one may read
	"coop_membership.overrides.names.get_link_title": EVERYBODY,  # of what one may read
	"coop_membership.overrides.names.toggle_like": REGISTER,  # a member; everybody, what one may read
	"coop_membership.overrides.names.validate_link": EVERYBODY,  # of what one may read
	"coop_membership.overrides.searching.search": EVERYBODY,  # of what one may read
	"coop_membership.portal.agenda.end_feed": EVERYBODY,  # of one's own member, and so on
	"coop_membership.overrides.login_link.send_login_link": ANYBODY,
	"coop_membership.portal.agenda.feed": ANYBODY,
	"coop_membership.portal.agenda.new_feed": EVERYBODY,
	"coop_membership.portal.agenda.register": EVERYBODY,
	"coop_membership.portal.agenda.unregister": EVERYBODY,
	"coop_membership.portal.doors.may_use": ANYBODY,  # with the machine's key
	"coop_membership.portal.machines.book": EVERYBODY,
	"coop_membership.portal.machines.call_off": EVERYBODY,
	"coop_membership.portal.leading.note": EVERYBODY,  # in an activity that one leads
	"coop_membership.portal.machines.grant": EVERYBODY,  # of a machine that one trains at
	"coop_membership.portal.public_agenda.ask": ANYBODY,
	"coop_membership.portal.api.apply": ANYBODY,
	"coop_membership.portal.api.offer": ANYBODY,
	"coop_membership.portal.dues.add_person": EVERYBODY,  # to one's own dues
	"coop_membership.portal.dues.by_itself": EVERYBODY,  # of one's own membership
	"coop_membership.portal.dues.change_head": EVERYBODY,  # among those whom one covers
	"coop_membership.portal.dues.drop_person": EVERYBODY,  # whom one asked for
	"coop_membership.portal.dues.leave": EVERYBODY,  # of one's own membership
	"coop_membership.portal.dues.pause": EVERYBODY,  # of one's own membership
	"coop_membership.portal.dues.pay_with_credit": EVERYBODY,  # of one's own membership
	"coop_membership.portal.dues.renew": EVERYBODY,  # of one's own membership
	"coop_membership.portal.dues.set_payer": EVERYBODY,  # of one's own membership
	"coop_membership.portal.dues.take_out": EVERYBODY,  # oneself, or whom one covers
	"coop_membership.portal.my_membership.certificate": EVERYBODY,  # of one's own membership
	"coop_membership.portal.offer.offer": ANYBODY,
	"coop_membership.portal.pages.card.pdf": EVERYBODY,  # of one's own membership
	"coop_membership.portal.pages.documents.show": EVERYBODY,  # shared with one's own membership
	"coop_membership.portal.profile.ask_deletion": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.ask_name": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.change": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.change_email": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.change_iban": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.choose_mails": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.consent": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.download": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.drop_photo": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.photo": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.set_photo": EVERYBODY,  # of one's own membership
	"coop_membership.portal.profile.take_back": EVERYBODY,  # of one's own membership
	"coop_membership.portal.receipts.letter": EVERYBODY,  # sent to one's own membership
	"coop_membership.portal.receipts.of_year": EVERYBODY,  # of one's own payments
	"coop_membership.portal.receipts.receipt": EVERYBODY,
	"coop_membership.portal.offer.statutes": ANYBODY,
	"coop_membership.portal.share_requests.ask": EVERYBODY,  # of one's own shares
	"coop_membership.portal.share_requests.leave": EVERYBODY,
	"coop_membership.portal.share_requests.mine": EVERYBODY,
	"coop_membership.portal.share_requests.withdraw": EVERYBODY,
	"coop_membership.portal.viewing.start": (MANAGER,),
	"coop_membership.portal.viewing.stop": HARMLESS,
}

# {Report: who runs it, and takes it away}
REPORTS: dict[str, tuple[str, ...]] = {
	"Capital Accounts": REGISTER,
	"Capital Summary": REGISTER,
	"Dunning Analysis": (*CHASERS, DUNNING_INFO),
	"Dunning Phone List": (*CHASERS, DUNNING_INFO),
	"Failed Mails": REGISTER,
	"Legal Representatives": REGISTER,
	"Look at the e-mails": (MANAGER,),
	"Member Register": REGISTER,
	"Share Register": REGISTER,
	"Yearly Movements": REGISTER,
}

# {route: what a guest meets}: "log in" leads to the login page, "key" says that the link is not complete
PAGES: dict[str, str] = {
	"/confirm-account": "key",
	"/confirm-address": "key",
	"/confirm-membership": "key",
	"/confirm-transfer": "key",
	"/activities": "open",
	"/activity-place": "key",
	"/front-desk": "log in",
	"/join": "open",
	"/membership": "log in",
	"/membership/agenda": "log in",
	"/membership/leading": "log in",
	"/membership/machines": "log in",
	"/membership/card": "log in",
	"/membership/documents": "log in",
	"/membership/dues": "log in",
	"/membership/payments": "log in",
	"/membership/profile": "log in",
	"/membership/purchases": "log in",
	"/membership/shares": "log in",
	"/membership-account": "key",
	"/membership-check": "open",
	"/membership-document": "key",
	"/membership-guide": "open",
	"/membership-payment": "key",
	"/membership-renewal": "key",
	"/membership-welcome": "open",
	"/my-membership": "log in",  # leads to /membership
}

RENDERERS = {
	"coop_membership.portal.join_page.JoinRedirect": "/join",
	"coop_membership.portal.payment_end.PaymentEnd": "/payment-success",
}


def may(doctype: str, role: str, right: str) -> bool:
	"""True when the table gives a role a right on a DocType."""
	return right in {LETTERS[letter] for letter in RIGHTS.get(doctype, {}).get(role, "")}


def as_markdown() -> str:
	"""The tables as `docs/security.md` shows them."""
	short = [role.replace("Membership ", "").replace("Dunning ", "Dunning ") for role in DESK]
	lines = ["| DocType | " + " | ".join(short) + " |", "|---" * (len(DESK) + 1) + "|"]
	for doctype, rights in sorted(RIGHTS.items()):
		lines.append(f"| {doctype} | " + " | ".join(rights.get(role) or "–" for role in DESK) + " |")
	lines += ["", "| Action | " + " | ".join(short) + " |", "|---" * (len(DESK) + 1) + "|"]
	for action, roles in sorted(ACTIONS.items()):
		lines.append(f"| {action} | " + " | ".join("yes" if role in roles else "–" for role in DESK) + " |")
	lines += ["", "| Report | " + " | ".join(short) + " |", "|---" * (len(DESK) + 1) + "|"]
	for report, roles in sorted(REPORTS.items()):
		lines.append(f"| {report} | " + " | ".join("yes" if role in roles else "–" for role in DESK) + " |")
	return "\n".join(lines)
