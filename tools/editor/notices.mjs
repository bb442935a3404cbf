// Writes the licences of all that is in the bundle, as esbuild's account of it tells: node notices.mjs META OUT
import {existsSync, readFileSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";

const [, , meta, out] = process.argv;
const inputs = Object.keys(JSON.parse(readFileSync(meta, "utf8")).inputs);
const folders = new Set(inputs.map(each => each.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean));
const notices = [...folders].sort().map(folder => {
  const {name, version, license} = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
  if (!license || !file || !existsSync(join(folder, file))) throw new Error(`${name} has no licence to show`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
const head = "editor.js holds these packages, under these licences.\n";
writeFileSync(out, [head, ...notices].join(`\n${"-".repeat(80)}\n\n`));
