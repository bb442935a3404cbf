// Answers questions on the statements of a site. It runs in a worker, and in tests outside of any browser.
import begin, {Store} from "./oxigraph.js";
import {Sources, cited, parted} from "./lineage.js";
import {bare, filled, literal, ntriples, ofEngine} from "./terms.js";
import {resolved} from "./values.js";

const JSON_RESULTS = {results_format: "application/sparql-results+json"};
const MERGED = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"; // the unnamed graph has all, each once

export async function unpacked(body) {
  const bytes = new Uint8Array(body);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes; // a server has said how it is packed
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export class Engine {
  // `read` returns the bytes of a file of the site, by its path under `_ogdkg/`.
  constructor(read) {
    this.kept = new Map();
    this.bytes = async path => unpacked(await read(path));
    this.text = async path => new TextDecoder().decode(await this.bytes(path));
    this.json = path => this.once(path, async () => JSON.parse(await this.text(path)));
  }

  once(key, make) {
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key);
  }

  begun() {
    return this.once("begun", async () => begin({module_or_path: await WebAssembly.compile(await this.bytes("oxigraph.wasm.gz"))}));
  }

  lines(name) {
    return this.once(`lines ${name}`, async () => {
      const {file, without} = (await this.json("site.json.gz")).readings[name];
      const all = (await this.text(file)).split("\n").slice(0, -1), left = new Set(without);
      return left.size ? all.filter(line => !left.has(parted(line)[1])) : all;
    });
  }

  store(name) {
    return this.once(`store ${name}`, async () => {
      const [lines] = await Promise.all([this.lines(name), this.begun()]);
      const store = new Store();
      store.load(lines.map(line => `${line}\n`).join(""), {format: "application/n-quads", no_transaction: true});
      store.update(MERGED);
      return store;
    });
  }

  sources(name) {
    return this.once(`sources ${name}`, async () => new Sources(await this.json(`data/${name}.sources.json.gz`), await this.lines(name)));
  }

  // The answer to a question: what is wrong with its form, or its rows.
  async ask(file, given) {
    const question = await this.json(file);
    if (question.fault) return {fault: question.fault};
    await this.begun();
    const tools = {names: path => this.json(path), fits};
    const {terms, key, faults, isComplete} = await resolved(question, bare(given), tools);
    if (faults.length || !isComplete) return {question, faults};
    const store = await this.store(question.reading);
    const answer = run(store, filled(question.texts[key], terms), question.form, question.variables);
    return {question, faults, terms, key, shown: filled(question.shown[key], terms), ...answer};
  }

  // The sources of some rows of an answer.
  async cite({question, terms, key}, rows) {
    const plan = question.traced[key];
    if (!plan || typeof plan === "string") return {notes: plan ? [plan] : []};
    const [store, sources] = await Promise.all([this.store(question.reading), this.sources(question.reading)]);
    const places = cited(rows.map(bare), terms, plan, store, sources);
    const untraced = places.filter(each => !each.length).length; // to the unnamed graph is traced, and cites nothing
    const notes = [...plan.notes, ...untraced ? [`${untraced} of the rows could not be traced to triples`] : []];
    const used = new Set(places.flat());
    return {of: places.map(each => [...new Set(each.map(place => sources.sources[place][0]).filter(Boolean))]), notes,
      known: Object.fromEntries([...used].map(place => [sources.sources[place][0], sources.sources[place]]))};
  }

  // The answer to a query of one's own, on all that there is.
  async sparql(text) {
    const {prefixes, whole} = await this.json("site.json.gz");
    const store = await this.store(whole), known = declared(text, prefixes);
    try {
      return run(store, known, formOf(text), starOrder(text));
    } catch (error) { // whose place in the first line is behind the declarations
      return {fault: String(error.message || error), shift: [...known].length - [...text].length};
    }
  }
}

function run(store, text, form, order) {
  if (form === "CONSTRUCT" || form === "DESCRIBE") {
    const rows = store.query(text).map(({subject, predicate, object}) =>
      ({subject: ofEngine(subject), predicate: ofEngine(predicate), object: ofEngine(object)}));
    return {kind: "triples", variables: ["subject", "predicate", "object"], rows};
  }
  const found = JSON.parse(store.query(text, JSON_RESULTS));
  if (!found.results) return {kind: "truth", truth: found.boolean};
  const variables = found.head.vars;
  if (order.length === variables.length && order.every(each => variables.includes(each))) variables.splice(0, order.length, ...order);
  return {kind: "rows", variables, rows: found.results.bindings.map(bare)};
}

// Whether a pattern of a parameter matches a whole text, by the engine's regular expressions.
function fits(pattern, text) {
  const [whole, value] = [`^(?:${pattern})$`, text].map(each => ntriples(literal(each)));
  return JSON.parse(new Store().query(`ASK { FILTER(REGEX(${value}, ${whole}, "s")) }`, JSON_RESULTS)).boolean;
}

const withoutTexts = text => text.replace(/<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g,
  found => found.startsWith("#") ? "" : `${found[0]}${found.at(-1)}`);

export function formOf(text) {
  const found = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(withoutTexts(text).replace(/\b(?:PREFIX|BASE)\s+[^\s<]*\s*<>/gi, ""));
  return found ? found[1].toUpperCase() : "";
}

function starOrder(text) {
  const rest = withoutTexts(text);
  if (!/\bSELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*/i.test(rest)) return [];
  return [...new Set([...rest.matchAll(/[?$]([\p{L}\p{N}_]+)/gu)].map(found => found[1]))];
}

// The text with declarations of the prefixes that it uses without one, in the same line as its beginning.
export function declared(text, prefixes) {
  const rest = withoutTexts(text);
  const used = Object.keys(prefixes).filter(name => rest.includes(`${name}:`)
    && !new RegExp(`\\bPREFIX\\s+${name.replace(/[.-]/g, "\\$&")}:`, "i").test(rest));
  return used.map(name => `PREFIX ${name}: <${prefixes[name]}> `).join("") + text;
}
