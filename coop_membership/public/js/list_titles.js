// The hint on a list's title is the description of what it lists, which v15 and v16 show untranslated.
for (const meta of Object.values(locals.DocType)) {
	if (meta.module === "Coop Membership" && meta.description) meta.description = __(meta.description);
}
