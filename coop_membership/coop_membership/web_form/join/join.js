// The public form: the host renders the plain fields, this script adds what depends on the cooperative
// (its share classes, texts to accept, lists) and shows what is wrong beside the field it is about.
frappe.ready(() => {
	const form = frappe.web_form;
	const { offer, texts, page_language, page_languages, visitor } = form;
	// `several`: {class: quantity} once somebody wants more than one kind of shares
	const person = { type: "Individual", share_class: null, quantity: 1, several: null, plan: "", tariff: "", amount: "", proof: "" };
	const required = ["first_name", "last_name", "birth_date", "email", "address_line1", "postcode", "city", "country"];
	const PRIVATE = ["birth_date", "iban"];
	const inputs = {
		first_name: { autocomplete: "given-name" },
		last_name: { autocomplete: "family-name" },
		birth_date: { autocomplete: "bday", type: "date", min: "1900-01-01", max: new Date().toISOString().slice(0, 10) },
		email: { autocomplete: "email", inputmode: "email", type: "email" },
		phone: { autocomplete: "tel", inputmode: "tel", type: "tel" },
		address_line1: { autocomplete: "address-line1" },
		address_line2: { autocomplete: "address-line2" },
		postcode: { autocomplete: "postal-code" },
		city: { autocomplete: "address-level2" },
		country: { autocomplete: "country-name" },
		iban: { autocomplete: "off", autocapitalize: "characters", spellcheck: "false" },
		organisation_name: { autocomplete: "organization" },
		organisation_email: { autocomplete: "off", inputmode: "email", type: "email" },
		representative_function: { autocomplete: "organization-title" },
		website: { autocomplete: "off", tabindex: "-1", "aria-hidden": "true" },
	};

	const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
	const money = (amount) =>
		new Intl.NumberFormat(page_language, { style: "currency", currency: offer.currency }).format(amount);
	const control = (name) => form.fields_dict[name].$wrapper;
	const input = (name) => control(name).find("input, select, textarea").first();
	const value = (name) => (input(name).val() || "").trim();
	const label_of = (name) => control(name).find("label").first().contents().first().text().trim();
	const chosen_plan = () => offer.plans.find((one) => one.name === person.plan);
	const chosen_tariff = () => chosen_plan()?.tariffs.find((one) => one.name === person.tariff);
	const given = () => (chosen_plan()?.free_amount && Number(person.amount.replace(/\s/g, "").replace(",", "."))) || 0;
	const dues = () => (chosen_plan() ? (given() || (chosen_tariff() || chosen_plan()).price_now) + chosen_plan().entry_fee : 0);
	const chosen_class = () => offer.share_classes.find((one) => one.name === person.share_class);
	const classes_for = (type) => offer.share_classes.filter((one) => one.applicant_types.includes(type));
	const only_dues = () => offer.dues_alone && !classes_for(person.type).length;
	const value_of_shares = () => lines().reduce((sum, line) => sum + line.quantity * line.share_class.unit_price, 0);

	/** What is asked for: [{share_class, quantity}]. */
	function lines() {
		if (!person.several) return chosen_class() ? [{ share_class: chosen_class(), quantity: person.quantity }] : [];
		return classes_for(person.type)
			.map((share_class) => ({ share_class, quantity: person.several[share_class.name] || 0 }))
			.filter((line) => line.quantity);
	}

	document.body.classList.add("join-page");
	$(".web-form").attr("novalidate", "");
	draw_languages();
	if (form.unknown_cooperative) {
		const text = offer.cooperative ? fill(texts.unknown_but_one, { title: offer.title }) : texts.unknown;
		$('<p class="join-unknown alert alert-warning" role="status">').text(text).appendTo(".web-form-head");
	}
	if (!offer.cooperative) return draw_cooperatives();

	// this script requires what is needed; Dodock's own rules would write older values over what was typed or prefilled
	form.fields_list.forEach(({ df }) => {
		["depends_on", "mandatory_depends_on", "read_only_depends_on"].forEach((rule) => delete df[rule]);
	});
	person.type = offer.applicant_types.find((type) => type === visitor.applicant_type) || offer.applicant_types[0];
	draw_private();
	prepare_inputs();
	fill_lists();
	Object.entries(visitor.values || {}).forEach(([name, text]) => input(name).val(text));
	draw_start();
	if (only_dues() && offer.plans.length) person.plan = offer.plans[0].name;
	draw_shares();
	draw_tariffs();
	draw_consents(visitor.consents);
	show_type();
	if (visitor.name) fold_known();
	$(".web-form").prepend('<div class="join-problems" role="alert" tabindex="-1" hidden></div>');
	$(".join-problems").insertBefore(".web-form-body");
	form.save = send;

	function address(changes) {
		const query = new URLSearchParams(window.location.search);
		Object.entries(changes).forEach(([name, text]) => query.set(name, text));
		return `${window.location.pathname}?${query}`;
	}

	function draw_languages() {
		const links = Object.entries(page_languages).map(([code, name]) =>
			$("<a>", { href: address({ _lang: code }), lang: code, hreflang: code, text: name }).attr(
				"aria-current",
				page_language.startsWith(code) ? "true" : null
			)
		);
		$('<nav class="join-languages">').append(links, help_mark()).prependTo(".web-form-header");
		if (form.logo) $("<img>", { src: form.logo, alt: "", class: "join-logo" }).prependTo(".web-form-head");
		if (offer.cooperative) {
			$('<p class="join-introduction">').text(texts.introduction).appendTo(".web-form-head");
		}
	}

	function help_mark() {
		const guide = { href: "/membership-guide?chapter=members#joining", target: "_blank", rel: "noopener" };
		return $("<a>", { ...guide, class: "coop-help-mark", title: texts.help, "aria-label": texts.help, text: "?" });
	}

	function draw_cooperatives() {
		const none = !offer.cooperatives.length;
		const list = $('<div class="join-cooperatives">').append(
			$("<h2>").text(none ? texts.nobody : texts.choose_cooperative),
			offer.cooperatives.map((one) => $("<a>", { href: address({ cooperative: one.name }), text: one.title }))
		);
		$(".web-form").replaceWith(list);
	}

	/** The host draws fields of the request itself; these are kept in a document of their own. */
	function draw_private() {
		PRIVATE.forEach((name) => {
			const label = $('<label class="control-label">').text(texts[`label_${name}`]);
			const text = $("<input>", { type: "text", class: "form-control", "data-fieldname": name });
			control(name).empty().append($('<div class="form-group">').append(label, text));
		});
	}

	function prepare_inputs() {
		Object.entries(inputs).forEach(([name, attributes]) => input(name).attr(attributes));
		if (offer.require_iban) required.push("iban");
		["phone", "address_line2", "iban", "organisation_email", "registration_number", "legal_form", "representative_function", "referral_source"]
			.filter((name) => !required.includes(name))
			.forEach((name) => {
				control(name).find("label").first().append($('<span class="join-optional">').text(` (${texts.optional})`));
			});
		required.forEach((name) => input(name).attr("aria-required", "true"));
		control("iban").append('<p class="join-help">');
		form.fields.forEach((df) => {
			const box = form.fields_dict[df.fieldname]?.$wrapper;
			if (!box || !box.find("label").length) return;
			const id = `join-${df.fieldname}`;
			box.find("input, select, textarea").first().attr("id", id);
			box.find("label").first().attr("for", id);
		});
	}

	function fill_lists() {
		const blank = { value: "", label: texts.choose };
		const set = (name, options, chosen) => {
			const box = input(name).empty();
			options.forEach((option) => box.append($("<option>", { value: option.value, text: option.label })));
			box.val(chosen);
			control(name).toggle(options.length > 1);
		};
		const own = offer.languages.find((one) => page_language.startsWith(one.value));
		set("language", offer.languages, own ? own.value : offer.language);
		set("country", offer.countries, offer.country);
		set("legal_form", [blank, ...offer.legal_forms], "");
		set("referral_source", [blank, ...offer.referral_sources], "");
	}

	function radio(group, choice, checked, content) {
		const button = $("<input>", { type: "radio", name: group, value: choice }).prop("checked", checked);
		return $('<label class="join-choice">').append(button, content);
	}

	function draw_start() {
		if (offer.applicant_types.length < 2) return control("start").hide();
		const choices = offer.applicant_types.map((type) =>
			radio("join_type", type, type === person.type, $("<span>").text(texts[type]))
		);
		$('<div class="join-choices" role="radiogroup">')
			.append(choices)
			.on("change", "input", (event) => {
				person.type = event.target.value;
				show_type();
			})
			.appendTo(control("start").empty());
	}

	function show_type() {
		const organisation = person.type === "Organisation";
		control("organisation_name").closest(".form-section").toggle(organisation);
		control("representative_function").toggle(organisation);
		head_of("first_name", organisation && texts.your_representative);
		head_of("address_line1", organisation && texts.address_of_organisation);
		control("iban")
			.find(".join-help")
			.text(organisation ? texts.iban_help_of_organisation : only_dues() ? texts.iban_help_of_dues : texts.iban_help);
		list_classes();
	}

	/** Give the section of a field another title, or its own again. */
	function head_of(name, title) {
		const head = control(name).closest(".form-section").find(".section-head").first();
		head.data("plain") || head.data("plain", head.text());
		head.text(title || head.data("plain"));
	}

	function draw_shares() {
		const step = (by, name, sign) =>
			$("<button>", { type: "button", class: "btn btn-default", "aria-label": name, text: sign }).on("click", () =>
				set_quantity(person.quantity + by)
			);
		const number = $("<input>", { id: "join-quantity", type: "number", inputmode: "numeric", min: 1, step: 1 })
			.addClass("form-control")
			.on("input", () => {
				person.quantity = number.val() === "" ? 0 : Number(number.val());
				show_total();
			});
		const total = $('<div class="join-total" aria-live="polite">').append($("<span>").text(texts.total), $("<strong>"));
		const plans = draw_plans();
		control("choice")
			.empty()
			.append(
				$('<div class="join-classes join-choices" role="radiogroup">').on("change", "input", (event) =>
					choose_class(event.target.value)
				),
				$('<div class="join-quantity">').append(
					$("<div>").append(
						$("<label>", { for: "join-quantity", class: "control-label", text: texts.how_many }),
						$('<div class="join-stepper">').append(step(-1, texts.fewer, "−"), number, step(1, texts.more, "+"))
					),
					plans ? null : total
				),
				offer.several_classes
					? $("<button>", { type: "button", class: "btn btn-link join-several", text: texts.several }).on("click", choose_several)
					: null,
				plans,
				plans && total
			);
	}

	/** From one kind of shares to each with a number of its own. */
	function choose_several() {
		person.several = chosen_class() ? { [person.share_class]: person.quantity } : {};
		control("choice").addClass("join-with-several").find(".join-quantity > div:first-child, .join-several").hide();
		control("choice").find(".join-quantity").toggle(Boolean(control("choice").find(".join-quantity .join-total").length));
		list_classes();
	}

	function number_of(share_class) {
		const box = $("<input>", { type: "number", inputmode: "numeric", min: 0, step: 1, class: "form-control", "aria-label": share_class.title })
			.val(person.several[share_class.name] || 0)
			.on("input", () => {
				person.several[share_class.name] = box.val() === "" ? 0 : Number(box.val());
				show_total();
			});
		const step = (by, name, sign) =>
			$("<button>", { type: "button", class: "btn btn-default", "aria-label": `${name}: ${share_class.title}`, text: sign }).on("click", () =>
				box.val(Math.max(0, Math.floor(Number(box.val()) || 0) + by)).trigger("input")
			);
		return $('<div class="join-stepper">').append(step(-1, texts.fewer, "−"), box, step(1, texts.more, "+"));
	}

	function draw_plans() {
		if (!offer.plans.length || (visitor.name && !only_dues())) return null;
		const choice = (name, title, terms) =>
			radio("join_plan", name, name === person.plan, $("<span>").append($("<b>").text(title), $("<small>").text(terms)));
		return $('<div class="join-dues">').append(
			$("<p>", { class: "control-label", id: "join-dues", text: offer.dues_alone ? texts.your_dues : texts.dues }),
			$('<div class="join-choices" role="radiogroup" aria-labelledby="join-dues">')
				.append(
					only_dues() ? null : choice("", texts.no_dues, ""),
					offer.plans.map((one) => choice(one.name, one.title, terms_of(one)))
				)
				.on("change", "input", (event) => {
					Object.assign(person, { plan: event.target.value, tariff: "", amount: "", proof: "" });
					draw_tariffs();
					show_total();
				}),
			$('<div class="join-tariffs">')
		);
	}

	/** The tariffs of the chosen dues, how one of them is proved, and an amount of one's own. */
	function draw_tariffs() {
		const plan = chosen_plan();
		const box = control("choice").find(".join-tariffs").empty();
		if (!plan) return;
		if (plan.tariffs.length) {
			const choice = (name, title, price) =>
				radio("join_tariff", name, name === person.tariff, $("<span>").append($("<b>").text(title), $("<small>").text(money(price))));
			box.append(
				$("<p>", { class: "control-label", id: "join-tariff", text: texts.tariff }),
				$('<div class="join-choices" role="radiogroup" aria-labelledby="join-tariff">')
					.append(choice("", texts.full_price, plan.price), plan.tariffs.map((one) => choice(one.name, one.title, one.price)))
					.on("change", "input", (event) => {
						Object.assign(person, { tariff: event.target.value, proof: "" });
						draw_tariffs();
						show_total();
						control("choice").find("[name=join_tariff]:checked").trigger("focus");
					})
			);
		}
		if (chosen_tariff()?.needs_proof) {
			const choice = (value, text) => radio("join_proof", value, value === person.proof, $("<span>").text(text));
			box.append(
				$("<p>", { class: "control-label", id: "join-proof", text: texts.proof }),
				$('<div class="join-choices" role="radiogroup" aria-labelledby="join-proof">')
					.append(choice("Sent online", texts.proof_online), choice("Shown at the office", texts.proof_at_office))
					.on("change", "input", (event) => (person.proof = event.target.value))
			);
		}
		if (plan.free_amount) {
			const least = (chosen_tariff() || { price: plan.minimum_amount }).price;
			const text = $("<input>", { id: "join-amount", type: "text", inputmode: "decimal", class: "form-control", "aria-describedby": "join-amount-help" })
				.val(person.amount)
				.attr("placeholder", (chosen_tariff() || plan).price_now)
				.on("input", () => {
					person.amount = text.val().trim();
					show_total();
				});
			box.append(
				$("<label>", { for: "join-amount", class: "control-label", text: texts.own_amount }),
				text,
				$("<p>", { id: "join-amount-help", class: "join-help", text: fill(texts.least_amount, { minimum: money(least) }) })
			);
		}
	}

	function terms_of(plan) {
		const per = { Year: ["per_year", "per_years"], Month: ["per_month", "per_months"] }[plan.interval_unit];
		const text = texts[per[plan.interval > 1 ? 1 : 0]];
		const date = new Intl.DateTimeFormat(page_language, { dateStyle: "long" }).format(new Date(plan.valid_until));
		return [
			fill(text, { price: money(plan.price), count: plan.interval }),
			plan.price_now !== plan.price && fill(texts.first_period, { price: money(plan.price_now), date }),
			plan.entry_fee && fill(texts.entry_fee, { price: money(plan.entry_fee) }),
			plan.covers > 1 && fill(texts.covers, { count: plan.covers }),
		]
			.filter(Boolean)
			.join(", ");
	}

	function list_classes() {
		const classes = classes_for(person.type);
		const kept = classes.some((one) => one.name === person.share_class);
		const first = kept ? person.share_class : classes[0]?.name;
		const none = offer.dues_alone && classes.length && offer.plans.length;
		const head = control("choice").closest(".form-section").find(".section-head").first();
		if (offer.dues_alone) head.text(classes.length ? texts.shares_and_dues : texts.your_dues);
		control("choice").find("#join-dues").toggle(Boolean(classes.length));
		control("choice").toggleClass("join-only-dues", !classes.length);
		const limits = (one) =>
			[
				fill(texts.one_share, { price: money(one.unit_price) }),
				one.minimum > 1 && fill(texts.at_least, { minimum: one.minimum }),
				one.maximum && fill(texts.at_most, { maximum: one.maximum }),
			]
				.filter(Boolean)
				.join(", ");
		control("choice").find(".join-several").toggle(classes.length > 1 && !person.several);
		if (person.several) {
			const rows = classes.map((one) =>
				$('<div class="join-choice">').append(
					$("<span>").append($("<b>").text(one.title), $("<small>").text(limits(one))),
					number_of(one)
				)
			);
			control("choice").find(".join-classes").removeAttr("role").addClass("join-single").html(rows);
			return show_total();
		}
		control("choice")
			.find(".join-classes")
			.html(
				classes.map((one) =>
					radio(
						"join_class",
						one.name,
						one.name === first,
						$("<span>").append($("<b>").text(one.title), $("<small>").text(limits(one)))
					)
				)
			)
			.append(none ? radio("join_class", "", false, $("<span>").append($("<b>").text(texts.no_class))) : null)
			.toggleClass("join-single", classes.length === 1 && !none);
		kept ? show_total() : choose_class(first);
	}

	function choose_class(name) {
		person.share_class = name || null;
		control("choice").find(".join-stepper").parent().toggle(Boolean(name));
		name ? set_quantity(chosen_class().suggested) : show_total();
	}

	function set_quantity(quantity) {
		person.quantity = Math.max(1, Math.floor(quantity) || 1);
		$("#join-quantity").val(person.quantity);
		show_total();
	}

	function show_total() {
		const counts = lines().every((line) => Number.isInteger(line.quantity) && line.quantity > 0);
		const total = counts ? money(value_of_shares() + dues()) : "–";
		control("choice").find(".join-total strong").text(total);
	}

	/** The texts to accept, without those that a member has accepted before. */
	function draw_consents(given = []) {
		const asked = offer.consents.filter((one) => !given.includes(one.key));
		const boxes = asked.map((consent) => {
			const words = $("<div>").html(consent.text).text().trim();
			const text = $('<div class="join-text">').html(consent.text);
			const long = words.length > 240;
			const title = $("<span>").text(consent.title);
			if (!consent.required) title.append($('<span class="join-optional">').text(` (${texts.optional})`));
			return $('<div class="join-consent">')
				.attr("data-consent", consent.key)
				.append(
					$("<label>").append($("<input>", { type: "checkbox", value: consent.key }), title),
					words && words !== consent.title.trim() && (long ? $("<details>").append($("<summary>").text(texts.read_text), text) : text)
				);
		});
		const statutes =
			offer.statutes &&
			$('<p class="join-statutes">').append(
				$("<a>", { href: offer.statutes, target: "_blank", rel: "noopener", text: texts.statutes })
			);
		control("agreement").empty().append(statutes, boxes);
		const empty = !boxes.length && !offer.statutes && (!offer.referral_sources.length || visitor.name);
		control("agreement").closest(".form-section").toggle(!empty);
	}

	/** A member is not asked again for what is known: it is shown in a few lines, and opened to be changed. */
	function fold_known() {
		const known = Object.keys(visitor.values).filter((name) => form.fields_dict[name] && value(name));
		const folded = [...known, ...form.fields.map((df) => df.fieldname).filter((name) => form.fields_dict[name] && inputs[name] && !required.includes(name)), "language", "legal_form", "referral_source"];
		const sections = new Set();
		folded.forEach((name) => {
			if (!form.fields_dict[name] || name === "website") return;
			control(name).addClass("join-folded");
			sections.add(control(name).closest(".form-section")[0]);
		});
		control("start").addClass("join-folded");
		sections.add(control("start").closest(".form-section")[0]);
		sections.forEach((section) => {
			const left = $(section).find(".frappe-control").not(".join-folded, [data-fieldname=website]");
			const drawn = left.filter((_index, one) => !["organisation_name", "representative_function"].includes(one.dataset.fieldname));
			if (!drawn.length) $(section).addClass("join-folded");
		});
		const shown = [
			[value("first_name"), value("last_name")].filter(Boolean).join(" "),
			value("email"),
			value("phone"),
			[value("address_line1"), value("address_line2"), [value("postcode"), value("city")].filter(Boolean).join(" ")].filter(Boolean).join(", "),
		];
		$('<div class="join-known">')
			.append(
				$("<div>").append(
					$("<b>").text(visitor.name),
					shown.filter((text) => text && text !== visitor.name).map((text) => $("<div>").text(text))
				),
				$("<button>", { type: "button", class: "btn btn-default btn-sm", text: texts.change_details }).on("click", unfold)
			)
			.prependTo(".web-form-body");
	}

	function unfold() {
		$(".join-folded").removeClass("join-folded");
		$(".join-known").remove();
	}

	function accepted() {
		return control("agreement")
			.find("input:checked")
			.map((_index, box) => box.value)
			.get();
	}

	function problems_found() {
		const found = [];
		const wrong = (field, code, values = {}) => found.push({ field, message: fill(texts[code], values) });
		const needed = person.type === "Organisation" ? ["organisation_name", ...required] : required;
		needed
			.filter((name) => !value(name))
			.forEach((name) => {
				if (name === "iban") wrong(name, "iban_missing");
				else if (name === "birth_date" && input(name)[0].validity?.badInput) wrong(name, "birth_date_unreadable");
				else wrong(name, "missing", { field: label_of(name) });
			});
		found.push(...(lines().length ? problems_of_lines() : problems_without_shares()));
		found.push(...problems_of_dues());
		const agreed = [...accepted(), ...(visitor.consents || [])];
		offer.consents
			.filter((one) => one.required && !agreed.includes(one.key))
			.forEach((one) => wrong("consents", "consent_missing", { title: one.title }));
		return found;
	}

	/** Of tariff and amount; the server has the last word. */
	function problems_of_dues() {
		const wrong = (code, values) => [{ field: "plan", message: fill(texts[code], values || {}) }];
		if (chosen_tariff()?.needs_proof && !person.proof) return wrong("needs_proof");
		const least = (chosen_tariff() || { price: chosen_plan()?.minimum_amount }).price;
		if (person.amount && !given()) return wrong("amount_unreadable");
		return person.amount && given() < least ? wrong("too_low", { minimum: money(least) }) : [];
	}

	function problems_without_shares() {
		if (person.plan && offer.dues_alone) return [];
		if (!offer.dues_alone) return [{ field: "shares", message: texts.no_shares }];
		return [{ field: "shares", message: only_dues() ? texts.no_plan : texts.nothing_asked }];
	}

	function problems_of_lines() {
		const found = lines().flatMap((line) => problems_of_shares(line.share_class, line.quantity));
		if (!found.length && offer.maximum_amount && value_of_shares() > offer.maximum_amount) {
			const values = { maximum: money(offer.maximum_amount), amount: money(value_of_shares()) };
			found.push({ field: "shares", message: fill(texts.amount_too_high, values) });
		}
		return found;
	}

	function problems_of_shares(share_class, quantity) {
		const found = [];
		const wrong = (field, code, values = {}) => found.push({ field, message: fill(texts[code], values) });
		const values = { title: share_class.title, minimum: share_class.minimum, maximum: share_class.maximum };
		if (!Number.isInteger(quantity) || quantity < 1) wrong("shares", "quantity_wrong", values);
		else if (quantity < share_class.minimum) wrong("shares", "below_minimum", values);
		else if (share_class.maximum && quantity > share_class.maximum) wrong("shares", "above_maximum", values);
		return found;
	}

	function place_of({ field, message }) {
		if (field === "shares" || field === "plan") return control("choice");
		if (field === "consents") {
			const named = offer.consents.find((one) => message.includes(one.title));
			const box = control("agreement").find(".join-consent");
			return named ? box.filter((_index, one) => one.dataset.consent === named.key) : control("agreement");
		}
		return form.fields_dict[field] ? control(field) : null;
	}

	function show_problems(problems) {
		$(".join-wrong").removeClass("join-wrong").find("[aria-invalid]").removeAttr("aria-invalid");
		$(".join-problem").remove();
		const list = $("<ul>");
		if (problems.some(({ field }) => field === "consents" && !control("agreement").find(".join-consent").length)) draw_consents();
		if (problems.some((problem) => place_of(problem)?.closest(".join-folded").length)) unfold();
		problems.forEach((problem) => {
			const place = place_of(problem);
			const item = $("<li>").appendTo(list);
			if (!place || !place.length) return item.text(problem.message);
			place.addClass("join-wrong").append($('<p class="join-problem">').text(problem.message));
			const target = place.find("input, select, textarea").first().attr("aria-invalid", "true");
			$("<a>", { href: `#${target.attr("id") || ""}`, text: problem.message })
				.on("click", (event) => {
					event.preventDefault();
					target.trigger("focus");
				})
				.appendTo(item);
		});
		$(".join-problems")
			.empty()
			.append($("<b>").text(texts.please_correct), list)
			.prop("hidden", !problems.length);
		if (problems.length) {
			$(".join-problems")[0].scrollIntoView({ behavior: "smooth", block: "center" });
			$(".join-problems").trigger("focus");
		}
	}

	function request() {
		const values = { doctype: form.doc_type, web_form_name: form.name };
		form.fields.filter((df) => ["Data", "Select"].includes(df.fieldtype) && !df.hidden).forEach((df) => (values[df.fieldname] = value(df.fieldname)));
		PRIVATE.forEach((name) => (values[name] = value(name)));
		const organisation = ["organisation_name", "legal_form", "registration_number", "organisation_email", "representative_function"];
		if (person.type !== "Organisation") organisation.forEach((name) => (values[name] = ""));
		return Object.assign(values, {
			cooperative: offer.cooperative,
			applicant_type: person.type,
			...asked_shares(),
			plan: person.plan,
			tariff: person.tariff,
			tariff_proof: person.proof,
			chosen_amount: person.plan && chosen_plan().free_amount ? person.amount : "",
			accepted_consents: JSON.stringify(accepted()),
		});
	}

	function asked_shares() {
		const [first, ...more] = lines().map((line) => ({ share_class: line.share_class.name, quantity: line.quantity }));
		if (more.length) return { share_class: "", quantity: 0, wanted_shares: JSON.stringify([first, ...more]) };
		return { ...(first || { share_class: "", quantity: 0 }), wanted_shares: "" };
	}

	function send() {
		const found = problems_found();
		show_problems(found);
		const button = $(".submit-btn");
		if (found.length || button.prop("disabled")) return false;
		const name = button.text();
		button.prop("disabled", true).text(texts.sending);
		$.ajax({
			type: "POST",
			url: "/api/method/frappe.website.doctype.web_form.web_form.accept",
			headers: { "X-Frappe-CSRF-Token": frappe.csrf_token, Accept: "application/json" },
			data: { web_form: form.name, data: JSON.stringify(request()), _lang: page_language },
		})
			.done(thank)
			.fail((answer) => show_problems(problems_of(answer)))
			.always(() => button.prop("disabled", false).text(name));
		return false;
	}

	function problems_of(answer) {
		if (answer.status === 429) return [{ message: texts.too_many }];
		const body = answer.responseJSON || {};
		if (body.problems) return body.problems;
		try {
			return JSON.parse(body._server_messages).map((text) => ({
				message: $("<div>").html(JSON.parse(text).message).text(),
			}));
		} catch {
			return [{ message: texts.failed }];
		}
	}

	function asked_in_words() {
		const each = lines().map((line) => fill(texts.each_class, { quantity: line.quantity, title: line.share_class.title }));
		const shares = fill(texts.shares, { shares: each.join(", "), amount: money(value_of_shares()) });
		return dues() ? fill(texts.and_dues, { shares, amount: money(dues()) }) : shares;
	}

	// the answer says nothing but that the request came: what follows is the same for everybody, and comes by mail
	function thank() {
		const email = value("email");
		const of_shares = lines().length;
		const asked = of_shares ? asked_in_words() : fill(texts.dues_asked, { title: chosen_plan().title, amount: money(dues()) });
		const steps = [
			fill(offer.confirms_email && !visitor.name ? texts.next_confirm : texts.next_mail, { email }),
			person.proof === "Sent online"
				? texts.next_proof
				: offer.asks_document && !visitor.name && texts.next_document,
			person.proof === "Shown at the office" && texts.next_show,
			...(offer.pays_at_once && !chosen_tariff()?.needs_proof ? [texts.next_pay_online] : [texts.next_decision, texts.next_payment]),
			of_shares ? texts.next_certificate : texts.next_card,
		].filter(Boolean);
		$(".success-title").text(fill(texts.thank_you, { name: value("first_name") }));
		const organisation = person.type === "Organisation" && value("organisation_name");
		$(".success-message").text(fill(organisation ? texts.received_of : texts.received, { organisation, shares: asked }));
		$(".success-body").append(
			$('<h3 class="join-next">').text(texts.next),
			$('<ol class="join-steps">').append(steps.map((step) => $("<li>").text(step))),
			$("<p>").text(texts.nothing_to_do),
			$('<p class="join-help">').text(texts.counts_once),
			offer.contact_email && $('<p class="join-help">').text(fill(texts.questions, { email: offer.contact_email }))
		);
		$(".web-form-container").hide();
		$(".success-page").removeClass("hide").attr("tabindex", "-1").trigger("focus");
		window.scrollTo(0, 0);
	}
});
