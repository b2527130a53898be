// The documents of the index: listed, added one after another, viewed, deleted.

import { announce, ask, button, call, find, gradio, hear, serve, tell } from "./kit.js";
import * as words from "./words.js";

let adding = false;

export function start() {
  const { suffixes, size } = gradio.props.accepted;
  const drop = find(".yj-drop");
  drop.hidden = gradio.props.fixed;
  find(".yj-fixed").hidden = !gradio.props.fixed;
  const input = drop.querySelector("input");
  find(".yj-accepted").append(
    words.worded("accepted", { n: suffixes.map((one) => one.slice(1)).join(" · "), size: size >> 20 }),
  );
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("yj-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") add([...event.dataTransfer.files]);
    });
  }
  hear("go", (name) => name === "documents" && list());
  return { "delete-document": forget };
}

async function list() {
  const rows = await serve("documents");
  if (rows === null) return;
  find(".yj-table tbody").innerHTML = rows;
  find(".yj-table .yj-none").hidden = rows !== "";
}

async function add(files) {
  if (adding || !files.length) return;
  adding = true;
  const lines = files.map(line);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const began = performance.now();
  let read = 0;
  let failed = 0;
  find(".yj-uploads").replaceChildren(...lines);
  for (const [at, file] of files.entries()) {
    progress(at, files.length, read, total, began);
    failed += (await one(file, lines[at])) ? 0 : 1;
    read += file.size;
  }
  find(".yj-progress").hidden = false;
  find("progress").value = 1;
  say(words.worded("finished", { done: files.length - failed, failed }));
  adding = false;
  await list();
  tell("library");
}

async function one(file, line) {
  const { suffixes, size } = gradio.props.accepted;
  if (!suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix))) return fail(line, "error.unsupported_type", { suffix: file.name.match(/\.[^.]+$/)?.[0] ?? "–" });
  if (file.size > size) return fail(line, "error.too_large", { size: file.size >> 20, limit: size >> 20 });
  state(line, "uploading");
  try {
    const { path } = await gradio.upload(file);
    state(line, "indexing");
    const added = await call("add", { path, name: file.name });
    if (added.problem) return fail(line, added.problem.key, added.problem);
    state(line, "indexed");
    if (added.value.renamed) beside(line, file.name, added.value);
    return true;
  } catch {
    return fail(line, "lost");
  }
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
    state(line, "replaced");
    line.dataset.is = "indexed";
    await list();
    tell("library");
  };
}

async function forget(used) {
  const { document: path, name } = used.dataset;
  if (!(await ask(words.say("delete_document", { name }), "delete"))) return;
  if ((await serve("delete", { path })) === null) return;
  announce(words.say("deleted"));
  await list();
  tell("library");
}

function line(file) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = file.name;
  item.append(name, words.worded("queued"));
  item.dataset.is = "queued";
  return item;
}

function state(line, key, values) {
  line.dataset.is = key;
  line.lastElementChild.replaceWith(words.worded(key, values));
}

function fail(line, key, values) {
  state(line, key, values);
  line.dataset.is = "failed";
  return false;
}

function progress(done, total, read, size, began) {
  const seconds = (performance.now() - began) / 1000;
  const rate = read / 1024 / seconds;
  find(".yj-progress").hidden = false;
  find("progress").value = size ? read / size : 0;
  if (!read) return say(words.worded("indexing"));
  const left = Math.ceil((size - read) / 1024 / rate);
  say(words.worded("progress", { done, total, rate: Math.round(rate), left }));
}

function say(span) {
  find(".yj-progress p").replaceChildren(span);
}
