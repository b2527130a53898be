// Asking: the transcript, the composer, and what can be done with an answer.

import * as conversations from "./conversations.js";
import * as page from "./page.js";
import * as source from "./source.js";
import * as store from "./store.js";
import * as words from "./words.js";

const RECENT = 6;
const TITLE = 40;
const PULSE_MS = 1000;

let kit;
let conversation = store.fresh();
let pending = null; // { id, asked, at, article }: the question being answered
let run = null; // of the server that this page began with

export function start(given) {
  kit = given;
  kit.watch("value", () => receive(kit.props.value));
  const form = page.find(".composer");
  const question = page.find("#question");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(question.value);
  });
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(question.value);
  });
  question.addEventListener("input", () => grow(question));
  window.addEventListener("storage", (event) => event.key === store.place(conversation.id) && elsewhere());
  return {
    stop,
    regenerate: (button) => again(position(button)),
    edit: (button) => edit(position(button)),
    copy,
    verdict,
    example: (button) => send(button.textContent),
  };
}

export async function meet() {
  run = (await kit.serve("alive", {}).catch(() => ({}))).value ?? null;
}

export const shown = () => conversation;

export async function show(next) {
  if (pending) stop();
  conversation = next;
  page.find(".transcript").replaceChildren();
  welcome();
  page.find("#question").focus({ preventScroll: true });
  if (!next.exchanges.length) return;
  const htmls = await page.serve("render", { exchanges: next.exchanges });
  if (!htmls || conversation !== next) return;
  page.find(".transcript").replaceChildren(
    ...htmls.map((html, at) => {
      const article = begun(next.exchanges[at].asked);
      article.querySelector(".reply").innerHTML = html;
      mark(article, next.exchanges[at].verdict);
      return article;
    }),
  );
  scroll("instant");
}

export function suggest(questions) {
  const items = questions.map((text) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text });
    button.dataset.act = "example";
    item.append(button);
    return item;
  });
  page.find(".examples").replaceChildren(...items);
  page.find(".welcome h2").hidden = !items.length;
}

// Asks a question as the exchange at a position; what stood from there on is forgotten once it is answered.
function send(text, at = conversation.exchanges.length) {
  const asked = text.trim();
  if (!asked || pending) return;
  page.find("#question").value = "";
  grow(page.find("#question"));
  const kept = page.find(".transcript").children;
  while (kept.length > at) kept[kept.length - 1].remove();
  const article = begun(asked);
  page.find(".transcript").append(article);
  pending = { id: store.fresh().id, asked, at, article };
  source.close();
  welcome();
  busy(true);
  waiting(article);
  scroll("smooth");
  kit.ask({ id: pending.id, question: asked, exchanges: conversation.exchanges.slice(0, at).slice(-RECENT) });
  setTimeout(pulse, PULSE_MS, pending.id);
}

// A server that dies, or begins anew, never answers: the question is given back.
async function pulse(id) {
  if (pending?.id !== id) return;
  const { value } = await kit.serve("alive", {}).catch(() => ({}));
  run ??= value;
  if (pending?.id !== id) return;
  if (value && value === run) {
    setTimeout(pulse, PULSE_MS, id);
    return;
  }
  run = value;
  page.toast("lost");
  giveUp("lost");
  page.poll();
}

function receive(stage) {
  if (!pending || stage?.id !== pending.id) return;
  const { article, asked } = pending;
  article.querySelector(".reply").innerHTML = stage.html;
  article.dataset.stage = stage.stage;
  scroll("smooth");
  if (stage.stage === "failed") {
    page.toast(stage.problem.key, stage.problem);
    giveUp(stage.problem.key, stage.problem);
    return;
  } else if (stage.stage === "done") {
    const others = store.missed(conversation);
    keep(stage.exchange, asked, others);
    page.announce(`${words.say("answer")}: ${stage.exchange.answer.text}`);
    finish();
    if (others.length) show(conversation);
  }
}

// Another tab changed or deleted this conversation; while a question is answered, `keep` sees to it.
function elsewhere() {
  if (!pending) show(store.read(conversation.id) ?? store.fresh());
  conversations.list();
}

function keep(exchange, asked, others) {
  conversation.exchanges.splice(pending.at, Infinity, ...others, { ...exchange, id: pending.id });
  conversation.title ||= asked.length > TITLE ? `${asked.slice(0, TITLE)}…` : asked;
  store.write(conversation);
  conversations.list();
}

function stop() {
  if (!pending) return;
  kit.stop();
  page.announce(words.say("stopped"));
  giveUp("stopped");
}

// The question came to nothing; what it was to replace comes back.
function giveUp(key, values) {
  const { at, asked, article } = pending;
  const replaced = conversation.exchanges[at];
  unanswered(article, key, values);
  finish();
  if (!replaced) return;
  if (asked !== replaced.asked) page.find("#question").value = asked;
  show(conversation);
}

function finish() {
  pending = null;
  busy(false);
  page.find("#question").focus({ preventScroll: true });
}

// An exchange that came to nothing can be asked again, but is not kept.
function unanswered(article, key, values) {
  const note = document.createElement("div");
  note.className = "unanswered";
  note.append(words.worded(key, values), tool("regenerate"));
  article.dataset.stage = "stopped";
  article.querySelector(".stage")?.remove();
  article.querySelector(".reply").append(note);
}

function again(at) {
  send(question(at), at);
}

function edit(at) {
  if (pending) return;
  const article = page.find(".transcript").children[at];
  const form = document.createElement("form");
  const area = document.createElement("textarea");
  const cancel = tool("cancel");
  const go = tool("send");
  form.className = "editing";
  area.value = question(at);
  area.maxLength = 2000;
  area.dataset.label = "question";
  cancel.onclick = () => form.replaceWith(heading(area.defaultValue));
  area.defaultValue = area.value;
  go.type = "submit";
  go.className = "main";
  form.onsubmit = (event) => {
    event.preventDefault();
    send(area.value, at);
  };
  area.onkeydown = (event) => {
    if (event.key === "Escape") cancel.click();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  form.append(area, cancel, go);
  article.querySelector(".asked").replaceWith(form);
  grow(area);
  area.focus();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.text);
    flash(button, "copied");
  } catch {
    page.toast("no_copy");
  }
}

async function verdict(button) {
  const article = button.closest("article");
  const at = position(button);
  const { verdict } = button.dataset;
  conversation.exchanges[at].verdict = verdict;
  const kept = store.read(conversation.id);
  const judged = kept?.exchanges.find((exchange) => exchange.id === conversation.exchanges[at].id);
  if (judged) {
    judged.verdict = verdict;
    store.write(kept);
  }
  mark(article, verdict);
  if ((await judge(at, "")) === null) return;
  article.querySelector(".note")?.remove();
  const form = document.createElement("form");
  const input = document.createElement("input");
  form.className = "note";
  Object.assign(input, { type: "text", maxLength: 2000 });
  input.dataset.label = input.dataset.hold = "note";
  const go = tool("send_note");
  go.type = "submit";
  form.append(input, go);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (input.value.trim() && (await judge(at, input.value)) === null) return;
    form.replaceChildren(words.worded("thanks"));
    page.announce(words.say("thanks"));
  };
  article.append(form);
  input.focus();
}

function judge(at, note) {
  const { id, verdict } = conversation.exchanges[at];
  const exchanges = conversation.exchanges.slice(Math.max(0, at - RECENT), at + 1);
  return page.serve("judge", { id, verdict, note, exchanges });
}

// Pieces

function begun(asked) {
  const article = document.createElement("article");
  const reply = document.createElement("div");
  reply.className = "reply";
  article.append(heading(asked), reply);
  return article;
}

function heading(asked) {
  const head = document.createElement("header");
  const text = document.createElement("h2");
  head.className = "asked";
  text.textContent = asked;
  const pencil = tool("edit", "M4 16l1-4 8-8 3 3-8 8z");
  head.append(text, pencil);
  return head;
}

function tool(key, path) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.act = key;
  if (path) {
    button.className = "icon";
    button.dataset.label = key;
    button.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${path}"/></svg>`;
  } else button.append(words.worded(key));
  return button;
}

function waiting(article) {
  const line = document.createElement("div");
  const pulse = document.createElement("i");
  line.className = "stage";
  pulse.className = "pulse";
  line.append(pulse, words.worded("searching"));
  article.querySelector(".reply").replaceChildren(line);
}

function mark(article, verdict) {
  for (const thumb of article.querySelectorAll("[data-verdict]")) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
  }
}

function flash(button, key) {
  const note = words.worded(key);
  note.className = "flash";
  button.append(note);
  page.announce(words.say(key));
  setTimeout(() => note.remove(), 1500);
}

function welcome() {
  page.find(".welcome").hidden = Boolean(page.find(".transcript").children.length || conversation.exchanges.length);
}

function busy(is) {
  page.find(".halt").hidden = !is;
  page.find(".send:not(.halt)").hidden = is;
  page.find(".transcript").setAttribute("aria-busy", String(is));
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

function scroll(behavior) {
  const pane = page.find('[data-name="chat"] .scroll');
  const last = page.find(".transcript").lastElementChild;
  if (last) pane.scrollTo({ top: last.offsetTop - 16, behavior });
}

function position(button) {
  return [...page.find(".transcript").children].indexOf(button.closest("article"));
}

function question(at) {
  return page.find(".transcript").children[at].querySelector(".asked h2").textContent;
}
