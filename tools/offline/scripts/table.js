// The rows of an answer as a page shows them: sorted, filtered, a page of them in cells (`web.questions.rows`).
import {XSD, bare, plain} from "./terms.js";

export const MOST_ROWS = 10000, PAGE = 50;
const LABEL = "Label", LONGEST = 40;
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger"].map(name => XSD + name));
const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;
const YES = new Map([["true", "yes"], ["1", "yes"], ["false", "no"], ["0", "no"]]);

function numberOf(term) {
  if (!term || !NUMBERS.has(term.datatype) || term.value.length > LONGEST) return null;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(term.value) ? Number(term.value) : NaN;
  return Number.isFinite(number) ? number : null;
}

const readable = term => !term ? "" : term.datatype === `${XSD}boolean` ? YES.get(term.value) || term.value
  : term.type === "uri" ? plain(term).replace(/^mailto:/, "") : plain(term);

// What IRIs are called, and where they lead.
export class Terms {
  constructor(told, prefixes, root) {
    this.known = new Map(told.map(([iri, label, page]) => [iri, {label, page}]));
    this.namespaces = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);
    this.root = root;
  }

  name(term) {
    const label = this.known.get(term.value)?.label;
    if (label) return label;
    for (const [prefix, start] of this.namespaces) {
      const rest = term.value.startsWith(start) ? term.value.slice(start.length) : null;
      if (rest === "" || (rest && LOCAL.test(rest))) return `${prefix}:${rest}`;
    }
    return readable(term);
  }

  link(term) {
    const page = this.known.get(term.value)?.page;
    if (page) return [this.root + page, false];
    return /^(https?:\/\/|mailto:)/i.test(term.value) ? [term.value, true] : ["", false];
  }
}

export class Table {
  constructor({variables, rows}, heads, terms, {sort = "", find = "", page = 1} = {}) {
    rows.forEach(bare);
    Object.assign(this, {variables, terms, sort, find, isCut: rows.length > MOST_ROWS, rows: rows.slice(0, MOST_ROWS)});
    const isLabel = name => name.endsWith(LABEL) && variables.includes(name.slice(0, -LABEL.length));
    this.columns = variables.filter(name => !isLabel(name)).map(name => {
      const found = this.rows.map(row => row[name]).filter(Boolean);
      const isNumber = found.length > 0 && found.every(term => (numberOf(term) ?? -1) >= 0);
      return {name, head: Object.hasOwn(heads, name) ? heads[name] : name, label: variables.includes(name + LABEL) ? name + LABEL : "", isNumber};
    });
    this.sorted = this.columns.find(each => each.name === sort.replace(/^-/, ""));
    this.found = this.chosen();
    this.last = Math.max(Math.ceil(this.found.length / PAGE), 1);
    this.page = Math.min(Math.max(page, 1), this.last);
    this.first = (this.page - 1) * PAGE + 1;
    this.shown = this.found.slice(this.first - 1, this.first - 1 + PAGE);
  }

  text(column, row) {
    const term = row[column.name], label = column.label && row[column.label];
    return term && term.type === "uri" && !label ? this.terms.name(term) : readable(label || term);
  }

  chosen() {
    const wanted = this.find.trim().toLowerCase();
    const rows = wanted ? this.rows.filter(row => this.columns.some(each => this.text(each, row).toLowerCase().includes(wanted))) : [...this.rows];
    if (!this.sorted) return rows;
    const {name} = this.sorted, down = this.sort.startsWith("-") ? -1 : 1;
    const keyed = rows.filter(row => row[name]).map(row => [numberOf(row[name]) ?? Infinity, this.text(this.sorted, row).toLowerCase(), row]);
    const order = ([one, left], [other, right]) => one === other ? one === Infinity ? compared(left, right) : 0 : one < other ? -1 : 1;
    return [...keyed.sort((one, other) => down * order(one, other)).map(each => each[2]), ...rows.filter(row => !row[name])];
  }

  // The rows of the page in cells; those of the first column span rows that have the same there.
  cells() {
    const lines = this.shown.map(row => this.columns.map(column => this.cell(column, row)));
    for (let begin = 0, end = 1; this.columns.length && end <= lines.length; end++) {
      if (end < lines.length && same(lines[begin][0], lines[end][0])) continue;
      lines[begin][0].span = end - begin;
      for (let each = begin + 1; each < end; each++) lines[each][0].span = 0;
      begin = end;
    }
    return lines;
  }

  cell(column, row) {
    const term = row[column.name], shown = (column.label && row[column.label]) || term;
    const [address, isOutside] = term && term.type === "uri" ? this.terms.link(term) : ["", false];
    return {text: this.text(column, row), address, isOutside, isNumber: column.isNumber, span: 1,
      language: shown?.["xml:lang"] || "", direction: shown?.["its:dir"] || "auto"};
  }

  // The columns of things, and how many different ones each has.
  different() {
    const counted = this.columns.map(each => [each.head, this.rows.map(row => row[each.name]).filter(Boolean)])
      .filter(([, terms]) => terms.every(term => term.type === "uri"))
      .map(([head, terms]) => [head, new Set(terms.map(term => term.value)).size]);
    return counted.filter(([, number]) => number > 1);
  }

  order(column) {
    return this.sorted !== column ? "none" : this.sort.startsWith("-") ? "descending" : "ascending";
  }
}

const same = (one, other) => ["text", "address", "language"].every(key => one[key] === other[key]);
// By code points, as Python compares texts.
function compared(one, other) {
  const left = [...one], right = [...other];
  const at = left.findIndex((sign, place) => sign !== right[place]);
  return at < 0 ? left.length - right.length : (left[at].codePointAt() - (right[at]?.codePointAt() ?? -1));
}
