"""The types of our documents, for services to name what they take.

Each is a Document here: a service imports nothing from above. The fields that a type has stand in its controller,
`coop_membership/doctype/…`, as the framework generates them.
"""

from frappe.model.document import Document

Activity = Document
ActivityFee = Document
ActivityRegistration = Document
Badge = Document
Cooperative = Document
DuesCover = Document
DunningLetter = Document
DunningNotice = Document
DunningPolicy = Document
DunningRun = Document
Equipment = Document
EquipmentAuthorization = Document
EquipmentBooking = Document
EquipmentRight = Document
Member = Document
MemberImport = Document
MemberPayment = Document
MemberRepresentative = Document
Membership = Document
MembershipApplication = Document
MembershipPlan = Document
PaymentCorrection = Document
ShareClass = Document
SharedDocument = Document
ShareRegisterEntry = Document
ShareSubscription = Document
ShareTransaction = Document
