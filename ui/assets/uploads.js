// Files and web addresses become documents: chosen, dropped anywhere on the page or typed, and indexed in turn.

import { ask, button, call, element, find, gradio, hear, serve, tell } from "./kit.js";
import { upload } from "./session.js";
import * as words from "./words.js";

const PASSING = ["lost", "stopped", "error.web_unreachable", "error.index_locked", "error.unexpected"]; // problems that another try may not have

const STEP_MS = 500;

let queue = []; // { what, line }: files and addresses that wait
let running = false;
let done = 0;
let failed = 0;

export function start() {
  const { suffixes, size } = gradio.props.accepted;
  open(!gradio.props.fixed);
  hear("ready", ({ role }) => open(role !== "reader"));
  find(".yj-accepted").append(
    words.worded("accepted", { n: suffixes.map((one) => one.slice(1)).join(" · "), size: size >> 20 }),
  );
  for (const input of gradio.element.querySelectorAll(".yj-add input, .yj-drop input")) {
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
  }
  droppable();
  const form = find(".yj-address");
  form.onsubmit = (event) => {
    event.preventDefault();
    add([form.firstElementChild.value.trim()]);
    form.reset();
  };
  return { samples };
}

// Who may not add documents is not offered to.
function open(writable) {
  gradio.props.fixed = !writable;
  find(".yj-add").hidden = find(".yj-drop").hidden = !writable;
  find(".yj-fixed").hidden = writable;
  find(".yj-address").hidden = !writable || !gradio.props.network;
}

function droppable() {
  const veil = find(".yj-dropping");
  const files = (event) => !gradio.props.fixed && event.dataTransfer?.types.includes("Files");
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

// Files, or web addresses as text.
async function add(some, again = false) {
  if (!some.length) return;
  tell("adding");
  if (!running) {
    done = failed = 0;
    if (!again) find(".yj-uploads").replaceChildren();
  }
  const jobs = some.map((what) => ({ what, line: line(what.name ?? what) }));
  find(".yj-uploads").append(...jobs.map((one) => one.line));
  queue.push(...jobs);
  if (running) return progress();
  running = true;
  while (queue.length) {
    progress();
    const job = queue.shift();
    (await one(job.what, job.line)) ? done++ : failed++;
  }
  running = false;
  say(words.worded("finished", { done, failed }));
  tell("library");
}

async function one(what, line) {
  const cancel = line.querySelector("button");
  const { problem, value } = await (what instanceof File ? sent(what, line, cancel) : fetched(what, line, cancel));
  if (problem) return PASSING.includes(problem.key) ? retry(what, line, problem) : fail(line, problem);
  state(line, "indexed");
  openable(line, what.name ?? what, value.path);
  if (value.renamed) beside(line, what.name, value);
  return true;
}

// A file on the server and in the index: what became of it, or the problem with it.
async function sent(file, line, cancel) {
  const { suffixes, size } = gradio.props.accepted;
  const suffix = file.name.match(/\.[^.]+$/)?.[0] ?? "–";
  if (!suffixes.includes(suffix.toLowerCase())) return { problem: { key: "error.unsupported_type", suffix } };
  if (file.size > size) return { problem: { key: "error.too_large", size: file.size >> 20, limit: size >> 20 } };
  const began = performance.now();
  const told = (bytes) => {
    const rate = (bytes / Math.max(performance.now() - began, 1)) * 1000;
    state(line, "uploading", { sent: said(bytes), size: said(file.size), rate: said(rate) });
  };
  told(0);
  const sending = upload(file, told);
  let failure = "lost";
  cancel.onclick = () => {
    failure = "stopped";
    sending.cancel();
  };
  const path = await sending.path.catch(() => null);
  if (!path) return { problem: { key: failure } };
  cancel.remove(); // too late to take it back
  state(line, "indexing");
  const watch = setInterval(() => watched(file, line), STEP_MS);
  return call("add", { path, name: file.name }).finally(() => clearInterval(watch));
}

// Which page of a long file is read, or passage embedded.
async function watched(file, line) {
  const { value } = await call("step", { name: file.name });
  if (!value || !line.dataset.is.startsWith("indexing")) return;
  state(line, `indexing_${value.unit}`, value);
}

function fetched(address, line, cancel) {
  cancel.remove();
  state(line, "fetching");
  return call("fetch", { address });
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

function retry(what, line, problem) {
  fail(line, problem);
  const again = button(null, "retry");
  again.onclick = () => {
    line.remove();
    add([what], true);
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

function line(name) {
  const cancel = button(null, "cancel");
  const item = element("li", "", element("b", "", name), words.worded("queued"), cancel);
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

function fail(line, problem) {
  line.querySelector("b ~ button")?.remove();
  state(line, problem.key, problem);
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
