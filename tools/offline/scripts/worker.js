// The engine in a thread of its own, which the page ends when a question takes too long.
import {Engine} from "./engine.js";

const engine = new Engine(async path => {
  const answer = await fetch(new URL(path, import.meta.url));
  if (!answer.ok) throw new Error(`The site does not have ${path}.`);
  return answer.arrayBuffer();
});
let last = null;

const tasks = {
  load: name => engine.store(name).then(() => null),
  ask: async (file, given) => (last = await engine.ask(file, given)),
  cite: rows => last ? engine.cite(last, rows) : {notes: ["the answer has to be asked for again"]},
  sparql: text => engine.sparql(text),
  json: path => engine.json(path),
};

addEventListener("message", async ({data: {number, task, given}}) => {
  try {
    postMessage({number, done: await tasks[task](...given)});
  } catch (error) {
    // An engine that ran out of memory cannot go on.
    const isDead = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    postMessage({number, isDead, fault: String(error && error.message || error)});
  }
});
