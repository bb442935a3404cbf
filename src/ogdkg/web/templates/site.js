// What pages of a site without a server have more with a script: names that complete a search field, the page of a
// search, and near names on the page of an address where nothing is. The index is loaded as letters are typed.
"use strict";
(() => {
  const form = document.querySelector("form[data-suggest]");
  const found = document.getElementById("search-found");
  const near = document.getElementById("near");
  if (!form) return;
  const root = new URL(form.dataset.suggest, document.baseURI);
  const MOST = 8, LOOKED_AT = 2000, LEAST_ALIKE = 0.4, LETTERS = 24, TOGETHER = 32;

  const kept = new Map();
  const load = name => {
    if (!kept.has(name)) {
      kept.set(name, fetch(new URL(`_ogdkg/search/${name}.json`, root)).then(
        answer => answer.ok ? answer.json() : null, () => null));
    }
    return kept.get(name);
  };
  const file = text => [...new TextEncoder().encode(text)].map(each => each.toString(16).padStart(2, "0")).join("");

  // As ogdkg.search.folding: case, accents and punctuation make no difference.
  const words = text => (text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ").normalize("NFKD")
    .replace(/\p{Mn}/gu, "").match(/[\p{L}\p{N}]+/gu) || []);

  const pieces = async (typed, index) => { // the longest beginning that has a file
    for (const end of [...typed].map((_, at) => at + 1).reverse()) {
      const beginning = [...typed].slice(0, end).join("");
      if (beginning in index && (index[beginning] || beginning === typed)) return load(file(beginning));
    }
    return null;
  };

  const told = async place => {
    const things = await load(`things-${Math.floor(place / TOGETHER)}`);
    const [name, kind, address] = things[place % TOGETHER];
    return {name, kind, address: new URL(address, root).href};
  };
  const all = (places, most) => Promise.all([...new Set(places)].slice(0, most).map(told));

  const matching = async text => { // the places of things with names that have words which begin so
    const index = await load("index"), typed = words(text.slice(0, 100)).slice(0, 10).join(" ").slice(0, LETTERS);
    const parts = index && typed ? await pieces(typed, index) : null;
    const best = new Map();
    for (const [part, inside, size, number, thing] of parts || []) {
      if (!part.startsWith(typed) || best.size > LOOKED_AT) continue;
      const other = best.get(number);
      if (!other || inside < other[0]) best.set(number, [inside, size, number, thing]);
    }
    return [...best.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(each => each[3]);
  };

  const pairs = text => new Set([...text].slice(1).map((letter, at) => [...text][at] + letter));
  const alike = (one, other) => {
    const a = pairs(one), b = pairs(other);
    return 2 * [...a].filter(each => b.has(each)).length / (a.size + b.size || 1);
  };

  const similar = async text => { // names that begin with the same letter or two, misspelt
    const index = await load("index"), typed = words(text).join(" ");
    if (!index || typed.length < 4) return [];
    const starts = new Set(words(text).map(each => each.slice(0, 2)));
    const names = Object.keys(index).filter(each => index[each] && [...starts].some(
      start => each.startsWith(start) || start.startsWith(each))).slice(0, 24);
    const scored = new Map();
    for (const parts of await Promise.all(names.map(each => load(file(each))))) {
      for (const [part, , , , thing] of parts || []) {
        const score = alike(typed, part);
        if (score > LEAST_ALIKE && score > (scored.get(thing) || 0)) scored.set(thing, score);
      }
    }
    return [...scored].sort((a, b) => b[1] - a[1]).map(each => each[0]);
  };

  const search = async (text, most = MOST) => {
    const first = await matching(text);
    if (first.length) return all(first, most);
    const each = await Promise.all(words(text).filter(word => word.length > 2).map(matching));
    const common = each.length ? each[0].filter(one => each.every(some => some.includes(one))) : [];
    return all(common.length ? common : await similar(text), most);
  };
  window.ogdkgSuggest = search;

  const list = (into, things) => into.replaceChildren(...things.map(({name, kind, address}) => {
    const item = document.createElement("li"), link = document.createElement("a"), meta = document.createElement("span");
    link.href = address;
    link.append(Object.assign(document.createElement("bdi"), {textContent: name}));
    Object.assign(meta, {className: "meta", textContent: kind});
    item.append(link, " ", meta);
    return item;
  }));

  if (found) {
    const text = (new URLSearchParams(location.search).get("q") || "").trim().slice(0, 200);
    const lede = document.getElementById("search-told");
    lede.textContent = text ? "Searching …" : "Give a name, or a word of one.";
    if (text) {
      form.elements.q.value = text;
      document.getElementById("searched").textContent = text;
      search(text, 100).then(things => {
        list(found, things);
        lede.textContent = things.length ? `${things.length} found` : "Nothing goes by this name.";
      });
    }
  }
  if (near) {
    let text = location.pathname.replace(/\/$/, "").split("/").pop().replace(/\.\w+$/, "");
    try { text = decodeURIComponent(text); } catch { /* not encoded as it should be */ }
    search(text.replace(/[-_+]/g, " ")).then(things => {
      list(document.getElementById("near-found"), things);
      near.hidden = !things.length;
    });
  }
  if (document.documentElement.dataset.offline !== undefined && "serviceWorker" in navigator && self.trustedTypes) {
    const policy = trustedTypes.createPolicy("ogdkg-offline", {createScriptURL: () => new URL("offline.js", root).href});
    const {serviceWorker} = navigator, isFirst = !serviceWorker.controller;
    serviceWorker.register(policy.createScriptURL(""), {scope: root.pathname}).catch(() => {});
    if (isFirst) {
      const loaded = () => [location.href.replace(/#.*/, ""), ...performance.getEntriesByType("resource").map(each => each.name)];
      serviceWorker.ready.then(({active}) => active.postMessage(loaded()));
    }
  }
})();
