// The list of conversations: new, open, rename, delete, export.

import { ask, button, element, find, hear, serve, tell } from "./kit.js";
import * as store from "./store.js";
import * as versions from "./versions.js";
import * as words from "./words.js";

const ICONS = [
  ["rename", "rename", "M4 16l1-4 8-8 3 3-8 8z"],
  ["export", "export", "M10 4v9M6 10l4 4 4-4M4 16h12"],
  ["forget", "delete", "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6"],
];

let shown = null; // the id of the one in the chat

export function start() {
  hear("shown", (id) => {
    shown = id;
    list();
  });
  hear("changed", list);
  return {
    new: () => open(store.fresh()),
    open: (used) => open(store.read(used.dataset.id) ?? store.fresh()),
    rename: (used) => rename(used.dataset.id),
    forget: (used) => forget(used.dataset.id),
    export: (used) => save(used.dataset.id),
  };
}

export function open(conversation = store.current() ?? store.fresh()) {
  store.choose(conversation.id);
  tell("go", "chat");
  tell("open", conversation);
}

function list() {
  find(".yj-conversations ul").replaceChildren(...store.all().map((one) => row(one, one.id === shown)));
}

function row(conversation, isCurrent) {
  const title = element("button", "yj-title", conversation.title || words.worded("untitled"));
  title.type = "button";
  title.dataset.act = "open";
  if (isCurrent) title.setAttribute("aria-current", "true");
  const item = element("li", "", title, ...ICONS.map((icon) => button(...icon)));
  for (const one of item.children) one.dataset.id = conversation.id;
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
  if (text === null) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = `${(title || "yinju").replace(/[\\/:*?"<>|]/g, " ").slice(0, 60)}.md`;
  link.click();
  URL.revokeObjectURL(link.href);
}
