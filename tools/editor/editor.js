// The query page with CodeMirror: colours, completion from the graph's own terms, and errors at their place.
// It takes the place of the text field, which keeps the query and is sent as before. The editor lives in a
// shadow root: there CodeMirror makes its style sheet by script, which the page's policy allows.
import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap} from "@codemirror/autocomplete";
import {defaultKeymap, history, historyKeymap} from "@codemirror/commands";
import {bracketMatching, HighlightStyle, syntaxHighlighting} from "@codemirror/language";
import {lintGutter, lintKeymap, setDiagnostics} from "@codemirror/lint";
import {EditorState, Prec} from "@codemirror/state";
import {drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers} from "@codemirror/view";
import {tags} from "@lezer/highlight";
import {sparql} from "codemirror-lang-sparql";

const WORDS = `SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER
BIND AS VALUES EXISTS NOT IN GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET PREFIX BASE UNDEF a true false
COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS
CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR
MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG
STRDT sameTerm isIRI isURI isBLANK isLITERAL isNUMERIC REGEX SUBSTR REPLACE`.split(/\s+/);
const NUMBERS = new Intl.NumberFormat("en");

const LOOK = EditorView.theme({
  "&": {border: "1px solid var(--rule-2)", borderRadius: "3px", color: "var(--ink)", background: "var(--paper)",
    fontSize: ".875rem"},
  "&.cm-focused": {outline: "2px solid var(--accent)", outlineOffset: "0"},
  ".cm-scroller": {fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "14.5rem", maxHeight: "70vh"},
  ".cm-content": {padding: ".7rem 0", caretColor: "var(--ink)"},
  ".cm-line": {padding: "0 .9rem 0 .5rem"},
  ".cm-cursor": {borderLeftColor: "var(--ink)", borderLeftWidth: "2px"},
  ".cm-gutters": {background: "none", border: "0", color: "var(--ink-2)", paddingLeft: ".4rem"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    {background: "var(--tint)"},
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {background: "var(--tint)", outline: "0"},
  ".cm-tooltip": {background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--rule-2)",
    borderRadius: "3px", boxShadow: "0 6px 24px rgb(0 0 0/.1)"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {fontFamily: "var(--mono)", fontSize: ".8125rem", maxHeight: "16rem",
    maxWidth: "min(36rem, 90vw)"},
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {padding: ".3rem .7rem", lineHeight: "1.4"},
  ".cm-tooltip-autocomplete ul li[aria-selected]": {background: "var(--tint)", color: "var(--accent-2)"},
  ".cm-completionDetail": {fontFamily: "var(--sans)", fontStyle: "normal", color: "var(--ink-2)"},
  ".cm-completionMatchedText": {textDecoration: "none", fontWeight: "700"},
  ".cm-diagnostic": {fontFamily: "var(--sans)", fontSize: ".875rem", padding: ".4rem .7rem",
    borderLeft: "4px double var(--ink)"},
  ".cm-lintRange-error": {backgroundImage: "none", borderBottom: "3px solid var(--ink)"},
  ".cm-lint-marker-error": {content: "none", width: ".7em", height: ".7em", borderRadius: "50%", marginTop: ".45em",
    background: "var(--accent)"},
});
const COLOURS = HighlightStyle.define([
  {tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: "var(--accent)",
    fontWeight: "600"},
  {tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--ink)", fontWeight: "600",
    whiteSpace: "nowrap"},
  {tag: [tags.string, tags.number, tags.bool, tags.literal], color: "var(--accent-2)"},
  {tag: [tags.comment, tags.lineComment], color: "var(--ink-2)", fontStyle: "italic"},
  {tag: [tags.url, tags.namespace, tags.propertyName, tags.typeName, tags.name], color: "var(--accent-2)"},
  {tag: [tags.punctuation, tags.bracket, tags.operator], color: "var(--ink-2)"},
]);

const form = document.querySelector("form.query");
const field = form && form.querySelector("textarea");
if (field) start();

function start() {
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({mode: "open"});
  field.before(host);
  const view = new EditorView({parent: root, root, state: EditorState.create({doc: field.value, extensions: [
    lineNumbers(), lintGutter(), history(), drawSelection(), highlightSpecialChars(), bracketMatching(),
    closeBrackets(), sparql(), syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping,
    autocompletion({override: [completions(ofGraph(form.dataset.terms))], icons: false}),
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({"aria-label": "Query", tabindex: "0", autocapitalize: "off", spellcheck: "false"}),
    EditorView.updateListener.of(update => { if (update.docChanged) field.value = view.state.doc.toString(); }),
    // Tab stays what it is everywhere, and leaves the field: WCAG 2.2, 2.1.2.
    Prec.high(keymap.of([{key: "Mod-Enter", run: () => { form.requestSubmit(); return true; }}])),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
  ]})});
  // A page may put another text into the field, such as a stored query.
  field.addEventListener("change", () => view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: field.value}}));
  form.addEventListener("fault", () => mark(view)); // on a site without a server, where the page itself finds it
  form.addEventListener("submit", () => view.dispatch(setDiagnostics(view.state, [])));
  field.hidden = true;
  field.required = false; // what is hidden cannot say that it is empty
  for (const label of field.labels) label.addEventListener("click", () => view.focus());
  form.querySelector(".keys").hidden = false;
  mark(view);
}

/** Mark what the server found wrong, where it said. */
function mark(view) {
  const fault = form.querySelector("[data-line]");
  if (!fault) return;
  const {line, column} = fault.dataset;
  if (Number(line) > view.state.doc.lines) return;
  const at = view.state.doc.line(Number(line));
  // A column counts code points, as no place in a JavaScript string does.
  const from = at.from + [...at.text].slice(0, Number(column || 1) - 1).join("").length;
  const part = fault.querySelector("mark").textContent;
  const to = Math.min(Math.max(from + part.length, from + 1), at.to);
  const message = fault.querySelector(".what").textContent;
  view.dispatch(
    setDiagnostics(view.state, [{from: Math.min(from, at.to), to: Math.max(to, from), severity: "error", message}]),
    {selection: {anchor: Math.min(from, at.to)}, scrollIntoView: true},
  );
}

/** Ask for the terms once, when the first is typed. */
function ofGraph(address) {
  let asked = null;
  return () => asked ||= fetch(address, {headers: {accept: "application/json"}})
    .then(answer => answer.ok ? answer.json() : {})
    .then(({prefixes = {}, classes = [], properties = []}) => {
      const option = type => ({term, label, count}) => ({
        label: term, detail: `${label}, ${NUMBERS.format(count)}`, type, count,
        names: [term.toLowerCase(), term.toLowerCase().replace(/^.*[:/#]/, ""), label.toLowerCase()],
      });
      return {
        terms: [...classes.map(option("class")), ...properties.map(option("property"))],
        prefixes: Object.entries(prefixes).map(([name, iri]) => ({label: `${name}:`, detail: iri, type: "namespace"})),
        iris: prefixes,
      };
    })
    .catch(() => { asked = null; return {terms: [], prefixes: [], iris: {}}; });
}

/** The terms that a text is in a name of: those first that are called so, then that begin so; more used ones first. */
function ranked(terms, wanted) {
  const rank = ({names}) => names.includes(wanted) ? 0 : names.some(each => each.startsWith(wanted)) ? 1
    : names.some(each => each.includes(wanted)) ? 2 : 3;
  return terms.map(each => [rank(each), each]).filter(([place]) => place < 3)
    .sort(([a, one], [b, other]) => a - b || other.count - one.count).map(([, each]) => each);
}

/** Complete variables of the query, words of SPARQL, and the terms of the graph by what they are called too. */
function completions(read) {
  return async context => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) || []);
      names.delete(variable.text);
      return {from: variable.from, options: [...names].map(label => ({label, type: "variable"})), validFor: /^[?$]\w*$/};
    }
    const typed = context.matchBefore(/<?[\w\-:./#]*/);
    if (!typed || (!typed.text && !context.explicit)) return null;
    const before = context.state.sliceDoc(Math.max(0, typed.from - 40), typed.from);
    const {terms, prefixes, iris} = await read();
    if (/PREFIX\s+$/i.test(before)) {
      const declared = Object.entries(iris).map(([name, iri]) => ({label: `${name}: <${iri}>`, type: "namespace"}));
      return {from: typed.from, options: declared, filter: true};
    }
    const wanted = typed.text.toLowerCase();
    // A term is found by its name as well: "label" finds skos:prefLabel, "country" finds ogd:inCountry.
    const called = wanted ? ranked(terms, wanted) : terms;
    const words = typed.text.includes(":") ? [] : WORDS.filter(each => each.toLowerCase().startsWith(wanted))
      .map(label => ({label, type: "keyword"}));
    const spaces = prefixes.filter(each => each.label.startsWith(typed.text));
    const options = [...(wanted ? words : []), ...spaces, ...called].slice(0, 60);
    return options.length ? {from: typed.from, options, filter: false} : null;
  };
}
