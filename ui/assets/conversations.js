// The list of conversations: by day, searched, opened, renamed, deleted, exported and imported.

import * as address from "./address.js";
import { ask, button, download, element, find, hear, serve, tell, toast } from "./kit.js";
import * as store from "./store.js";
import * as versions from "./versions.js";
import * as words from "./words.js";

const ICONS = [
  ["rename", "rename", "M4 16l1-4 8-8 3 3-8 8z"],
  ["export", "export", "M10 4v9M6 10l4 4 4-4M4 16h12"],
  ["forget", "delete", "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6"],
];
const DAY_MS = 86_400_000;

let shown = null; // the id of the one in the chat

export function start() {
  hear("shown", (id) => {
    shown = id;
    address.write({ c: store.read(id) ? id : "" });
    list();
  });
  hear("changed", (id) => {
    address.write({ c: id });
    list();
  });
  hear("address", ({ c }) => c && c !== shown && store.read(c) && open(store.read(c)));
  find(".yj-conversations .yj-seek input").oninput = list;
  const input = find(".yj-kept input");
  input.onchange = () => take(input.files[0]).then(() => (input.value = ""));
  return {
    new: () => open(store.fresh()),
    open: (used) => open(store.read(used.dataset.id) ?? store.fresh()),
    rename: (used) => rename(used.dataset.id),
    forget: (used) => forget(used.dataset.id),
    export: (used) => save(used.dataset.id),
    "export-all": saveAll,
  };
}

export function open(conversation = store.read(address.read().c) ?? store.current() ?? store.fresh()) {
  store.choose(conversation.id);
  tell("open", conversation);
}

function list() {
  const sought = find(".yj-conversations .yj-seek input").value.trim().toLowerCase();
  const found = store.all().filter((one) => !sought || said(one).includes(sought));
  const days = Map.groupBy(found, ({ updated }) => day(updated));
  const groups = [...days].map(([key, some]) =>
    element("section", "", element("h3", "", words.worded(key)), element("ul", "", ...some.map((one) => row(one, one.id === shown)))),
  );
  find(".yj-days").replaceChildren(...groups);
  if (!found.length) find(".yj-days").append(element("p", "yj-none", words.worded(sought ? "none_found" : "no_conversations")));
}

const said = ({ title, exchanges }) =>
  [title, ...exchanges.flatMap(({ asked, answer }) => [asked, answer.text])].join("\n").toLowerCase();

function day(time) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const ago = time >= midnight ? 0 : Math.ceil((midnight - time) / DAY_MS);
  return ago < 1 ? "today" : ago === 1 ? "yesterday" : ago <= 7 ? "this_week" : "before";
}

function row(conversation, isCurrent) {
  const title = element("button", "yj-title", conversation.title || words.worded("untitled"));
  title.type = "button";
  title.dataset.act = "open";
  if (isCurrent) title.setAttribute("aria-current", "true");
  const item = element("li", "", title, ...ICONS.map((icon) => button(...icon)));
  for (const used of item.querySelectorAll("button")) used.dataset.id = conversation.id;
  return item;
}

async function rename(id) {
  const conversation = store.read(id);
  const title = conversation && (await ask(words.say("rename_to"), "rename", conversation.title));
  if (!title) return;
  store.write({ ...store.read(id), title });
  tell("renamed", { id, title });
  list();
}

async function forget(id) {
  if (!(await ask(words.say("delete_conversation"), "delete"))) return;
  store.forget(id);
  if (shown === id) open(store.fresh());
  else list();
}

async function save(id) {
  const { title, exchanges } = store.read(id);
  const sent = { title: title || words.say("untitled"), exchanges: [...versions.told(exchanges)] };
  const text = await serve("export", sent);
  if (text !== null) download(text, "text/markdown", `${(title || "yinju").replace(/[\\/:*?"<>|]/g, " ").slice(0, 60)}.md`);
}

function saveAll() {
  download(JSON.stringify({ yinju: 1, conversations: store.all() }), "application/json", "yinju.json");
}

// What another browser exported. What is here already stays as it is; whatever is no conversation is refused.
async function take(file) {
  const { conversations } = await file.text().then(JSON.parse).catch(() => ({}));
  if (!Array.isArray(conversations)) return toast("not_conversations");
  let taken = 0;
  for (const { id, title, updated, exchanges } of conversations) {
    if (typeof id !== "string" || !Array.isArray(exchanges) || store.read(id)) continue;
    if ((await serve("render", { exchanges: exchanges.map(versions.bare) })) === null) return;
    if (!store.put({ id, title: String(title ?? ""), updated: Number(updated) || Date.now(), exchanges })) return toast("full");
    taken++;
  }
  toast("imported", { n: taken });
  list();
}
