// What a typed name stands for: the same decisions as `LabelIndex.find`, on the names that Python has told.
import {iri} from "./terms.js";

const LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "&": "and"};
const spaced = text => text.trim().split(/\s+/u).join(" ");
// Case folding of Unicode: by upper case, in which ß is SS, and with the one letter that has two lower cases.
const folded = text => spaced(text).toUpperCase().toLowerCase().replace(/ς/g, "σ");
const letters = text => folded(text).normalize("NFKD").replace(/\p{M}/gu, "").replace(/[øłđıæœ&]/g, sign => LETTERS[sign])
  .replace(/(?![#%*@/\\])[\p{P}\p{Z}\p{C}]/gu, "");
const local = value => value.replace(/[#/:]+$/, "").split(/[#/:]/).pop();
const readsAsIri = text => text.includes("://") || text.startsWith("<");
const isIri = text => /^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*$/.test(text); // eslint-disable-line no-control-regex

export class Unknown extends Error {} // nothing has the name; `near` are things that may be meant
export class Ambiguous extends Error {}

function refused(Kind, message, near) {
  return Object.assign(new Kind(message), {near});
}

export class Names {
  constructor(told, prefixes) {
    this.prefixes = prefixes;
    this.labels = new Map(told.things);
    this.bearers = new Map(told.names.map(([name, ...flat]) => {
      const found = new Map();
      for (let at = 0; at < flat.length; at += 2) found.set(told.things[flat[at]][0], flat[at + 1]);
      return [name, found];
    }));
  }

  find(text) {
    const given = this.iri(text);
    if (given !== null) {
      if (this.labels.has(given) || !this.labels.size) return iri(given);
      throw this.unknown(text);
    }
    const bearers = this.borne(text), best = Math.min(...bearers.values());
    let found = [...bearers.keys()].filter(each => bearers.get(each) === best);
    const those = test => { const some = found.filter(test); if (some.length) found = some; };
    if (found.length > 1) those(each => folded(this.labels.get(each)) === folded(text));
    those(each => this.labels.get(each) === text);
    if (found.length > 1) throw refused(Ambiguous, `“${text}” names more than one thing.`, this.told(found.sort()));
    if (!found.length) throw this.unknown(text);
    return iri(found[0]);
  }

  borne(text) {
    const same = this.bearers.get(folded(text));
    if (same) return same;
    const slug = folded(text);
    const slugs = [...this.labels.keys()].filter(each => folded(local(each)) === slug);
    if (slugs.length) return new Map(slugs.map(each => [each, 2]));
    const found = this.alike(text);
    if (found.size) return found;
    const comma = text.indexOf(", "); // "Korea, Republic of"
    return comma < 0 ? found : this.alike(`${text.slice(comma + 2)} ${text.slice(0, comma)}`);
  }

  get spelt() { // names by their letters
    if (!this.spellings) {
      this.spellings = new Map();
      for (const name of this.bearers.keys()) {
        const key = letters(name);
        this.spellings.set(key, [...this.spellings.get(key) || [], name]);
      }
    }
    return this.spellings;
  }

  alike(text) {
    const found = new Map(), key = letters(text);
    for (const name of key && this.spelt.get(key) || [])
      for (const [thing, rank] of this.bearers.get(name)) found.set(thing, Math.min(rank, found.get(thing) ?? rank));
    return found;
  }

  iri(text) {
    if (this.bearers.has(folded(text)) && !readsAsIri(text)) return null;
    if (readsAsIri(text)) {
      const bare = /^<.*>$/s.test(text) ? text.slice(1, -1) : text;
      if (!isIri(bare)) throw refused(Unknown, `“${text}” is not a whole address.`, []);
      return bare;
    }
    const colon = text.indexOf(":"), prefix = text.slice(0, colon), rest = text.slice(colon + 1);
    if (colon < 0 || !Object.hasOwn(this.prefixes, prefix) || rest.startsWith("//")) return null;
    const whole = this.prefixes[prefix] + rest.replace(/\\([_~.!$&'()*+,;=/?#@%-])/g, "$1");
    return isIri(whole) ? whole : null;
  }

  unknown(text) {
    const wanted = letters(text), near = new Map();
    for (const [name, bearers] of wanted ? this.bearers : []) {
      const distance = likeness(wanted, letters(name));
      if (distance > 0.5) for (const thing of bearers.keys()) near.set(thing, Math.max(distance, near.get(thing) || 0));
    }
    const best = [...near.keys()].sort((one, other) => near.get(other) - near.get(one) || (one < other ? -1 : 1));
    return refused(Unknown, `Nothing to choose here is named “${text}”.`, this.told(best.slice(0, 5)));
  }

  // Things as values to choose: a label where it is that of one thing alone, else the IRI.
  told(things) {
    return things.map(each => {
      const label = this.labels.get(each), bearers = this.bearers.get(folded(label));
      return [bearers && bearers.size === 1 && !readsAsIri(label) ? label : each, label];
    });
  }
}

// How much two words are alike, from 0 to 1: by the pairs of letters that both have.
function likeness(one, other) {
  if (other.startsWith(one) && one.length > 2) return 0.9;
  const pairs = text => Array.from({length: Math.max(text.length - 1, 0)}, (_, at) => text.slice(at, at + 2));
  const left = pairs(one.slice(0, 60)), right = pairs(other.slice(0, 60)), rest = [...right];
  const shared = left.filter(each => { const at = rest.indexOf(each); if (at >= 0) rest.splice(at, 1); return at >= 0; });
  return left.length + right.length ? 2 * shared.length / (left.length + right.length) : 0;
}
