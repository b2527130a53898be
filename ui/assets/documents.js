// The list of documents: searched, sorted, chosen as what is asked, opened, deleted. Only the rows in sight are made,
// and of many documents the rest comes once the reader scrolls, searches or chooses.

import { announce, element, find, gradio, hear, serve, settle, tell, toast } from "./kit.js";
import { keep } from "./store.js";
import * as words from "./words.js";

const ROW = 44; // pixels, as the style has it
const SPARE = 6; // rows beyond the edges
const FIRST = 200; // documents that come at once
const PART = 2000; // documents of each part of the rest
const UNDO_MS = 8000;
const SORT = "yinju.sort";
const SORTED = ".yj-documents [data-label=sort]";
const SCOPE = "yinju.scope";

let all = []; // { path, title, date, language, indexed, collections }: those that have come
let total = 0; // with those that have not
let coming = null; // a promise of the rest, once it was asked for
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
  const sort = find(SORTED);
  sort.value = localStorage.getItem(SORT) ?? "date";
  sort.onchange = () => {
    keep(SORT, sort.value);
    pane().scrollTop = 0;
    if (isWhole()) arrange();
    else list();
  };
  find(".yj-documents .yj-seek input").oninput = narrow;
  find(".yj-collection").onchange = narrow;
  find(".yj-chosen input").onchange = async ({ target }) => {
    const is = target.checked;
    await rest();
    choose(listed.map((one) => one.path), is);
  };
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
  hear("mention", rest);
  hear("ready", ({ shelf }) => shelf !== known && list(shelf));
  for (const change of ["asked", "search", "adding"]) hear(change, doom);
  window.addEventListener("pagehide", doom);
  hear("opened", mark);
  hear("address", mark);
  return { "delete-documents": forget, unscope: () => choose([...chosen], false) };
}

async function list(shelf = known) {
  known = shelf;
  const part = await fetched(0, FIRST);
  if (!part) {
    known = null; // at the next chance
    return;
  }
  coming = null;
  all = part.documents;
  total = part.total;
  collect(part.collections);
  if (chosen.size || doomed || isNarrowed()) await rest(); // some of the chosen may be gone
  shelve(all);
}

async function fetched(from, count) {
  const part = await serve("documents", { sort: find(SORTED).value, from, count });
  const named = ([path, title, date, language, indexed, collections]) => ({ path, title, date, language, indexed, collections });
  return part && { ...part, documents: part.rows.map(named) };
}

const isWhole = () => all.length >= total;

// Once it is fulfilled every document is in the list.
function rest() {
  coming ??= isWhole() ? Promise.resolve() : fill(all);
  return coming;
}

async function fill(own) {
  while (own === all && !isWhole()) {
    const part = await fetched(own.length, PART);
    if (!part?.documents.length) break;
    own.push(...part.documents);
  }
  if (own !== all) return; // it was listed anew
  shelve(own);
  if (!isWhole()) coming = null; // at the next chance
}

function shelve(documents) {
  const gone = new Set(doomed?.paths);
  all = documents.filter((one) => !gone.has(one.path));
  total -= documents.length - all.length;
  tell("listed", all);
  const paths = new Set(all.map((one) => one.path));
  if (isWhole()) choose([...chosen].filter((path) => !paths.has(path)), false);
  arrange();
}

// Folders and tags, to look only there; none is every document.
function collect(names) {
  const select = find(".yj-collection");
  const { value } = select;
  const every = element("option", "", words.say("every_collection"));
  Object.assign(every, { value: "" });
  every.dataset.t = "every_collection";
  select.replaceChildren(every, ...names.map((name) => element("option", "", name)));
  select.value = names.includes(value) ? value : "";
  select.hidden = !names.length;
}

function narrow() {
  pane().scrollTop = 0;
  arrange();
  if (isNarrowed()) rest();
}

const pane = () => find(".yj-list-scroll");
const sought = () => find(".yj-documents .yj-seek input").value.trim().toLowerCase();

const isNarrowed = () => Boolean(sought() || find(".yj-collection").value);

function arrange() {
  const wanted = sought();
  const collection = find(".yj-collection").value;
  listed = all
    .filter(({ path, title }) => !wanted || `${title}\n${path}`.toLowerCase().includes(wanted))
    .filter(({ collections }) => !collection || collections.includes(collection))
    .sort(orders[find(SORTED).value]);
  const none = find(".yj-documents .yj-none");
  none.hidden = listed.length > 0 || !isWhole();
  none.replaceChildren(words.worded(total ? "none_found" : "empty"));
  said();
  draw();
}

const length = () => (isNarrowed() ? listed.length : total);

function draw() {
  const { scrollTop, clientHeight } = pane();
  const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
  const last = Math.min(length(), Math.ceil((scrollTop + clientHeight) / ROW) + SPARE);
  if (last > listed.length) rest();
  const rows = find(".yj-rows");
  const focused = document.activeElement?.closest(".yj-rows li")?.dataset.path;
  const was = document.activeElement?.tagName;
  rows.style.height = `${length() * ROW}px`;
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
  item.setAttribute("aria-setsize", String(length()));
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
  box.checked = inList > 0 && inList === length();
  box.indeterminate = inList > 0 && inList < length();
  const values = { n: chosen.size, all: total };
  const line = chosen.size ? words.worded("chosen", values) : words.worded(total === 1 ? "all_of_1" : "all_of", values);
  find(".yj-chosen span").replaceChildren(line);
  find("[data-act=delete-documents]").hidden = gradio.props.fixed || !chosen.size;
  tell("scope", { paths: [...chosen], all: total });
}

// The list forgets at once; the server once the reader has had time to take it back, or asks something, or leaves.
async function forget() {
  doom();
  await rest();
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
