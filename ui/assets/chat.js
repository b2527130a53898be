// Asking: a question from the composer or an earlier exchange to the server, and its answer to the conversation.

import * as composer from "./composer.js";
import { announce, button, call, confirms, element, find, gradio, hear, serve, settled, tell, toast } from "./kit.js";
import * as store from "./store.js";
import * as transcript from "./transcript.js";
import * as versions from "./versions.js";
import * as words from "./words.js";

const RECENT = 6;
const TITLE = 40;
const PULSE_MS = 1000;

let conversation = store.fresh();
let pending = null; // { id, asked, at, article }: the question being answered
let run = null; // of the server that this page began with

export function start() {
  gradio.watch("value", () => receive(gradio.props.value));
  hear("ask", (text) => send(text));
  window.addEventListener("storage", (event) => event.key === store.place(conversation.id) && elsewhere());
  hear("open", (opened) => show(opened));
  hear("renamed", ({ id, title }) => id === conversation.id && (conversation.title = title));
  hear("ready", ({ examples, documents }) => transcript.suggest(examples, documents));
  call("alive").then(({ value }) => (run ??= value));
  return {
    stop,
    regenerate: (used) => again(used.closest("article")),
    edit: (used) => edit(used.closest("article")),
    older: (used) => turn(used, -1),
    newer: (used) => turn(used, 1),
    copy,
    verdict,
    example: (used) => send(used.textContent),
    "show-all": showAll,
    only,
  };
}

async function show(next, at = next.exchanges.length - 1) {
  if (pending) stop();
  conversation = next;
  tell("shown", next.id);
  transcript.clear();
  welcome();
  composer.focus();
  if (!next.exchanges.length) return;
  const htmls = await serve("render", { exchanges: next.exchanges.map(versions.bare) });
  if (!htmls || conversation !== next) return;
  transcript.clear();
  for (const [number, html] of htmls.entries()) {
    const exchange = next.exchanges[number];
    transcript.fill(transcript.append(exchange.asked), html, exchange);
  }
  transcript.scrollTo(transcript.articles()[at], "instant");
  tell("answered", transcript.articles()[at]);
}

// Asks a question as the exchange at a position. Where there is one already, the answer becomes its newest version.
function send(text, at = conversation.exchanges.length) {
  const asked = text.trim();
  if (!asked || pending) return;
  const before = conversation.exchanges[at];
  if (!before) composer.write("");
  if (before?.asked !== asked) transcript.clear(at + Number(Boolean(before)));
  const article = transcript.articles()[at] ?? transcript.append(asked);
  transcript.follow(article, []);
  transcript.waiting(article, asked);
  pending = { id: store.fresh().id, asked, at, article };
  tell("asked", asked);
  welcome();
  busy(true);
  transcript.scrollTo(article, "smooth");
  const exchanges = conversation.exchanges.slice(0, at).slice(-RECENT).map(versions.bare);
  const sent = { id: pending.id, question: asked, exchanges, scope: composer.scoped(), risk: composer.risk() };
  settled.then(() => pending?.id === sent.id && gradio.ask(sent));
  setTimeout(pulse, PULSE_MS, pending.id);
}

// A server that dies, or begins anew, never answers: the question is given back.
async function pulse(id) {
  if (pending?.id !== id) return;
  const { value } = await call("alive");
  run ??= value;
  if (pending?.id !== id) return;
  if (value && value === run) {
    setTimeout(pulse, PULSE_MS, id);
    return;
  }
  run = value;
  toast("lost");
  giveUp("lost");
  tell("lost");
}

function receive(stage) {
  if (!pending || stage?.id !== pending.id) return;
  const { article, asked, at } = pending;
  article.dataset.stage = stage.stage;
  if (stage.stage === "failed") {
    toast(stage.problem.key, stage.problem);
    giveUp(stage.problem.key, stage.problem);
  } else if (stage.stage === "done") {
    const follows = conversation.exchanges.length - at;
    const others = store.missed(conversation);
    conversation.exchanges.push(...others);
    versions.add(conversation.exchanges, at + (follows ? 0 : others.length), { ...stage.exchange, id: pending.id });
    conversation.title ||= asked.length > TITLE ? `${asked.slice(0, TITLE)}…` : asked;
    save();
    transcript.fill(article, stage.html, conversation.exchanges[at]);
    announce(`${words.say("answer")}: ${stage.exchange.answer.text}`);
    finish();
    tell("answered", article);
    goOn(article, stage.exchange);
    if (transcript.articles().length !== conversation.exchanges.length) show(conversation, at);
  } else {
    transcript.fill(article, stage.html);
    transcript.scrollTo(article, "smooth");
  }
}

async function goOn(article, { asked, answer }) {
  const [cited] = answer.citations;
  if (answer.refused || !cited) return;
  const { value } = await call("following", { document: cited.document, start: cited.start, asked });
  if (!pending) transcript.follow(article, value ?? []);
}

// Another tab changed or deleted this conversation; while a question is answered, `receive` sees to it.
function elsewhere() {
  if (!pending) show(store.read(conversation.id) ?? store.fresh());
  tell("changed", conversation.id);
}

function save() {
  if (!store.write(conversation)) toast("full");
  tell("changed", conversation.id);
}

function stop() {
  if (!pending) return;
  gradio.stop();
  announce(words.say("stopped"));
  giveUp("stopped");
}

// The question came to nothing; what it was to be a version of comes back.
function giveUp(key, values) {
  const { at, asked, article } = pending;
  const before = conversation.exchanges[at];
  transcript.unanswered(article, key, values);
  finish();
  if (!before) return;
  if (asked !== before.asked) composer.write(asked);
  show(conversation, at);
}

function finish() {
  pending = null;
  busy(false);
  composer.focus();
}

function busy(is) {
  composer.busy(is);
  transcript.busy(is);
}

function again(article) {
  send(transcript.question(article), transcript.position(article));
}

async function turn(used, step) {
  if (pending) return;
  const at = transcript.position(used);
  versions.turn(conversation.exchanges, at, conversation.exchanges[at].version + step);
  save();
  await show(conversation, at);
  const { act } = used.dataset;
  const shown = transcript.articles()[at];
  (shown.querySelector(`[data-act=${act}]:enabled`) ?? shown.querySelector(".yj-versions :enabled")).focus();
}

function edit(article) {
  if (pending) return;
  const asked = transcript.question(article);
  const area = element("textarea");
  const cancel = button(null, "cancel");
  const go = button(null, "send");
  area.value = asked;
  area.maxLength = 2000;
  area.dataset.label = "question";
  go.type = "submit";
  go.className = "yj-main";
  const form = element("form", "yj-editing", area, cancel, go);
  cancel.onclick = () => form.replaceWith(transcript.heading(asked));
  form.onsubmit = (event) => {
    event.preventDefault();
    send(area.value, transcript.position(article));
  };
  area.onkeydown = (event) => {
    if (event.key === "Escape") {
      event.preventDefault(); // it ends the editing and closes nothing else
      cancel.click();
    }
    if (!confirms(event)) return;
    event.preventDefault();
    form.requestSubmit();
  };
  article.querySelector(".yj-asked").replaceWith(form);
  composer.grow(area);
  area.focus();
}

// The same question again, of one document.
function only(used) {
  tell("only", used.dataset.document);
  send(transcript.question(used.closest("article")));
}

function showAll(used) {
  for (const card of used.previousElementSibling.children) card.hidden = false;
  used.previousElementSibling.querySelector("button").focus();
  used.remove();
}

async function copy(used) {
  try {
    await navigator.clipboard.writeText(used.dataset.text);
  } catch {
    return toast("no_copy");
  }
  const note = words.worded("copied");
  note.className = "yj-flash";
  used.append(note);
  announce(words.say("copied"));
  setTimeout(() => note.remove(), 1500);
}

async function verdict(used) {
  const article = used.closest("article");
  const at = transcript.position(article);
  const { id } = conversation.exchanges[at];
  for (const one of [conversation, store.read(conversation.id) ?? { exchanges: [] }]) {
    for (const exchange of versions.all(one.exchanges)) if (exchange.id === id) exchange.verdict = used.dataset.verdict;
    if (one !== conversation && one.id) store.write(one);
  }
  transcript.mark(article, used.dataset.verdict);
  if ((await judge(at, "")) === null) return;
  article.querySelector(".yj-note")?.remove();
  const input = element("input");
  Object.assign(input, { type: "text", maxLength: 2000 });
  input.dataset.label = input.dataset.hold = "note";
  const go = button(null, "send_note");
  go.type = "submit";
  const form = element("form", "yj-note", input, go);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (input.value.trim() && (await judge(at, input.value)) === null) return;
    form.replaceChildren(words.worded("thanks"));
    announce(words.say("thanks"));
  };
  article.append(form);
  input.focus();
}

function judge(at, note) {
  const { id, verdict } = conversation.exchanges[at];
  const exchanges = conversation.exchanges.slice(Math.max(0, at - RECENT), at + 1).map(versions.bare);
  return serve("judge", { id, verdict, note, exchanges });
}

function welcome() {
  const begun = Boolean(transcript.articles().length || conversation.exchanges.length);
  find(".yj-welcome").hidden = begun;
  if (begun) find(".yj-shell").dataset.evidence = "yes";
}
