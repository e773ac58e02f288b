// Whole numbers as people type them in our forms and dialogs. The hosts read 2.5 shares as 2 and "1 000" as 1, without a
// word: what has one reading is read, the rest is asked. Before the host's own field hears of it.
const SPACED = /^[+-]?[1-9]\d{0,2}(?:[ '’\u00a0\u202f]\d{3})+$/;
const NO_CENTS = /^[+-]?\d+[.,]00?$/;
const SUM = /^[\d+\-*/() ]*[+\-*/][\d+\-*/() ]*$/;

document.addEventListener(
	"change",
	({ target: input }) => {
		if (input.dataset?.fieldtype !== "Int") return;
		const doctype = input.dataset.doctype || window.cur_frm?.doctype;
		if (!doctype || frappe.get_meta(doctype)?.module !== "Coop Membership") return;
		const text = input.value.trim();
		const { group_sep } = get_number_format_info(get_number_format());
		const groups = new RegExp(`^[+-]?[1-9]\\d{0,2}(?:\\${group_sep || " "}\\d{3})+$`);
		if (/^[+-]?\d*$/.test(text) || groups.test(text) || SUM.test(text)) return;
		if (SPACED.test(text)) input.value = text.replace(/[^\d+-]/g, "");
		else if (NO_CENTS.test(text)) input.value = text.replace(/[.,].*/, "");
		else {
			input.value = "";
			frappe.msgprint({
				title: __("Please correct"),
				message: __("“{0}” is no whole number, or can be read in two ways. Write it without points and commas.", [
					frappe.utils.escape_html(text),
				]),
				indicator: "orange",
			});
		}
	},
	true
);
