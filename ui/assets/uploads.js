// Files become documents: chosen, or dropped anywhere on the page, and indexed one after another.

import { ask, button, call, element, find, gradio, hear, serve, tell } from "./kit.js";
import { upload } from "./session.js";
import * as words from "./words.js";

const PASSING = ["lost", "error.index_locked", "error.unexpected"]; // problems that another try may not have

let queue = []; // { file, line }: waiting
let running = false;
let done = 0;
let failed = 0;

export function start() {
  const { suffixes, size } = gradio.props.accepted;
  find(".yj-add").hidden = find(".yj-drop").hidden = gradio.props.fixed;
  find(".yj-fixed").hidden = !gradio.props.fixed;
  find(".yj-accepted").append(
    words.worded("accepted", { n: suffixes.map((one) => one.slice(1)).join(" · "), size: size >> 20 }),
  );
  for (const input of gradio.element.querySelectorAll(".yj-add input, .yj-drop input")) {
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
  }
  if (!gradio.props.fixed) droppable();
  return { samples };
}

function droppable() {
  const veil = find(".yj-dropping");
  const files = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  window.addEventListener("dragenter", (event) => {
    if (!files(event)) return;
    depth++;
    veil.hidden = false;
  });
  window.addEventListener("dragover", (event) => files(event) && event.preventDefault());
  window.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  window.addEventListener("drop", async (event) => {
    depth = 0;
    veil.hidden = true;
    if (!files(event)) return;
    event.preventDefault();
    const dropped = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.() ?? one.getAsFile());
    add((await Promise.all(dropped.map(within))).flat());
  });
}

// The files of what was dropped: a file, or a folder with all that is in it.
async function within(entry) {
  if (!entry) return [];
  if (entry instanceof File) return [entry];
  if (entry.isFile) return [await new Promise((got, lost) => entry.file(got, lost))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((got, lost) => reader.readEntries(got, lost));
    if (!some.length) return (await Promise.all(found.map(within))).flat();
    found.push(...some);
  }
}

async function add(files, again = false) {
  if (!files.length) return;
  tell("adding");
  if (!running) {
    done = failed = 0;
    if (!again) find(".yj-uploads").replaceChildren();
  }
  const jobs = files.map((file) => ({ file, line: line(file) }));
  find(".yj-uploads").append(...jobs.map((one) => one.line));
  queue.push(...jobs);
  if (running) return progress();
  running = true;
  while (queue.length) {
    progress();
    const job = queue.shift();
    (await one(job.file, job.line)) ? done++ : failed++;
  }
  running = false;
  say(words.worded("finished", { done, failed }));
  tell("library");
}

async function one(file, line) {
  const { suffixes, size } = gradio.props.accepted;
  const cancel = line.querySelector("button");
  if (!suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix))) return fail(line, "error.unsupported_type", { suffix: file.name.match(/\.[^.]+$/)?.[0] ?? "–" });
  if (file.size > size) return fail(line, "error.too_large", { size: file.size >> 20, limit: size >> 20 });
  const began = performance.now();
  const told = (bytes) => {
    const rate = (bytes / Math.max(performance.now() - began, 1)) * 1000;
    state(line, "uploading", { sent: said(bytes), size: said(file.size), rate: said(rate) });
  };
  told(0);
  const sending = upload(file, told);
  let stopped = false;
  cancel.onclick = () => {
    stopped = true;
    sending.cancel();
  };
  const path = await sending.path.catch(() => null);
  if (stopped) return retry(file, line, "stopped");
  if (!path) return retry(file, line, "lost");
  cancel.remove(); // too late to take it back
  state(line, "indexing");
  const added = await call("add", { path, name: file.name });
  const { problem } = added;
  if (problem) return PASSING.includes(problem.key) ? retry(file, line, problem.key, problem) : fail(line, problem.key, problem);
  state(line, "indexed");
  openable(line, file.name, added.value.path);
  if (added.value.renamed) beside(line, file.name, added.value);
  return true;
}

// Bytes as a reader counts them.
function said(bytes) {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function openable(line, name, path) {
  const open = element("button", "", name);
  open.type = "button";
  Object.assign(open.dataset, { act: "view", document: path });
  line.querySelector("b").replaceChildren(open);
}

function retry(file, line, key, values) {
  fail(line, key, values);
  const again = button(null, "retry");
  again.onclick = () => {
    line.remove();
    add([file], true);
  };
  line.append(again);
  return false;
}

// A different file has the name: both are kept, unless the reader decides otherwise. One that is not indexed stays.
function beside(line, name, { path, name: kept, other }) {
  state(line, "kept_beside", { name: kept });
  line.dataset.is = "indexed";
  if (!other) return;
  const replace = button(null, "replace");
  line.append(replace);
  replace.onclick = async () => {
    if (!(await ask(words.say("replace_document", { name }), "replace"))) return;
    if ((await serve("replace", { path, other })) === null) return;
    replace.remove();
    openable(line, name, other);
    state(line, "replaced");
    line.dataset.is = "indexed";
    tell("library");
  };
}

// The sample documents, for who has none at hand.
async function samples(used) {
  used.disabled = true;
  if ((await serve("samples")) !== null) tell("library");
  used.disabled = false;
}

function line(file) {
  const cancel = button(null, "cancel");
  const item = element("li", "", element("b", "", file.name), words.worded("queued"), cancel);
  item.dataset.is = "queued";
  cancel.onclick = () => {
    queue = queue.filter((one) => one.line !== item);
    item.remove();
  };
  return item;
}

function state(line, key, values) {
  line.dataset.is = key;
  line.querySelector("span").replaceWith(words.worded(key, values));
}

function fail(line, key, values) {
  line.querySelector("b ~ button")?.remove();
  state(line, key, values);
  line.dataset.is = "failed";
  return false;
}

function progress() {
  say(words.worded("progress", { done: done + failed + 1, total: done + failed + queue.length }));
}

function say(span) {
  const line = find(".yj-progress");
  line.hidden = false;
  line.replaceChildren(span);
}
