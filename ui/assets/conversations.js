// The list of conversations: new, open, rename, delete, export.

import * as chat from "./chat.js";
import * as page from "./page.js";
import * as store from "./store.js";
import * as words from "./words.js";

export function start() {
  return {
    new: () => open(store.fresh()),
    open: (button) => open(store.read(button.dataset.id) ?? store.fresh()),
    rename: (button) => rename(button.dataset.id),
    forget: (button) => forget(button.dataset.id),
    export: (button) => save(button.dataset.id),
  };
}

export function open(conversation = store.current() ?? store.fresh()) {
  store.choose(conversation.id);
  page.go("chat");
  chat.show(conversation);
  list();
}

export function list() {
  const rows = store.all().map((one) => row(one, one.id === chat.shown().id));
  page.find(".conversations ul").replaceChildren(...rows);
}

function row(conversation, isCurrent) {
  const item = document.createElement("li");
  const title = button("open", conversation.id);
  title.className = "title";
  if (isCurrent) title.setAttribute("aria-current", "true");
  title.append(conversation.title || words.worded("untitled"));
  item.append(title);
  for (const [act, label, path] of [
    ["rename", "rename", "M4 16l1-4 8-8 3 3-8 8z"],
    ["export", "export", "M10 4v9M6 10l4 4 4-4M4 16h12"],
    ["forget", "delete", "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6"],
  ]) {
    const tool = button(act, conversation.id);
    tool.className = "icon";
    tool.dataset.label = label;
    tool.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${path}"/></svg>`;
    item.append(tool);
  }
  return item;
}

function button(act, id) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.act = act;
  made.dataset.id = id;
  return made;
}

async function rename(id) {
  const conversation = store.read(id);
  const title = conversation && (await page.ask(words.say("rename_to"), "rename", conversation.title));
  if (!title) return;
  store.write({ ...store.read(id), title });
  if (chat.shown().id === id) chat.shown().title = title;
  list();
}

async function forget(id) {
  if (!(await page.ask(words.say("delete_conversation"), "delete"))) return;
  store.forget(id);
  if (chat.shown().id === id) open(store.fresh());
  else list();
}

async function save(id) {
  const { title, exchanges } = store.read(id);
  const text = await page.serve("export", { title: title || words.say("untitled"), exchanges });
  if (text === null) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = `${(title || "yinju").replace(/[\\/:*?"<>|]/g, " ").slice(0, 60)}.md`;
  link.click();
  URL.revokeObjectURL(link.href);
}
