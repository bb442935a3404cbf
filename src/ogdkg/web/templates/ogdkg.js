// What pages have more with a script: fields that complete, marks that Escape closes, and buttons that copy.
// Every page works without it. It writes text alone, never markup.
"use strict";
(() => {
  const made = (name, given = {}, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };

  // -- Fields that complete: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/, with a list of options ---------

  let lists = 0;
  const WAIT = 120; // milliseconds after a key, in which another may follow

  class Completed {
    constructor(input, address, chosen) {
      Object.assign(this, {input, address, chosen, active: -1, found: [], asked: null, timer: 0});
      const id = `list-${++lists}`;
      const label = input.labels[0] ? input.labels[0].textContent : "";
      this.list = made("ul", {id, role: "listbox", "aria-label": label, class: "list", hidden: ""});
      this.told = made("span", {role: "status", class: "vh"});
      const given = {role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
        autocomplete: "off"};
      for (const [key, value] of Object.entries(given)) input.setAttribute(key, value);
      input.removeAttribute("list");
      input.after(this.list, this.told);
      input.addEventListener("input", () => this.wait());
      input.addEventListener("keydown", event => this.key(event));
      input.addEventListener("blur", () => this.close());
      this.list.addEventListener("mousedown", event => event.preventDefault()); // keeps the focus in the field
      this.list.addEventListener("click", event => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose([...this.list.children].indexOf(option));
      });
    }

    wait() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    }

    async ask() {
      const text = this.input.value.trim();
      if (this.asked) this.asked.abort();
      if (!text) return this.close();
      this.asked = new AbortController();
      const address = new URL(this.address, document.baseURI);
      address.searchParams.set("q", text);
      try {
        const found = await this.suggested(address, text);
        if (this.input.value.trim() === text && document.activeElement === this.input) this.show(found);
      } catch { /* gone, or asked for something else meanwhile: the form still works */ }
    }

    async suggested(address, text) {
      if (window.ogdkgSuggest) return window.ogdkgSuggest(text); // a site without a server
      const answer = await fetch(address, {signal: this.asked.signal, headers: {accept: "application/json"}});
      return answer.ok ? (await answer.json()).found : [];
    }

    show(found) {
      this.found = found;
      this.list.replaceChildren(...found.map((each, number) => {
        const kind = each.kind || (each.value === undefined || each.value === each.name ? "" : each.value);
        const option = made("li", {role: "option", id: `${this.list.id}-${number}`, "aria-selected": "false"},
          made("bdi", {}, each.name));
        if (kind) option.append(" ", made("span", {class: "small"}, kind));
        return option;
      }));
      this.list.hidden = !found.length;
      this.input.setAttribute("aria-expanded", String(Boolean(found.length)));
      this.told.textContent = found.length ? `${found.length} offered` : "Nothing begins so";
      this.move(-1);
    }

    close() {
      clearTimeout(this.timer);
      if (this.asked) this.asked.abort();
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.told.textContent = "";
      this.move(-1);
    }

    move(to) {
      this.active = to;
      [...this.list.children].forEach((each, number) => each.setAttribute("aria-selected", String(number === to)));
      const option = this.list.children[to];
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({block: "nearest"});
    }

    choose(number) {
      const each = this.found[number];
      this.input.value = each.value === undefined ? each.name : each.value;
      this.close();
      this.chosen(each);
    }

    key(event) {
      const open = !this.list.hidden, last = this.list.children.length - 1;
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "Escape" && open) this.close();
      else if (event.key === "ArrowDown" && open) this.move(this.active === last ? -1 : this.active + 1);
      else if (event.key === "ArrowUp" && open) this.move(this.active === -1 ? last : this.active - 1);
      else if (event.key === "ArrowDown") this.ask();
      else if (event.key === "Enter" && open && this.active >= 0) this.choose(this.active);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
  }

  for (const form of document.querySelectorAll("form[data-suggest]")) {
    const input = form.querySelector("input[name=q]");
    new Completed(input, form.dataset.suggest, each => location.assign(each.address));
  }
  for (const input of document.querySelectorAll("input[data-suggest]")) {
    new Completed(input, input.dataset.suggest, () => input.focus());
  }

  // -- Marks: one is open at a time; Escape closes it and gives the focus back ----------------------------------

  const open = () => [...document.querySelectorAll("details.c[open]")];

  document.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    for (const mark of open()) {
      mark.open = false;
      mark.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", event => {
    const mine = event.target.closest("details.c");
    for (const mark of open()) if (mark !== mine) mark.open = false;
  });
  document.addEventListener("focusout", event => { // moved on by keyboard
    const mark = event.target.closest("details.c");
    if (mark && event.relatedTarget && !mark.contains(event.relatedTarget)) mark.open = false;
  });

  // -- Buttons that copy ----------------------------------------------------------------------------------------

  if (navigator.clipboard) { // which browsers offer at https and on this machine
    for (const text of document.querySelectorAll(".cmd pre, details.more > pre")) {
      const named = document.getElementById(text.getAttribute("aria-labelledby"));
      const summary = text.parentElement.querySelector("summary");
      const what = named || summary;
      const button = made("button", {type: "button", class: "copy",
        "aria-label": `Copy: ${what ? what.textContent : "text"}`}, "Copy");
      const told = made("span", {role: "status", class: "vh"});
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
        told.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; told.textContent = ""; }, 2000);
      });
      text.before(button, told);
    }
  }
})();
