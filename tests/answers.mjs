// Answers on a site's own modules, outside of any browser: node answers.mjs FOLDER, then lists of cases, a line each.
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

const folder = join(process.argv[2], "_ogdkg");
const at = name => pathToFileURL(join(folder, name)).href;
const {Engine} = await import(at("engine.js"));
const {faultOf, formsOf} = await import(at("view.js"));
const engine = new Engine(async path => readFileSync(join(folder, path)));

async function answered({file, given, sparql, cite}) {
  try {
    const answer = sparql ? await engine.sparql(sparql) : await engine.ask(file, given);
    const {fault, faults, kind} = answer;
    if (sparql && fault) return {fault, told: faultOf(sparql, fault, answer.shift, (await engine.json("site.json.gz")).prefixes)};
    const files = Object.entries(kind ? formsOf(answer) : {}).map(([name, [, , write]]) => [name, write(answer)]);
    const cited = cite && kind === "rows" ? await engine.cite(answer, answer.rows.slice(0, 50)) : null;
    return {fault, faults, kind, files: Object.fromEntries(files), cited};
  } catch (error) {
    return {fault: String(error && error.stack || error)};
  }
}

for await (const line of createInterface({input: process.stdin})) {
  const told = [];
  for (const each of JSON.parse(line)) told.push(await answered(each));
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
