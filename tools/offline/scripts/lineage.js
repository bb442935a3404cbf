// The sources of rows: the statements that each rests on, and what these cite, as `evidence.row_provenance` finds them.
import {bare, filled, iri, ntriples} from "./terms.js";

const MOST_NAMED = 1000; // rows that a query with a LIMIT names one by one

// Returns the places of the sources of each row, in their order; `sources` is what is known of the statements.
export function cited(rows, terms, plan, store, sources) {
  const tracer = new Tracer(store, terms);
  const keyOf = each => plan.keys.map(name => each[name] ? ntriples(each[name]) : "").join("\n");
  const found = new Map(rows.map(each => [keyOf(each), new Set()]));
  const among = plan.limited && found.size <= MOST_NAMED ? rows : [];
  for (const [key, matched] of tracer.solutions(plan, among)) {
    const places = found.get(key);
    if (places) for (const each of matched) sources.of(...each).forEach(place => places.add(place));
  }
  return rows.map(each => [...found.get(keyOf(each))].sort((one, other) => one - other));
}

// What is told, with each text in it changed.
function mapped(told, change) {
  if (typeof told === "string") return change(told);
  if (typeof told !== "object" || told === null) return told;
  if (Array.isArray(told)) return told.map(each => mapped(each, change));
  return Object.fromEntries(Object.entries(told).map(([name, each]) => [name, mapped(each, change)]));
}

class Tracer {
  constructor(store, terms) {
    Object.assign(this, {store, terms, walked: new Map()});
  }

  ask(parts) {
    const text = filled(parts, this.terms);
    return JSON.parse(this.store.query(text, {results_format: "application/sparql-results+json"})).results.bindings.map(bare);
  }

  // Yields the key of each solution with the statements it rests on: [subject, predicate, object, graph] each.
  * solutions(plan, among = []) {
    const constants = new Map();
    if (plan.constants) {
      const [row] = this.ask(plan.constants.text.parts);
      plan.constants.terms.forEach((term, number) => constants.set(`=${term}`, row[`c${number}`]));
    }
    const only = restriction(plan, among);
    for (const {text, premises} of plan.strands) {
      const [head, ...rest] = text.parts;
      for (const row of this.ask([head.replace("WHERE {", () => `WHERE { ${only}`), ...rest])) {
        const value = name => name.startsWith("=") ? constants.get(name) : row[name];
        const matched = premises.filter(each => each[4].every(mark => row[mark])).flatMap(each => this.stated(each, value));
        yield [plan.keys.map(name => row[name] ? ntriples(row[name]) : "").join("\n"), matched];
      }
    }
  }

  stated([subject, predicate, object, graph, , walks], value) {
    const one = value(subject), other = value(object), where = graph ? value(graph) : null;
    if (!one || !other || (where && where.type !== "uri")) return [];
    if (walks) return this.walk(walks, one, other, where);
    const verb = value(predicate);
    return one.type === "literal" || one.type === "triple" || !verb || verb.type !== "uri" ? [] : [[one, verb, other, where]];
  }

  // The statements of all ways along a repeated path from one end to the other.
  walk(walks, from, to, graph) {
    const known = [JSON.stringify(walks[0].strands[0].text), ntriples(from), ntriples(to), graph && graph.value].join("\n");
    if (!this.walked.has(known)) {
      const plan = walks[(from.type === "bnode" ? 1 : 0) + (to.type === "bnode" ? 2 : 0)];
      const put = {"<urn:end:from>": from, "<urn:end:to>": to, "<urn:end:graph>": graph || iri("urn:none")};
      const told = mapped(plan, each => each.replace(/<urn:end:(?:from|to|graph)>/g, end => ntriples(put[end])));
      const key = [from, to].filter(end => end.type === "bnode").map(ntriples).join("\n");
      const found = [...this.solutions(told)].filter(([each]) => each === key).flatMap(([, matched]) => matched);
      this.walked.set(known, found);
    }
    return this.walked.get(known);
  }
}

// VALUES with those columns of some rows that have no blank nodes and are always bound.
function restriction(plan, rows) {
  const names = plan.keys.filter(name => plan.bound.includes(name) && rows.length
    && rows.every(row => row[name] && ["uri", "literal"].includes(row[name].type)));
  const lines = new Set(rows.map(row => `(${names.map(name => ntriples(row[name])).join(" ")})`));
  return names.length ? `VALUES (${names.map(name => `?${name}`).join(" ")}) { ${[...lines].join(" ")} }` : "";
}

// What statements cite: the graphs that hold them, and what rules derived them from.
export class Sources {
  constructor(told, lines) {
    Object.assign(this, told);
    this.rules = new Set(told.rules);
    this.holding = new Map(); // the graphs of each statement
    for (const line of lines) {
      const [statement, graph] = parted(line);
      const graphs = this.holding.get(statement);
      if (graphs) graphs.push(graph); else this.holding.set(statement, [graph]);
    }
  }

  of(subject, predicate, object, graph) {
    const statement = [subject, predicate, object].map(ntriples).join(" ");
    const graphs = graph ? [ntriples(graph)] : this.holding.get(statement) || [];
    const places = graphs.filter(each => each in this.graphs).map(each => this.graphs[each]);
    return graphs.some(each => this.rules.has(each)) ? [...places, ...this.derived[statement] || []] : places;
  }
}

// A line of N-Quads as its statement and its graph.
export function parted(line) {
  const body = line.slice(0, -2), at = body.lastIndexOf(" "), last = body.slice(at + 1);
  const isQuad = /^[<_]/.test(last) && !last.includes('"') && body.indexOf(" ", body.indexOf(" ") + 1) < at;
  return isQuad ? [body.slice(0, at), last] : [body, ""];
}
