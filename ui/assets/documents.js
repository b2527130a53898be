// The list of documents: searched, sorted, chosen as what is asked, opened, deleted. Only the rows in sight are made.

import { announce, element, find, gradio, hear, serve, settle, tell, toast } from "./kit.js";
import { keep } from "./store.js";
import * as words from "./words.js";

const ROW = 44; // pixels, as the style has it
const SPARE = 6; // rows beyond the edges
const UNDO_MS = 8000;
const SORT = "yinju.sort";
const SCOPE = "yinju.scope";

let all = []; // { path, title, date, language, indexed }
let listed = [];
let doomed = null; // { paths, shown, timer }: deleted, as the reader sees it, and not yet by the server
let known = null; // the shelf as the server named it when it was listed
const chosen = new Set(JSON.parse(sessionStorage.getItem(SCOPE) ?? "[]")); // paths; none is every document

const orders = {
  date: (one, other) => compare(other.date ?? "", one.date ?? "") || compare(one.title, other.title),
  title: (one, other) => one.title.localeCompare(other.title, words.spoken() === "zh" ? "zh" : "en", { numeric: true }),
  indexed: (one, other) => compare(other.indexed, one.indexed),
};

const compare = (one, other) => (one < other ? -1 : Number(one > other));

export function start() {
  const sort = find(".yj-documents select");
  sort.value = localStorage.getItem(SORT) ?? "date";
  sort.onchange = () => {
    keep(SORT, sort.value);
    arrange();
  };
  find(".yj-documents .yj-seek input").oninput = () => arrange();
  find(".yj-chosen input").onchange = (event) => choose(listed.map((one) => one.path), event.target.checked);
  find(".yj-rows").addEventListener("change", (event) => choose([event.target.value], event.target.checked));
  find(".yj-list-scroll").addEventListener("scroll", draw, { passive: true });
  for (const event of ["resize", "yj-panes"]) window.addEventListener(event, draw);
  hear("library", list);
  hear("spoken", arrange);
  hear("only", (path) => {
    chosen.clear();
    choose([path], true);
  });
  hear("pick", (path) => choose([path], true));
  hear("ready", ({ shelf }) => shelf !== known && list(shelf));
  for (const change of ["asked", "search", "adding"]) hear(change, doom);
  window.addEventListener("pagehide", doom);
  hear("opened", mark);
  hear("address", mark);
  return { "delete-documents": forget, unscope: () => choose([...chosen], false) };
}

async function list(shelf = known) {
  known = shelf;
  const found = await serve("documents");
  if (found === null) {
    known = null; // at the next chance
    return;
  }
  shelve(found.map(([path, title, date, language, indexed]) => ({ path, title, date, language, indexed })));
}

function shelve(documents) {
  const gone = new Set(doomed?.paths);
  all = documents.filter((one) => !gone.has(one.path));
  tell("listed", all);
  const paths = new Set(all.map((one) => one.path));
  choose([...chosen].filter((path) => !paths.has(path)), false);
  arrange();
}

function arrange() {
  const sought = find(".yj-documents .yj-seek input").value.trim().toLowerCase();
  listed = all
    .filter(({ path, title }) => !sought || `${title}\n${path}`.toLowerCase().includes(sought))
    .sort(orders[find(".yj-documents select").value]);
  find(".yj-list-scroll").scrollTop = 0;
  const none = find(".yj-documents .yj-none");
  none.hidden = listed.length > 0;
  none.replaceChildren(words.worded(all.length ? "none_found" : "empty"));
  said();
  draw();
}

function draw() {
  const pane = find(".yj-list-scroll");
  const first = Math.max(0, Math.floor(pane.scrollTop / ROW) - SPARE);
  const last = Math.min(listed.length, Math.ceil((pane.scrollTop + pane.clientHeight) / ROW) + SPARE);
  const rows = find(".yj-rows");
  const focused = document.activeElement?.closest(".yj-rows li")?.dataset.path;
  const was = document.activeElement?.tagName;
  rows.style.height = `${listed.length * ROW}px`;
  rows.replaceChildren(...listed.slice(first, last).map((one, at) => row(one, first + at)));
  if (focused) [...rows.children].find((one) => one.dataset.path === focused)?.querySelector(was.toLowerCase())?.focus();
  mark();
}

function row({ path, title, date, language }, at) {
  const item = element("li", "yj-row");
  const box = element("input");
  Object.assign(box, { type: "checkbox", value: path, checked: chosen.has(path) });
  box.setAttribute("aria-label", title);
  const name = element("span", "", title);
  name.lang = language;
  const open = element("button", "yj-title", name, element("small", "", [date, path].filter(Boolean).join(" · ")));
  Object.assign(open, { type: "button", title: title === path ? path : `${title}\n${path}` });
  Object.assign(open.dataset, { act: "view", document: path });
  item.style.top = `${at * ROW}px`;
  item.dataset.path = path;
  item.setAttribute("aria-setsize", String(listed.length));
  item.setAttribute("aria-posinset", String(at + 1));
  item.append(box, open);
  return item;
}

// The document that is open is marked in the list.
function mark() {
  const open = new URLSearchParams(location.hash.slice(1)).get("doc");
  for (const used of find(".yj-rows").querySelectorAll("button")) {
    used.toggleAttribute("aria-current", used.dataset.document === open);
  }
}

function choose(paths, is) {
  for (const path of paths) is ? chosen.add(path) : chosen.delete(path);
  for (const box of find(".yj-rows").querySelectorAll("input")) box.checked = chosen.has(box.value);
  keep(SCOPE, JSON.stringify([...chosen]), sessionStorage);
  said();
}

function said() {
  const box = find(".yj-chosen input");
  const inList = listed.filter((one) => chosen.has(one.path)).length;
  box.checked = listed.length > 0 && inList === listed.length;
  box.indeterminate = inList > 0 && inList < listed.length;
  const values = { n: chosen.size, all: all.length };
  const line = chosen.size ? words.worded("chosen", values) : words.worded(all.length === 1 ? "all_of_1" : "all_of", values);
  find(".yj-chosen span").replaceChildren(line);
  find("[data-act=delete-documents]").hidden = gradio.props.fixed || !chosen.size;
  tell("scope", { paths: [...chosen], all: all.length });
}

// The list forgets at once; the server once the reader has had time to take it back, or asks something, or leaves.
function forget() {
  doom();
  const paths = [...chosen];
  const { title } = all.find((one) => one.path === paths[0]);
  const shown = toast(paths.length === 1 ? "deleted_1" : "deleted", { n: paths.length, name: title }, takeBack);
  doomed = { paths, shown, timer: setTimeout(doom, UNDO_MS) };
  shown.querySelector(".yj-icon").onclick = doom;
  shelve(all);
}

function doom() {
  if (!doomed) return;
  const { paths, shown, timer } = doomed;
  doomed = null;
  clearTimeout(timer);
  shown.remove();
  settle(serve("delete", { paths }).then(() => tell("library")));
}

async function takeBack() {
  const { paths, shown, timer } = doomed;
  doomed = null;
  clearTimeout(timer);
  shown.remove();
  await list();
  choose(paths, true);
  announce(words.say("taken_back"));
  find("[data-act=delete-documents]").focus();
}
