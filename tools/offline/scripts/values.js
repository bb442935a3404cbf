// The values of a form as terms: what `NameResolver.terms` and `Parameter.parse` decide.
import {Ambiguous, Names, Unknown} from "./names.js";
import {XSD, literal} from "./terms.js";

const OURS = ["sort", "page", "view", "by", "find"];
const ABSENT = "0", GIVEN = "1", SPREAD = "2";
const fault = (parameter, message, near = []) => ({parameter: parameter.name ?? parameter, message, near});

// Returns the `terms` of each parameter, the `key` of the text that takes them, and the `faults` of the form.
export async function resolved(question, given, tools) {
  const known = new Set(question.parameters.map(each => each.name));
  const own = name => OURS.includes(name) || (name.startsWith("_") && OURS.includes(name.slice(1)));
  const faults = Object.keys(given).filter(name => !known.has(name) && !own(name))
    .map(name => fault(name, `There is no field “${name}”.`));
  const values = question.parameters.map(each => (given[each.name] || []).filter(text => text.trim()));
  const isAsked = values.some(texts => texts.length);
  const terms = [], signs = [];
  for (const [place, parameter] of question.parameters.entries()) {
    const texts = values[place].length ? values[place] : parameter.default;
    let sign = texts.length ? GIVEN : ABSENT, found = [];
    if (parameter.needed && !texts.length) {
      if (isAsked) faults.push(fault(parameter, "The question needs this."));
    } else if (texts.length > 1 && !parameter.several) faults.push(fault(parameter, "Give one value."));
    else {
      try {
        [found, sign] = await termsOf(parameter, texts, sign, tools);
      } catch (error) {
        if (!(error instanceof Unknown || error instanceof Ambiguous)) throw error;
        faults.push(fault(parameter, error.message, error.near));
      }
    }
    terms.push(found);
    signs.push(sign);
  }
  const isComplete = question.parameters.every((each, place) => !each.needed || values[place].length);
  return {terms, key: signs.join(""), faults, isComplete};
}

async function termsOf(parameter, texts, sign, tools) {
  if (!parameter.names) return [texts.map(text => parsed(parameter, text, tools)), sign];
  if (!texts.length) return [[], sign];
  const told = await tools.names(parameter.names);
  told.index ??= new Names(told, told.prefixes);
  try {
    return [texts.map(text => told.index.find(text)), sign];
  } catch (error) {
    if (!(error instanceof Unknown) || !told.wholes) throw error;
  }
  told.wholes.index ??= new Names(told.wholes, told.prefixes); // a region stands for its countries
  const found = texts.map(text => told.wholes.index.find(text))
    .flatMap(each => (told.wholes.parts[each.value] || [each.value]).map(value => ({type: "uri", value})));
  const once = [...new Map(found.map(each => [each.value, each])).values()];
  return [once, parameter.several ? GIVEN : SPREAD];
}

function parsed(parameter, text, tools) {
  const refuse = () => { throw Object.assign(new Unknown(`“${text}” does not fit. ${parameter.help}`.trim()), {near: []}); };
  if (parameter.pattern && !tools.fits(parameter.pattern, text)) refuse();
  if (parameter.day) return dayOf(text, parameter.day) || refuse();
  for (const [datatype, form] of parameter.forms)
    if (new RegExp(`^(?:${form})$`, "su").test(text) && (!/date/i.test(datatype) || isDay(text)))
      return literal(text, datatype === `${XSD}string` ? "" : datatype, parameter.language);
  return refuse();
}

const isDay = text => {
  const [, year, month, day] = /^(-?\d{4,})-(\d\d)-(\d\d)/.exec(text);
  const y = Number(year.slice(-4)), leap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  return Number(day) <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
};

// The day that a year, a month or a day stands for: `first` or `last`.
function dayOf(text, which) {
  const found = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/.exec(text);
  if (!found) return null;
  const month = `${found[1]}-${found[2] || (which === "first" ? "01" : "12")}`;
  const days = found[3] ? [found[3]] : which === "first" ? ["01"] : ["31", "30", "29", "28"];
  const day = days.map(each => `${month}-${each}`).find(isDay);
  return day ? literal(day, `${XSD}date`) : null;
}
