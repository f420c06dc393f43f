// Turns installed packages into the committed files of web/static/vendor/.
// usage: node build.mjs NODE_MODULES DESTINATION
//
// One stylesheet: the components we use, and of the token theme only the custom properties they
// refer to, directly or through one another, under our own class. Embedded `data:` pictures become
// files, because our content security policy does not allow them inline.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const [modules, destination] = process.argv.slice(2);
const THEME_CLASS = "meer-theme";
const COMPONENTS = [
  "button", "textbox", "textarea", "select", "checkbox", "form-field", "form-fieldset", "form-label",
  "form-field-description", "form-field-error-message", "table", "skip-link",
];
const TOKENS = "@nl-design-system-unstable/voorbeeld-design-tokens";
const FONT = "@fontsource/atkinson-hyperlegible";
const FONT_FILES = ["latin-400-normal", "latin-400-italic", "latin-700-normal", "latin-ext-400-normal", "latin-ext-700-normal"];

const read = (...parts) => readFileSync(join(modules, ...parts), "utf8");
const about = (name) => JSON.parse(read(name, "package.json"));
const write = (path, text) => {
  mkdirSync(join(destination, path, ".."), { recursive: true });
  writeFileSync(join(destination, path), text);
};

rmSync(destination, { recursive: true, force: true });
mkdirSync(destination, { recursive: true });

// Components and the tokens they need.
const components = COMPONENTS.map((name) => read(`@utrecht/${name}-css`, "dist/index.css"))
  .join("\n").replace(/\/\*#\s*sourceMappingURL=.*?\*\//g, "");
const theme = new Map();
for (const [, name, value] of read(TOKENS, "dist/theme.css").matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm)) theme.set(name, value);
const needed = new Set();
const follow = (text) => {
  for (const [, name] of text.matchAll(/var\(\s*(--[\w-]+)/g)) {
    if (needed.has(name) || !theme.has(name)) continue;
    needed.add(name);
    follow(theme.get(name));
  }
};
follow(components);
const tokens = [...needed].sort().map((name) => `  ${name}: ${theme.get(name)};`).join("\n");

let icons = 0;
const withoutData = (css) => css.replace(/url\(\s*(["']?)data:image\/svg\+xml([^,]*),([\s\S]*?)\1\s*\)/g, (_, quote, kind, body) => {
  const path = `icons/icon-${++icons}.svg`;
  write(path, kind.includes("base64") ? Buffer.from(body, "base64").toString("utf8") : decodeURIComponent(body));
  return `url("${path}")`;
});
const stylesheet = withoutData(`/*
 * Components of the Utrecht component library and tokens of the NL Design System "Voorbeeld" theme.
 * Licensed under the EUPL-1.2. Copyright (c) 2020-2024 Frameless B.V., (c) 2021-2024 Gemeente Utrecht and others.
 * Changed: cut down to what is used, joined into one file, theme class renamed, embedded pictures made files.
 * Made by web/vendor/build.mjs; do not edit.
 */
.${THEME_CLASS} {
${tokens}
}

${components}`).replace(/^[ \t]+/gm, " ").replace(/\n{2,}/g, "\n");
if (/data:|@import|https?:\/\//.test(stylesheet)) throw new Error("the stylesheet still reaches outside");
write("components.css", stylesheet.trimEnd() + "\n");

// Behaviour, type.
write("htmx.min.js", read("htmx.org", "dist/htmx.min.js").replace(/\n?\/\/# sourceMappingURL=.*$/m, ""));
for (const file of FONT_FILES) {
  mkdirSync(join(destination, "fonts"), { recursive: true });
  cpSync(join(modules, FONT, "files", `atkinson-hyperlegible-${file}.woff2`), join(destination, "fonts", `atkinson-hyperlegible-${file}.woff2`));
}

// Licences and where it all came from.
const licence = (name) => {
  const found = readdirSync(join(modules, name)).find((file) => /^licen[cs]e(\.|$)/i.test(file));
  if (!found) throw new Error(`${name} has no licence file`);
  return read(name, found);
};
write("LICENSES/EUPL-1.2.md", licence("@utrecht/button-css"));
write("LICENSES/htmx-0BSD.txt", licence("htmx.org"));
write("LICENSES/atkinson-hyperlegible-OFL-1.1.txt", licence(FONT));

const rows = [
  ...COMPONENTS.map((name) => [`@utrecht/${name}-css`, "`components.css`: joined, indentation removed"]),
  [TOKENS, `\`components.css\`: ${needed.size} of ${theme.size} custom properties, under \`.${THEME_CLASS}\` instead of \`.voorbeeld-theme\`; ${icons} embedded pictures moved to \`icons/\``],
  [FONT, "`fonts/`: five of the woff2 files, unchanged"],
  ["htmx.org", "`htmx.min.js`: unchanged"],
].map(([name, change]) => `| ${name} | ${about(name).version} | ${about(name).license} | ${change} |`);
write("README.md", `# Other people's work

Everything in this folder is made by \`make vendor\` (\`web/vendor/build.sh\`) from the packages below. Do not edit it by
hand; our own look lies beside it, in \`theme.css\`. The licence texts are in \`LICENSES/\`, the checksums in \`SHA256SUMS\`.

| package | version | licence | file and our changes |
|---|---|---|---|
${rows.join("\n")}

Atkinson Hyperlegible: copyright 2020 Braille Institute of America, Inc. (SIL Open Font License 1.1).
`);

const files = (folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? files(path) : [path];
});
const sums = files(destination).map((path) =>
  `${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${relative(destination, path)}`);
write("SHA256SUMS", sums.join("\n") + "\n");
if (!existsSync(join(destination, "components.css"))) throw new Error("nothing was written");
console.log(`${sums.length} files, ${needed.size} tokens, ${icons} icons`);
