// Build Frappe's bundles, and the app's, as its own esbuild scripts (not in the wheel) would.
//
//   node assets.mjs OUT app=PUBLIC_FOLDER …
//
// Writes OUT/<app>/dist/{js,css}, links to each app's other public files, and OUT/assets.json, which maps a bundle's
// name to its address.

import fs from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { fileURLToPath, pathToFileURL } from "node:url";

import autoprefixer from "autoprefixer";
import esbuild from "esbuild";
import vue from "esbuild-plugin-vue3";
import postcss from "postcss";
import * as sass from "sass";

const [out, ...pairs] = process.argv.slice(2);
const apps = Object.fromEntries(pairs.map((pair) => pair.split("=")));
const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules");
const enginePath = path.dirname(path.dirname(apps.frappe)); // the folder that contains `frappe/`

const walk = (folder) =>
	fs
		.readdirSync(folder, { withFileTypes: true })
		.flatMap((entry) =>
			entry.isDirectory() ? walk(path.join(folder, entry.name)) : [path.join(folder, entry.name)]
		);

const bundles = Object.entries(apps).flatMap(([app, folder]) =>
	walk(folder)
		.filter((file) => /\.bundle\.(js|ts|css|scss)$/.test(file))
		.map((file) => ({ app, file, name: path.basename(file) }))
);
const scripts = bundles.filter(({ name }) => /\.(js|ts)$/.test(name));
const styles = bundles.filter(({ name }) => /\.(css|scss)$/.test(name));

// one bundle may import another by its bare name; /assets/… is an address of the served site, not a file
const addresses = {
	name: "addresses",
	setup(build) {
		build.onResolve({ filter: /\.bundle\.js$/ }, (args) => {
			if (args.path.startsWith(".") || args.kind === "entry-point") return;
			const found = scripts.find(({ name }) => name === args.path);
			return found && { path: found.file };
		});
		build.onResolve({ filter: /^plyr\/dist\/plyr\.polyfilled/ }, () => ({
			path: path.join(packages, "plyr/dist/plyr.polyfilled.js"),
		}));
		build.onResolve({ filter: /^\/assets\// }, (args) => ({ path: args.path, external: true }));
	},
};

// Frappe's micro templates: foo.html becomes frappe.templates["foo"]
const templates = {
	name: "templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, (args) => {
			const name = path.basename(args.path, ".html");
			const source = fs.readFileSync(args.path, "utf8").replace(/\\/g, "\\\\").replace(/`/g, "\\`");
			return { contents: `frappe.templates["${name}"] = \`${source}\`;`, loader: "js" };
		});
	},
};

const manifest = {};

function register(app, kind, file, name) {
	// the address changes with the content, so that a browser may keep it for ever
	const hash = createHash("sha256").update(fs.readFileSync(file)).digest("hex").slice(0, 8);
	manifest[name] = `/assets/${app}/dist/${kind}/${path.basename(file)}?v=${hash}`;
}

async function buildScript({ app, file, name }) {
	const target = path.join(out, app, "dist/js", name.replace(/\.ts$/, ".js"));
	await esbuild.build({
		entryPoints: [file],
		outfile: target,
		bundle: true,
		minify: true,
		target: ["es2017"],
		logLevel: "error",
		nodePaths: [packages, enginePath],
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
		},
		loader: { ".svg": "dataurl", ".png": "dataurl" },
		plugins: [addresses, templates, vue({ isProd: true })],
	});
	register(app, "js", target, path.basename(target));
	const style = target.replace(/\.js$/, ".css"); // of components that import their own
	if (fs.existsSync(style)) register(app, "js", style, path.basename(style));
}

const importer = {
	findFileUrl(url) {
		if (url.startsWith("~")) return pathToFileURL(path.join(packages, url.slice(1)));
		const [app] = url.split("/");
		return apps[app] ? pathToFileURL(path.join(path.dirname(path.dirname(apps[app])), url)) : null;
	},
};

async function buildStyle({ app, file, name }) {
	const compiled = sass.compile(file, {
		importers: [importer],
		loadPaths: [path.dirname(file), packages, enginePath],
		quietDeps: true,
		logger: sass.Logger.silent,
		style: "compressed",
	});
	const { css } = await postcss([autoprefixer]).process(compiled.css, { from: file });
	const target = path.join(out, app, "dist/css", name.replace(/\.scss$/, ".css"));
	fs.mkdirSync(path.dirname(target), { recursive: true });
	fs.writeFileSync(target, css);
	register(app, "css", target, path.basename(target));
}

await Promise.all(scripts.map(buildScript));
for (const style of styles) await buildStyle(style);

for (const [app, folder] of Object.entries(apps)) {
	fs.mkdirSync(path.join(out, app), { recursive: true });
	for (const entry of fs.readdirSync(folder)) {
		const link = path.join(out, app, entry);
		if (entry !== "dist" && !fs.existsSync(link)) fs.symlinkSync(path.join(folder, entry), link);
	}
}
fs.symlinkSync(packages, path.join(out, "frappe", "node_modules"));
fs.writeFileSync(path.join(out, "assets.json"), JSON.stringify(manifest, null, "\t"));
