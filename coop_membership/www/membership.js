// Forms of a member's own place: sent without leaving the page, answered beside the button, and once only.
frappe.ready(() => {
	const said = sessionStorage.getItem("my-membership-said");
	const flash = document.getElementById("my-flash");
	if (said && flash) {
		sessionStorage.removeItem("my-membership-said");
		setTimeout(() => (flash.textContent = said), 100); // after the page was read out
	}
	for (const input of document.querySelectorAll("input[type=file][data-limit]")) {
		input.addEventListener("change", () => {
			const [file] = input.files;
			input.setCustomValidity(file?.size > Number(input.dataset.limit) ? input.dataset.tooLarge : "");
			input.reportValidity();
		});
	}
	for (const form of document.querySelectorAll("form[data-action]")) form.addEventListener("submit", send);
});

async function send(event) {
	event.preventDefault();
	const form = event.currentTarget;
	const sure = event.submitter?.dataset.sure || form.dataset.sure;
	if (sure && !window.confirm(sure)) return;
	await post(form, values(form, event.submitter));
}

function values(form, submitter) {
	const sent = new FormData(form);
	if (submitter?.name) sent.set(submitter.name, submitter.value);
	for (const name of (form.dataset.lists || "").split(" ").filter(Boolean)) {
		const chosen = sent.getAll(name);
		sent.set(name, JSON.stringify(chosen));
	}
	return sent;
}

async function post(form, sent) {
	const place = form.querySelector(".my-said");
	const buttons = form.querySelectorAll("button");
	buttons.forEach((button) => (button.disabled = true));
	place.textContent = "";
	try {
		const answer = await fetch(`/api/method/${form.dataset.action}`, {
			method: "POST",
			headers: { Accept: "application/json", "X-Frappe-CSRF-Token": frappe.csrf_token },
			body: sent,
		});
		const body = await answer.json().catch(() => ({}));
		if (!answer.ok) throw new Error(sentences(body) || form.dataset.failed || answer.statusText);
		const message = body.message || {};
		if (message.question) {
			buttons.forEach((button) => (button.disabled = false));
			if (!window.confirm(message.question)) return;
			sent.set("sure", "1");
			return await post(form, sent);
		}
		sessionStorage.setItem("my-membership-said", message.said || form.dataset.done || "");
		const next = message.next || form.dataset.next;
		if (next) window.location.assign(next);
		else window.location.reload();
	} catch (error) {
		buttons.forEach((button) => (button.disabled = false));
		place.textContent = error.message;
		place.scrollIntoView({ block: "nearest" });
	}
}

// what the server says, as plain text: line breaks become spaces, and no markup is ever shown as such
function sentences(body) {
	try {
		const all = JSON.parse(body._server_messages || "[]").map((one) => JSON.parse(one).message);
		const plain = all.join(" ").replace(/<br\s*\/?>/gi, " ");
		return new DOMParser().parseFromString(plain, "text/html").body.textContent.trim();
	} catch {
		return "";
	}
}
