// Answers as files, byte for byte as `ogdkg query -f` writes them (`render.views.results`).
import {XSD, ntriples, plain} from "./terms.js";

const SHORT = {
  [`${XSD}integer`]: /^[+-]?[0-9]+$/,
  [`${XSD}decimal`]: /^[+-]?[0-9]*\.[0-9]+$/,
  [`${XSD}double`]: /^[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+$/,
};
const quotedCsv = text => /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
const tsv = term => !term ? "" : SHORT[term.datatype]?.test(term.value) ? term.value : ntriples(term);

// JSON as Python writes it: a space after each comma and colon.
function json(told) {
  if (Array.isArray(told)) return `[${told.map(json).join(", ")}]`;
  if (typeof told !== "object" || told === null) return JSON.stringify(told).replace(/\x7f/g, "\\u007f");
  return `{${Object.entries(told).map(([name, each]) => `${json(name)}: ${json(each)}`).join(", ")}}`;
}

function jsonTerm(term) {
  if (term.type === "triple") {
    const {subject, predicate, object} = term.value;
    return {type: "triple", value: {subject: jsonTerm(subject), predicate: jsonTerm(predicate), object: jsonTerm(object)}};
  }
  const {type, value, datatype} = term, language = term["xml:lang"];
  if (type !== "literal") return {type, value};
  if (language) return {type, value, "xml:lang": language, ...term["its:dir"] ? {"its:dir": term["its:dir"]} : {}};
  return datatype && datatype !== `${XSD}string` ? {type, value, datatype} : {type, value};
}

const xml = text => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\r/g, "&#13;");
const attribute = text => `"${xml(text).replace(/"/g, "&quot;").replace(/\n/g, "&#10;").replace(/\t/g, "&#9;")}"`;

function xmlTerm(term) {
  if (term.type === "uri") return `<uri>${xml(term.value)}</uri>`;
  if (term.type === "bnode") return `<bnode>${xml(term.value)}</bnode>`;
  if (term.type === "triple")
    return `<triple>${["subject", "predicate", "object"].map(name => `<${name}>${xmlTerm(term.value[name])}</${name}>`).join("")}</triple>`;
  const language = term["xml:lang"], direction = term["its:dir"];
  const datatype = term.datatype && term.datatype !== `${XSD}string` ? ` datatype=${attribute(term.datatype)}` : "";
  const its = direction ? ` xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" its:dir="${direction}"` : "";
  return `<literal${language ? ` xml:lang=${attribute(language)}${its}` : datatype}>${xml(term.value)}</literal>`;
}

const XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n';

export const ROWS = {
  csv: ["CSV", "text/csv", ({variables, rows}) =>
    [variables.map(quotedCsv), ...rows.map(row => variables.map(name => quotedCsv(plain(row[name]))))]
      .map(line => `${line.join(",")}\r\n`).join("")],
  json: ["JSON", "application/sparql-results+json", ({variables, rows}) => {
    const line = row => json(Object.fromEntries(variables.filter(name => row[name]).map(name => [name, jsonTerm(row[name])])));
    const lines = rows.map((row, number) => `${number ? ",\n" : "\n"}${line(row)}`);
    return `{"head": {"vars": ${json(variables)}},\n"results": {"bindings": [${lines.join("")}\n]}}\n`;
  }],
  tsv: ["TSV", "text/tab-separated-values", ({variables, rows}) =>
    [variables.map(name => `?${name}`), ...rows.map(row => variables.map(name => tsv(row[name])))]
      .map(line => `${line.join("\t")}\n`).join("")],
  xml: ["XML", "application/sparql-results+xml", ({variables, rows}) => {
    const bound = row => variables.filter(name => row[name])
      .map(name => `<binding name=${attribute(name)}>${xmlTerm(row[name])}</binding>`).join("");
    return `${XML_HEAD}<head>${variables.map(name => `<variable name=${attribute(name)}/>`).join("")}</head>\n<results>\n`
      + `${rows.map(row => `<result>${bound(row)}</result>\n`).join("")}</results>\n</sparql>\n`;
  }],
};
export const TRIPLES = {
  nt: ["N-Triples", "application/n-triples", ({rows}) =>
    rows.map(row => `${ntriples(row.subject)} ${ntriples(row.predicate)} ${ntriples(row.object)} .\n`).join("")],
};
export const TRUTH = {
  json: ["JSON", "application/sparql-results+json", ({truth}) => `{"head": {}, "boolean": ${truth}}\n`],
  csv: ["CSV", "text/csv", ({truth}) => `${truth}\n`],
};
export const formsOf = ({kind}) => kind === "triples" ? TRIPLES : kind === "truth" ? TRUTH : ROWS;
