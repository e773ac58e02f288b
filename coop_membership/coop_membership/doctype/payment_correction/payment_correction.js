// what the host shows of a link once it can't be changed: the kinds of documents have French names
frappe.form.link_formatters.DocType ??= (value) => __(value);

frappe.ui.form.on("Payment Correction", {
	async setup(frm) {
		const kinds = await coop_membership.xcall("coop_membership.desk.corrections.kinds");
		for (const [field, names] of Object.entries({
			demand_type: kinds.demands,
			right_demand_type: kinds.demands,
			payment_type: kinds.payments,
		})) {
			frm.set_query(field, () => ({ filters: { name: ["in", names] } }));
		}
		frm.set_query("demand", () => ({ filters: { docstatus: 1, status: ["!=", "Cancelled"] } }));
		frm.set_query("right_demand", (doc) => ({
			filters: {
				docstatus: 1,
				status: ["in", ["Open", "Partly Paid", "Payment Reversed"]],
				...(doc.cooperative ? { cooperative: doc.cooperative } : {}),
			},
		}));
	},

	refresh(frm) {
		frm.set_intro();
		if (frm.doc.docstatus === 1) {
			frm.set_intro(__("Done. To undo it, make another correction from the request that is paid now."), "green");
		} else {
			frm.set_intro(
				__("Say what the money is really for and why, read what will happen, save, then submit. Nothing changes before."),
				"blue"
			);
		}
		show(frm);
	},

	demand: (frm) => show(frm),
	payment: (frm) => show(frm),
	right_demand: (frm) => show(frm),
	take_numbers_back: (frm) => show(frm),
	notify_member: (frm) => show(frm),
	disable_account: (frm) => show(frm),
});

const CHOICES = ["take_numbers_back", "notify_member", "disable_account"];
const FIELDS = ["demand_type", "demand", "payment_type", "payment", "right_demand_type", "right_demand", ...CHOICES];

/** What will happen, or what has happened. */
async function show(frm) {
	const wrapper = frm.fields_dict.preview_html.$wrapper;
	if (frm.doc.docstatus === 1) {
		wrapper.html(as_html(JSON.parse(frm.doc.snapshot).said, true));
		return;
	}
	if (!frm.doc.demand) {
		for (const field of CHOICES) frm.toggle_display(field, false);
		wrapper.html(`<p class="text-muted">${__("Choose the request that was paid by mistake.")}</p>`);
		return;
	}
	const values = Object.fromEntries(FIELDS.map((field) => [field, frm.doc[field]]));
	const asked = (frm.__asked = JSON.stringify(values));
	const unsaved = frm.is_new() || frm.is_dirty();
	const said = unsaved
		? await coop_membership.xcall("coop_membership.desk.corrections.preview", { values })
		: (await coop_membership.act(frm, "preview")).message;
	if (frm.__asked !== asked) return; // another answer is on its way
	if (frm.doc.payment && !said.payment && frm.is_dirty()) {
		await frm.set_value("payment", null); // of another request, chosen before; asks again
		return;
	}
	for (const field of CHOICES) frm.toggle_display(field, said.offers[field]);
	frm.toggle_display("choices_section", CHOICES.some((field) => said.offers[field]));
	wrapper.html(as_html(said, false));
	wrapper.find("[data-payment]").on("click", async function () {
		const { payment_type, payment } = said.payments[$(this).data("payment")];
		await frm.set_value("payment_type", payment_type);
		await frm.set_value("payment", payment);
	});
}

function as_html(said, done) {
	const parts = [
		[__("What the payment has caused"), said.caused],
		[done ? __("What was undone") : __("What will be undone"), said.undone],
		[done ? __("Where the money went") : __("Where the money goes"), said.then],
	].filter(([_title, sentences]) => sentences.length);
	const columns = parts.map(
		([title, sentences]) => `<div class="col-md-4" style="margin-bottom: 1rem">
			<div style="font-weight: 600; margin-bottom: 0.5rem">${title}</div>${list(sentences.map(escape))}</div>`
	);
	const chosen = said.payments.length > 1 && !said.payment ? choice(said.payments) : "";
	const title = done ? __("What has happened") : __("What will happen");
	return `<h5 style="margin: 0 0 0.75rem">${title}</h5>
		${said.payment ? `<p><b>${escape(said.payment)}</b></p>` : ""}
		${done ? "" : in_the_way(said.problems)}${chosen}
		<div class="row">${columns.join("")}</div>`;
}

function in_the_way(problems) {
	if (!problems.length) return "";
	const sentences = problems.map(({ sentence, doctype, name }) =>
		doctype && name ? `${escape(sentence)} ${frappe.utils.get_form_link(doctype, name, true)}` : escape(sentence)
	);
	return `<div class="alert alert-danger" role="alert"><b>${__("This stands in the way:")}</b>${list(sentences)}</div>`;
}

function choice(payments) {
	const buttons = payments.map(
		({ label }, index) =>
			`<button type="button" class="btn btn-default btn-sm" data-payment="${index}" style="margin: 0 0.5rem 0.5rem 0">
				${escape(label)}</button>`
	);
	return `<p>${__("Which payment is wrong?")}</p><p>${buttons.join("")}</p>`;
}

const escape = (text) => frappe.utils.escape_html(text);
const list = (sentences) =>
	`<ul style="padding-left: 1.2rem; margin: 0">${sentences.map((sentence) => `<li>${sentence}</li>`).join("")}</ul>`;
