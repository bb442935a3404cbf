// What is wrong with a query that the engine refuses, at its place: what is wrong most often, as `sparql.faults` says it.
const TEXTS = /<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g;
const PROLOGUE = /^(?:\s*(?:PREFIX\s+[^\s:]*:\s*\0+|BASE\s+\0+))*\s*/i; // eslint-disable-line no-control-regex
const UPDATES = /^(?:INSERT|DELETE|WITH|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)$/i;
const CLOSED_BY = {"(": ")", "[": "]", "{": "}"};

function ofBeginning(bare) {
  const at = PROLOGUE.exec(bare)[0].length, [word] = /^\w*/.exec(bare.slice(at));
  if (/^(?:SELECT|ASK|CONSTRUCT|DESCRIBE)$/i.test(word)) return null;
  const begins = "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE.";
  return UPDATES.test(word) ? {at, what: `This is an update, which changes a graph. ${begins}`} : {at, what: begins};
}

function ofBrackets(bare) {
  const open = [];
  for (const {0: sign, index: at} of bare.matchAll(/[()[\]{}]/g)) {
    if (CLOSED_BY[sign]) open.push([at, sign]);
    else if (!open.length || CLOSED_BY[open.at(-1)[1]] !== sign) {
      return {at, what: open.length ? `Here ${CLOSED_BY[open.at(-1)[1]]} is missing.` : `This ${sign} closes nothing.`};
    } else open.pop();
  }
  return open.length ? {at: open.at(-1)[0], what: `This ${open.at(-1)[1]} is not closed.`} : null;
}

function ofPrefixes(bare, prefixes) {
  const known = new Set([...Object.keys(prefixes), ...[...bare.matchAll(/\bPREFIX\s+([^\s:]*):/gi)].map(each => each[1])]);
  for (const {1: prefix, index: at} of bare.matchAll(/(?<![\p{L}\p{N}_?$.:-])((?:\p{L}[\p{L}\p{N}_.-]*)?):/gu))
    if (!known.has(prefix)) return {at, what: `The prefix ${prefix}: is not declared. Begin the query with: PREFIX ${prefix}: <…>`};
  return null;
}

// The place of the engine's own error, whose first line has declarations before it, `shift` signs of them.
function ofEngine(text, [, line, column], shift) {
  const lines = text.split("\n"), before = lines.slice(0, line - 1), signs = [...lines[line - 1] || ""];
  const part = signs.slice(0, Math.max(column - 1 - (line === "1" ? shift : 0), 0)).join("");
  const at = [...before, part].join("\n").length, isEnd = at >= text.trimEnd().length; // it read on to find what it does not say
  return {at, what: isEnd ? "Something before this is wrong; the engine does not say where." : "The query does not parse."};
}

// Returns the line, the column, what is wrong, and the text of the line before, at and after it; null of other errors.
export function faultOf(text, message, shift, prefixes) {
  const found = /error at (\d+):(\d+):/.exec(message);
  if (!found) return null;
  const bare = text.replace(TEXTS, each => each.replace(/[^\n]/g, each.startsWith("#") ? " " : "\0"));
  const {at, what} = ofBeginning(bare) || ofBrackets(bare) || ofPrefixes(bare, prefixes)
    || (message.includes("variable that is unbound")
      ? {at: Math.max(bare.search(/\bSELECT\b/i), 0), what: "A variable of this SELECT is neither bound nor grouped. Add GROUP BY, or leave it out."}
      : ofEngine(text, found, shift));
  const before = text.slice(0, at).split("\n"), last = before.at(-1), rest = text.slice(at).split("\n")[0];
  const part = /^(?:[\w:?$@.<>/#-]+|\S|\s)/u.exec(rest)?.[0] || "";
  return {line: before.length, column: [...last].length + 1, what,
    texts: [[...last].slice(-60).join(""), part, [...rest.slice(part.length)].slice(0, 60).join("")]};
}
