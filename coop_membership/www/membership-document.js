// A file that is too large is refused before it travels; the server checks again. The button works once.
frappe.ready(() => {
	const form = document.querySelector(".coop-step form");
	const input = form?.querySelector("input[type=file]");
	if (!input) return;
	const button = form.querySelector("button");
	input.addEventListener("change", () => {
		const [file] = input.files;
		input.setCustomValidity(file?.size > Number(input.dataset.limit) ? input.dataset.tooLarge : "");
		input.reportValidity();
	});
	form.addEventListener("submit", () => {
		button.disabled = true;
		button.textContent = input.dataset.sending;
	});
});
