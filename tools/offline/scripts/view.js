// An answer as `answer.html` shows it, made of elements: it writes text alone, never markup.
import {formsOf} from "./files.js";
import {made} from "./made.js";

export {faultOf} from "./faults.js";
export {formsOf} from "./files.js";
export {Table, Terms} from "./table.js";

const counted = number => number.toLocaleString("en");
const bdi = (text, more = {}) => made("bdi", more, text);
const isWide = text => text.length > 60 || Math.max(0, ...text.split(/\s+/).map(word => word.length)) > 24;

function shown(cell) {
  if (!cell.text && !cell.address) return made("span", {class: "none"}, "–");
  const text = bdi(cell.text, {lang: cell.language, dir: cell.direction});
  return cell.address ? made("a", {href: cell.address, rel: cell.isOutside ? "external nofollow noreferrer" : ""}, text) : text;
}

let kept = [];
export function files(answer, name) {
  kept.forEach(each => URL.revokeObjectURL(each));
  kept = [];
  const links = Object.entries(formsOf(answer)).map(([suffix, [title, type, write]]) => {
    const href = URL.createObjectURL(new Blob([write(answer)], {type}));
    kept.push(href);
    return made("a", {href, type, download: `${name}.${suffix}`}, title);
  });
  return made("p", {class: "acts"}, ...links.flatMap(each => [each, " "]));
}

function title(table, answer) {
  const what = answer.kind === "triples" ? "statement" : "row", count = table.rows.length;
  if (!count) return `No ${what}s`;
  return `${table.isCut ? "More than " : ""}${counted(count)} ${what}${count === 1 ? "" : "s"}`;
}

// The marks of a row, as `<details>` that open the words of a passage.
function marks(iris, cited) {
  const told = iris.slice(0, 12).map(iri => {
    const {number, name, words, page, line} = cited.marks.get(iri);
    const inside = [made("b", {}, line ? made("a", {href: line}, bdi(name)) : bdi(name))];
    if (words) inside.push(" ", made("q", {}, bdi(words)));
    if (page) inside.push(" ", made("a", {href: page}, "About this source"));
    return made("details", {class: "c", name: "c"}, made("summary", {"aria-label": `Source ${number}: ${name}`}, String(number)),
      made("div", {class: "n"}, ...inside));
  });
  return iris.length > 12 ? [...told, " ", made("span", {class: "small"}, `and ${iris.length - 12} more`)] : told;
}

export function numbered({of = [], known = {}, notes}, root) {
  const found = new Map();
  for (const iri of of.flatMap(each => each.slice(0, 12))) {
    if (found.has(iri)) continue;
    const [, name, words, page, line] = known[iri];
    found.set(iri, {number: found.size + 1, name, words, page: page && root + page, line: line && root + line});
  }
  return {of, marks: found, notes};
}

function grid(table, cited, sortAddress) {
  const heads = table.columns.map(column => made("th", {scope: "col", class: column.isNumber ? "r" : "", "aria-sort": table.order(column)},
    made("a", {class: "quiet", href: sortAddress(column.name), "data-sort": column.name}, column.head,
      made("span", {class: "order", "aria-hidden": "true"}, {ascending: " ↑", descending: " ↓"}[table.order(column)] || ""))));
  const hasMarks = cited && cited.of.length;
  if (hasMarks) heads.push(made("th", {scope: "col"}, "Cited"));
  const hint = name => made("span", {class: "h", "aria-hidden": "true"}, name);
  const lines = table.cells().map((line, number) => made("tr", {}, ...line.flatMap((cell, place) => {
    const prose = isWide(cell.text) ? "prose" : "";
    if (place) {
      const kind = [cell.isNumber ? "r" : [...cell.text].length < 11 ? "w" : "", cell.text ? "" : "empty", prose].filter(Boolean).join(" ");
      return [made("td", {class: kind}, hint(table.columns[place].head), shown(cell))];
    }
    const given = {scope: cell.span > 1 ? "rowgroup" : "row", rowspan: cell.span > 1 ? cell.span : "",
      class: [cell.isNumber ? "r" : "", prose].filter(Boolean).join(" ")};
    return cell.span ? [made("th", given, shown(cell))] : [];
  }), hasMarks ? made("td", {class: "cite"}, hint("Cited"), ...marks(cited.of[number], cited)) : null));
  const end = table.first + table.shown.length - 1;
  const part = table.last > 1 ? `Rows ${counted(table.first)} to ${counted(end)} of ${counted(table.found.length)}. ` : "";
  return made("table", {class: "tbl stack"}, made("caption", {}, `${part}Sort by the name of a column.`),
    made("thead", {}, made("tr", {}, ...heads)), made("tbody", {}, ...lines));
}

function narrowing(table) {
  if (table.rows.length <= 10 && !table.find) return [];
  const field = made("input", {id: "find", name: "find", dir: "auto", autocomplete: "off"});
  field.value = table.find;
  return [made("form", {class: "ask-filter", "data-find": "1"},
    made("div", {class: "field"}, made("label", {for: "find"}, "Only rows with"), field), made("button", {class: "btn"}, "Filter"),
    table.find ? made("p", {class: "small", role: "status"}, `${counted(table.found.length)} of ${counted(table.rows.length)} rows.`) : null)];
}

function paging({page, last}) {
  if (last < 2) return [];
  const to = (number, rel, text) => made("a", {rel, href: "#answer", "data-page": number}, text);
  return [made("nav", {class: "pages", "aria-label": "Pages of the answer"}, made("p", {class: "acts"},
    page > 1 ? to(page - 1, "prev", "Earlier rows") : null, made("span", {}, `Page ${page} of ${last}`),
    page < last ? to(page + 1, "next", "Later rows") : null))];
}

function sources(cited) {
  if (!cited) return [made("p", {class: "small", role: "status"}, "Finding the sources of these rows …")];
  const told = [], all = [...cited.marks.values()];
  if (cited.notes.length)
    told.push(made("p", {class: "small"}, `${cited.of.length ? "Sources are not exact" : "Sources are left out"}: ${cited.notes.join("; ")}.`));
  if (all.length) told.push(made("details", {class: "more sources"},
    made("summary", {}, `${all.length} source${all.length === 1 ? "" : "s"} of these rows`),
    made("ol", {class: "refs"}, ...all.map(each => made("li", {}, made("b", {}, String(each.number)), " ",
      each.page ? made("a", {href: each.page}, bdi(each.name)) : bdi(each.name), ...each.words ? [" ", made("q", {}, bdi(each.words))] : [])))));
  return told;
}

export function answerOf({answer, table, cited, name, empty, sortAddress}) {
  const section = made("section", {class: "answer", "aria-labelledby": "answer"});
  if (answer.kind === "truth") {
    section.append(made("h2", {id: "answer"}, answer.truth ? "Yes" : "No"), files(answer, name));
    return section;
  }
  section.append(made("div", {class: "head"}, made("h2", {id: "answer"}, title(table, answer)), files(answer, name)));
  const different = table.different();
  if (different.length && table.rows.length > 1)
    section.append(made("p", {class: "small counts"}, `How many different ones: ${different.map(([head, number]) => `${head}: ${counted(number)}`).join(" · ")}`));
  if (!table.rows.length) {
    section.append(made("p", {class: "note"}, empty || "Nothing in the graph fits."));
    return section;
  }
  section.append(...narrowing(table));
  if (table.found.length) section.append(grid(table, cited, sortAddress), ...paging(table), ...cited !== false ? sources(cited) : []);
  return section;
}

// How to ask the same elsewhere.
export function elsewhere(ways, sparql, hides) {
  const section = made("section", {class: "group", "aria-labelledby": "elsewhere"}, made("h2", {id: "elsewhere"}, "The same answer, elsewhere"));
  if (hides) section.append(made("p", {class: "small mb"},
    "Personal data are left out of this site: with the files at hand, the command line and Python answer with them."));
  ways.forEach(([name, text], number) => section.append(made("div", {class: "cmd"}, made("span", {id: `e${number + 1}`}, name),
    made("pre", {tabindex: "0", role: "region", "aria-labelledby": `e${number + 1}`}, made("code", {}, text)))));
  if (sparql) section.append(made("details", {class: "more"}, made("summary", {}, "SPARQL"),
    made("pre", {tabindex: "0", role: "region", "aria-label": "SPARQL of this question"}, made("code", {}, sparql))));
  return section;
}
