// The worker as the page sees it: asked one thing after another, and ended at the time limit.
const here = new URL("worker.js", import.meta.url).href;
const policy = globalThis.trustedTypes // what a worker runs is nobody's text but this address
  ? trustedTypes.createPolicy("ogdkg", {createScriptURL: () => here}) : {createScriptURL: () => here};

export class Late extends Error {} // the answer takes too long, or too much memory

export class Client {
  constructor(seconds) {
    Object.assign(this, {seconds, number: 0, waiting: new Map()});
  }

  begun() {
    if (this.worker) return;
    this.worker = new Worker(policy.createScriptURL(""), {type: "module"});
    this.worker.addEventListener("message", ({data: {number, done, fault, isDead}}) =>
      isDead ? this.end("This needs more memory than a browser gives.", Late) : this.told(number, done, fault));
    this.worker.addEventListener("error", event => this.end(event.message || "The engine does not run in this browser."));
  }

  told(number, done, fault) {
    const {resolve, reject} = this.waiting.get(number) || {};
    this.waiting.delete(number);
    if (resolve) fault === undefined ? resolve(done) : reject(new Error(fault));
  }

  // A fresh worker answers what is asked next; of this one, nobody waits any longer.
  end(fault, Kind = Error) {
    if (this.worker) this.worker.terminate();
    this.worker = null;
    for (const {reject} of this.waiting.values()) reject(new Kind(fault));
    this.waiting.clear();
  }

  // Loading may take as long as it takes; a question may not.
  ask(task, given, seconds = this.seconds) {
    this.begun();
    const number = ++this.number;
    const timer = seconds ? setTimeout(() => this.end(`This took longer than ${seconds} seconds, and was stopped.`, Late), seconds * 1000) : 0;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, {resolve, reject});
      this.worker.postMessage({number, task, given});
    }).finally(() => clearTimeout(timer));
  }
}
