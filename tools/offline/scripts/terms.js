// RDF terms as SPARQL's JSON has them, and how N-Triples, SPARQL and CSV write them.
const NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"};
export const XSD = "http://www.w3.org/2001/XMLSchema#";

// What is told by name, and nothing that every object has: a variable may be named `constructor`.
export const bare = told => Object.setPrototypeOf(told, null);
export const iri = value => ({type: "uri", value});
export const literal = (value, datatype, language) => ({type: "literal", value,
  ...(language ? {"xml:lang": language} : datatype ? {datatype} : {})});

const escaped = text => text.replace(/[\x00-\x1f"\\\x7f]/g, // eslint-disable-line no-control-regex
  sign => NAMED[sign] || `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`);

export function ntriples(term) {
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") {
    const {subject, predicate, object} = term.value;
    return `<<( ${ntriples(subject)} ${ntriples(predicate)} ${ntriples(object)} )>>`;
  }
  const text = `"${escaped(term.value)}"`, language = term["xml:lang"], direction = term["its:dir"];
  if (language) return `${text}@${language}${direction ? `--${direction}` : ""}`;
  return term.datatype && term.datatype !== `${XSD}string` ? `${text}^^<${term.datatype}>` : text;
}

// A term without its type, as SPARQL's CSV has it.
export function plain(term) {
  if (!term) return "";
  if (term.type === "triple") return ntriples(term);
  return term.type === "bnode" ? `_:${term.value}` : term.value;
}

// A term of the engine's own (RDF/JS).
export function ofEngine(term) {
  if (term.termType === "NamedNode") return iri(term.value);
  if (term.termType === "BlankNode") return {type: "bnode", value: term.value};
  if (term.termType === "Quad") {
    const {subject, predicate, object} = term;
    return {type: "triple", value: {subject: ofEngine(subject), predicate: ofEngine(predicate), object: ofEngine(object)}};
  }
  const told = literal(term.value, term.datatype.value === `${XSD}string` ? "" : term.datatype.value, term.language);
  return term.direction ? {...told, "its:dir": term.direction} : told;
}

// A text with holes, [the place of a parameter, what stands between values], filled in.
export const filled = (parts, terms) =>
  parts.map(each => typeof each === "string" ? each : terms[each[0]].map(ntriples).join(each[1])).join("");
