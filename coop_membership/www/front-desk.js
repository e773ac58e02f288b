// One question at a time: while somebody types on, the answer to fewer letters is thrown away.
(() => {
	const words = document.getElementById("front-desk-words");
	const found = document.getElementById("front-desk-found");
	const { dataset } = words;
	let waiting, asked = 0;

	const element = (tag, name, text) => {
		const one = document.createElement(tag);
		if (name) one.className = name;
		if (text) one.textContent = text;
		return one;
	};

	const line = (machine) => {
		const row = element("li", machine.allowed ? "may" : "may-not");
		row.append(element("b", "", machine.title));
		const until = machine.allowed && machine.until ? ` ${dataset.until.replace("{0}", machine.until)}` : "";
		row.append(element("span", "verdict", (machine.allowed ? dataset.may : dataset.mayNot) + until));
		for (const reason of machine.reasons) row.append(element("small", "", reason));
		return row;
	};

	const card = (member) => {
		const box = element("section", "front-desk-card");
		const head = element("h2", "", member.display_name);
		if (member.number) head.append(element("small", "", ` ${dataset.number.replace("{0}", member.number)}`));
		const list = element("ul");
		list.append(...member.machines.map(line));
		box.append(head, element("p", member.is_good ? "good" : "bad", member.standing), list);
		return box;
	};

	const look = async () => {
		const number = ++asked;
		const text = words.value.trim();
		if (!text) return found.replaceChildren();
		const address = "/api/method/coop_membership.desk.front_desk.look_up?words=";
		let members;
		try {
			const answer = await fetch(address + encodeURIComponent(text), { headers: { Accept: "application/json" } });
			if (!answer.ok) throw new Error(answer.status);
			members = (await answer.json()).message || [];
		} catch {
			if (number === asked) found.replaceChildren(element("p", "bad", dataset.failed));
			return;
		}
		if (number !== asked) return;
		found.replaceChildren(...(members.length ? members.map(card) : [element("p", "", dataset.none)]));
	};

	words.addEventListener("input", () => {
		clearTimeout(waiting);
		waiting = setTimeout(look, 200);
	});
})();
