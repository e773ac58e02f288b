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

import esbuild from "esbuild";
import * as sass from "sass";
import * as vue from "vue/compiler-sfc";

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
			// backslashes stay, as in Frappe's own bundler: its templates count on a string eating them
			const source = fs.readFileSync(args.path, "utf8").replace(/`/g, "\\`");
			return { contents: `frappe.templates["${name}"] = \`${source}\`;`, loader: "js" };
		});
	},
};

// Vue's single file components
const components = {
	name: "components",
	setup(build) {
		build.onLoad({ filter: /\.vue$/ }, ({ path: file }) => {
			const { descriptor, errors } = vue.parse(fs.readFileSync(file, "utf8"), { filename: file });
			if (errors.length) return { errors: errors.map(({ message }) => ({ text: message })) };

			const id = `data-v-${hash(file)}`;
			const scoped = descriptor.styles.some((style) => style.scoped);
			const options = { filename: file, id, scoped, compilerOptions: { scopeId: scoped ? id : null } };
			let code = "const component = {};";
			if (descriptor.script || descriptor.scriptSetup) {
				code = vue.compileScript(descriptor, {
					id,
					isProd: true,
					genDefaultAs: "component",
					inlineTemplate: true,
					templateOptions: options,
				}).content;
			}
			if (descriptor.template && !descriptor.scriptSetup) {
				const source = descriptor.template.content;
				const template = vue.compileTemplate({ source, isProd: true, ...options }).code;
				code += `\n${template.replace("export function", "function")}\ncomponent.render = render;`;
			}
			if (scoped) code += `\ncomponent.__scopeId = "${id}";`;
			const imports = descriptor.styles.map((_style, i) => `import ${JSON.stringify(`${file}?style=${i}`)};`);
			return {
				contents: [...imports, code, "export default component;"].join("\n"),
				loader: (descriptor.scriptSetup || descriptor.script)?.lang === "ts" ? "ts" : "js",
				resolveDir: path.dirname(file),
			};
		});
		build.onResolve({ filter: /\.vue\?style=\d+$/ }, (args) => ({ path: args.path, namespace: "style" }));
		build.onLoad({ filter: /.*/, namespace: "style" }, (args) => {
			const [file, index] = args.path.split("?style=");
			const { descriptor } = vue.parse(fs.readFileSync(file, "utf8"), { filename: file });
			const { content, lang, scoped } = descriptor.styles[index];
			const source = lang === "scss" ? sass.compileString(content, sassOptions(file)).css : content;
			const { code } = vue.compileStyle({ source, filename: file, id: `data-v-${hash(file)}`, scoped });
			return { contents: code, loader: "css", resolveDir: path.dirname(file) };
		});
	},
};

const hash = (content) => createHash("sha256").update(content).digest("hex").slice(0, 8);
const manifest = {};

function register(app, kind, file) {
	// the address changes with the content, so that a browser may keep it for ever
	const name = path.basename(file);
	const hashed = name.replace(/\.(\w+)$/, `.${hash(fs.readFileSync(file))}.$1`);
	fs.renameSync(file, path.join(path.dirname(file), hashed));
	manifest[name] = `/assets/${app}/dist/${kind}/${hashed}`;
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
		plugins: [addresses, templates, components],
	});
	register(app, "js", target);
	const style = target.replace(/\.js$/, ".css"); // of components that import their own
	if (fs.existsSync(style)) register(app, "js", style);
}

const importer = {
	findFileUrl(url) {
		if (url.startsWith("~")) return pathToFileURL(path.join(packages, url.slice(1)));
		const [app] = url.split("/");
		return apps[app] ? pathToFileURL(path.join(path.dirname(path.dirname(apps[app])), url)) : null;
	},
};

const sassOptions = (file) => ({
	importers: [importer],
	loadPaths: [path.dirname(file), packages, enginePath],
	quietDeps: true,
	logger: sass.Logger.silent,
	style: "compressed",
});

const isFile = (file) => fs.existsSync(file) && fs.statSync(file).isFile();

// what a style sheet names but the wheel lacks, or an address of the served site, stays as it is written
const files = {
	name: "files",
	setup(build) {
		build.onResolve({ filter: /.*/ }, ({ path: name, kind, resolveDir }) => {
			if (kind === "entry-point" || name.startsWith("data:")) return;
			const [file] = name.replace(/^~|^frappe\/public\/node_modules\//, "").split(/[?#]/);
			const found = [resolveDir, enginePath, packages].map((folder) => path.join(folder, file)).find(isFile);
			return found && !name.startsWith("/") ? { path: found } : { path: name, external: true };
		});
	},
};

async function buildStyle({ app, file, name }) {
	const target = path.join(out, app, "dist/css", name.replace(/\.scss$/, ".css"));
	await esbuild.build({
		stdin: {
			contents: sass.compile(file, sassOptions(file)).css,
			loader: "css",
			resolveDir: path.dirname(file),
		},
		outfile: target,
		bundle: true,
		minify: true,
		target: ["chrome100", "firefox100", "safari15"],
		logLevel: "error",
		assetNames: "[name].[hash]",
		publicPath: `/assets/${app}/dist/css`,
		loader: Object.fromEntries(
			["eot", "gif", "jpg", "png", "svg", "ttf", "woff", "woff2"].map((kind) => [`.${kind}`, "file"])
		),
		plugins: [files],
	});
	register(app, "css", target);
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
