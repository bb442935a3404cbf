// Asks the question of a page, or a query of one's own, in the browser.
import {Client, Late} from "./client.js";
import {made} from "./made.js";

const script = document.querySelector("script[data-root]");
const {root, question, editor} = script.dataset;
const main = document.getElementById("main");
let client = null, site = null, terms = null, current = null;
let view; // loaded with the graph

const status = made("p", {class: "small mt", role: "status"});
const say = text => { status.textContent = text; };

async function begun() {
  client ??= new Client(0);
  if (!site) {
    say("Loading the graph into this browser, once …");
    view = await import("./view.js");
    site = await client.ask("json", ["site.json.gz"], 0);
    client.seconds = site.seconds;
    terms = new view.Terms(await client.ask("json", ["data/terms.json.gz"], 0), site.prefixes, root);
  }
}

// What was wrong before goes at once; an answer stays until there is another one.
function clear(isWhole = false) {
  const answers = isWhole ? "section.answer, section[aria-labelledby=elsewhere], " : "";
  for (const old of main.querySelectorAll(`${answers}.fault, .note.failed`)) old.remove();
  for (const field of main.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

const failed = text => made("div", {class: "note failed", role: "alert"}, made("p", {}, text));
const told = error => error instanceof Late
  ? `${error.message} Ask for less: give more fields, or fewer rows.` : `This browser could not answer: ${error.message}`;

// -- What the address says --------------------------------------------------------------------------------------

const ours = name => current?.question?.parameters.some(each => each.name === name) ? `_${name}` : name;
const params = () => new URLSearchParams(location.search);

function part() {
  const given = params(), page = Number(given.get(ours("page"))) || 1;
  return {sort: given.get(ours("sort")) || "", find: given.get(ours("find")) || "", page};
}

let known = location.search; // what is shown, so that going back is told from going within a page

function put(address) {
  history.pushState(null, "", address);
  known = location.search;
}

function goTo(changes) {
  const given = params();
  for (const [name, text] of Object.entries(changes)) {
    given.delete(ours(name));
    if (text) given.set(ours(name), text);
  }
  if (!("page" in changes)) given.delete(ours("page"));
  put(`?${given}`);
}

const byName = given => {
  const found = Object.create(null); // a field may be named as what objects have
  for (const [name, text] of given) (found[name] ??= []).push(text);
  return found;
};

// -- The answer -------------------------------------------------------------------------------------------------

let turn = 0;

async function show() {
  const mine = ++turn, {answer, name, heads, empty, ways, shown} = current;
  const table = answer.kind === "truth" ? null : new view.Table(answer, heads, terms, part());
  const isCitable = answer.kind === "rows" && table.shown.length && !editor;
  const sortAddress = column => `?${(given => { given.set(ours("sort"), column); return given; })(params())}`;
  const draw = cited => {
    if (mine !== turn) return;
    const section = view.answerOf({answer, table, name, empty, cited, sortAddress});
    const old = main.querySelector("section.answer");
    const form = cited && old?.querySelector("[data-find]"), focused = form?.contains(document.activeElement) && document.activeElement;
    if (form) section.querySelector("[data-find]")?.replaceWith(form); // with what is typed while sources are looked for
    if (old) old.replaceWith(section); else main.append(section);
    if (focused) focused.focus();
  };
  draw(isCitable ? null : false);
  main.querySelector("section[aria-labelledby=elsewhere]")?.remove();
  main.append(view.elsewhere(ways, shown, site.hides));
  if (!isCitable) return;
  try {
    draw(view.numbered(await client.ask("cite", [table.shown]), root));
  } catch (error) {
    draw({of: [], marks: new Map(), notes: [error instanceof Late ? "to trace these rows takes too long here" : error.message]});
    if (error instanceof Late && mine === turn) await again();
  }
}

// After its worker was ended, what it knew of the answer has to be known again, for the sources of other pages.
const again = async () => {
  if (question) await client.ask("ask", [question, byName(params())], 0).catch(() => null);
};

main.addEventListener("click", event => {
  const link = event.target.closest("[data-sort], [data-page]");
  if (!link || !current || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const {sort, page} = link.dataset;
  goTo(sort ? {sort: part().sort === sort ? `-${sort}` : sort} : {page});
  show();
  document.getElementById("answer").scrollIntoView();
});
main.addEventListener("submit", event => {
  if (!event.target.dataset.find) return;
  event.preventDefault();
  goTo({find: event.target.elements.find.value.trim()});
  show();
});

// -- A stored question ------------------------------------------------------------------------------------------

const quoted = text => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
const inPython = text => !text.includes("'") && !/[\\\n\r\t]/.test(text) ? `'${text}'` : JSON.stringify(text);

function waysOf({name, parameters}, given) {
  const known = parameters.filter(each => (given[each.name] || []).some(text => text.trim()));
  const values = known.map(each => [each, given[each.name].filter(text => text.trim())]);
  const options = values.flatMap(([each, texts]) => texts.map(text => ` --${each.name} ${quoted(text)}`));
  const reserved = /^(?:from|in|is|as|if|or|and|not|for|with|while|class|def|del|try|pass|global|import|lambda|return|yield)$/;
  const call = values.map(([each, texts]) =>
    `, ${each.name}${reserved.test(each.name) ? "_" : ""}=${each.several ? `[${texts.map(inPython).join(", ")}]` : inPython(texts[0])}`);
  return [["Command line", `ogdkg query ${quoted(name)}${options.join("")}`],
    ["Python", `from ogdkg import open_graph\nopen_graph().query(${inPython(name)}${call.join("")})`]];
}

function fill(form, given) {
  for (const field of form.elements) {
    const texts = given[field.name];
    if (!texts) continue;
    if (field.type === "checkbox") field.checked = texts.includes(field.value);
    else if (field.tagName === "SELECT") {
      if (![...field.options].some(each => each.value === texts[0])) field.append(made("option", {value: texts[0]}, texts[0]));
      field.value = texts[0];
    } else field.value = texts.shift() ?? "";
  }
}

function faulty({question: told, faults}) {
  const label = name => told.parameters.find(each => each.name === name)?.label || name;
  const alert = made("div", {class: "fault", role: "alert"}, made("p", {}, "This cannot be asked yet: ",
    ...faults.map(each => `${label(each.parameter)}${each === faults.at(-1) ? "." : ", "}`)));
  const form = main.querySelector(".ask-form");
  for (const {parameter, message, near} of faults) {
    const field = document.getElementById(`p-${parameter}`), id = `p-${parameter}-fault`;
    const text = made("p", {class: "fault", id}, message);
    near.forEach(([value, name], number) => {
      const given = params();
      given.set(parameter, value);
      text.append(number ? ", " : " Do you mean ", made("a", {href: `?${given}`}, made("bdi", {}, name)), number === near.length - 1 ? "?" : "");
    });
    field?.setAttribute("aria-invalid", "true");
    if (field?.closest(".field")) field.closest(".field").append(text); else alert.append(text);
  }
  (form || status).before(alert);
}

async function askQuestion() {
  const given = byName(params());
  clear();
  try {
    await begun();
    const {reading, fault} = await client.ask("json", [question], 0);
    if (!fault) await client.ask("load", [reading], 0);
    say("Asking …");
    const answer = await client.ask("ask", [question, given]);
    say("");
    if (answer.fault) return main.append(failed(`This question is not answered in a browser: ${answer.fault}.`));
    if (answer.faults.length || !answer.kind) clear(true);
    if (answer.faults.length) return faulty(answer);
    if (!answer.kind) return null;
    const {name, heads, empty} = answer.question;
    current = {answer, question: answer.question, name, heads, empty, ways: waysOf(answer.question, given), shown: answer.shown};
    return await show();
  } catch (error) {
    say("");
    return main.append(failed(told(error)));
  }
}

function onQuestion() {
  const form = main.querySelector(".ask-form");
  form?.after(status);
  if (!form) main.append(status);
  form?.addEventListener("submit", event => {
    event.preventDefault();
    const given = new URLSearchParams([...new FormData(form)].filter(([, text]) => text.trim()));
    const target = new URL(form.getAttribute("action") || "", document.baseURI);
    target.search = String(given);
    target.hash = "";
    if (target.pathname !== location.pathname) return location.assign(target);
    put(target);
    return askQuestion();
  });
  const static_ = main.querySelector("section.answer .head");
  if (static_ && !location.search) {
    const button = made("button", {type: "button", class: "btn"}, "Sort and filter");
    button.addEventListener("click", askQuestion);
    static_.append(button);
  }
  const fromAddress = () => {
    if (!location.search) return null;
    form?.reset();
    if (form) fill(form, byName(params()));
    return askQuestion();
  };
  addEventListener("popstate", () => {
    if (location.search === known) return null;
    known = location.search;
    return location.search ? fromAddress() : location.reload(); // the page as its file has it
  });
  fromAddress();
}

// -- A query of one's own ---------------------------------------------------------------------------------------

function formOfQuery() {
  const found = main.querySelector("form.query");
  if (found) return found;
  const text = made("textarea", {id: "query", name: "query", rows: "9", dir: "ltr", spellcheck: "false", autocapitalize: "off",
    autocomplete: "off", maxlength: "60000", required: ""});
  const form = made("form", {class: "query"}, made("div", {class: "field"}, made("label", {for: "query"}, "Query"), text),
    made("p", {class: "acts"}, made("button", {class: "btn main"}, "Run")));
  main.append(form);
  return form;
}

function faultyQuery(form, error, text) {
  const fault = error instanceof Late || !view ? null : view.faultOf(text, error.message, error.shift || 0, site.prefixes);
  const given = {class: "fault", role: "alert", id: "query-fault", "data-line": fault && fault.line, "data-column": fault && fault.column};
  const inside = () => {
    const {line, column, what, texts: [before, part, after]} = fault;
    return [made("p", {}, made("b", {}, `Line ${line}, column ${column}.`), " ", made("span", {class: "what"}, what)),
      made("pre", {dir: "ltr"}, made("code", {}, made("span", {class: "no"}, String(line)), before, made("mark", {}, part || " "), after))];
  };
  const plain = () => [made("p", {}, error instanceof Late ? told(error) : error.message)];
  form.querySelector(".acts").before(made("div", given, ...fault ? inside() : plain()));
  form.dispatchEvent(new Event("fault")); // the editor, where it is built, marks the place
}

async function runQuery(form) {
  const text = form.elements.query.value.replace(/\r\n/g, "\n");
  clear();
  try {
    await begun();
    await client.ask("load", [site.whole], 0);
    say("Asking …");
    const answer = await client.ask("sparql", [text]);
    say("");
    if (answer.fault) clear(true);
    if (answer.fault) return faultyQuery(form, Object.assign(new Error(answer.fault), {shift: answer.shift}), text);
    current = {answer, name: "answer", heads: {}, empty: "", shown: "",
      ways: [["Command line", `ogdkg sparql ${quoted(text)}`], ["Python", `from ogdkg import open_graph\nopen_graph().sparql(${inPython(text)})`]]};
    return await show();
  } catch (error) {
    say("");
    return faultyQuery(form, error, text);
  }
}

async function offerExamples(form) {
  client ??= new Client(0);
  const topics = await client.ask("json", ["questions.json.gz"], 0).catch(() => []);
  if (!topics.length) return;
  const texts = new Map(topics.flatMap(([, queries]) => queries.map(([name, , text]) => [name, text])));
  const select = made("select", {id: "question"}, made("option", {value: ""}, "Choose"), ...topics.map(([topic, queries]) =>
    made("optgroup", {label: topic}, ...queries.map(([name, summary]) => made("option", {value: name}, summary)))));
  select.addEventListener("change", () => {
    if (!select.value) return;
    form.elements.query.value = texts.get(select.value);
    form.elements.query.dispatchEvent(new Event("change")); // the editor, where it is built, takes it over
  });
  main.querySelector(".ask-filter")?.remove();
  form.before(made("div", {class: "ask-filter"}, made("div", {class: "field chosen"},
    made("label", {for: "question"}, "Begin with a stored query"), select)));
}

function onEditor() {
  const form = formOfQuery();
  form.after(status);
  form.addEventListener("submit", event => {
    event.preventDefault();
    put(`?${new URLSearchParams({query: form.elements.query.value})}`);
    runQuery(form);
  });
  offerExamples(form);
  const fromAddress = () => {
    const field = form.elements.query, given = params().get("query"), text = given ?? field.defaultValue;
    if (field.value !== text) {
      field.value = text;
      field.dispatchEvent(new Event("change"));
    }
    return given ? runQuery(form) : clear(true);
  };
  addEventListener("popstate", () => {
    if (location.search === known) return;
    known = location.search;
    fromAddress();
  });
  if (location.search) fromAddress();
}

if (editor !== undefined) onEditor();
else if (question) onQuestion();
