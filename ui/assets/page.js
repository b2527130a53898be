// The frame of the page: what its buttons do, its theme, its toasts and dialogs, and the state of the server.

import * as chat from "./chat.js";
import * as conversations from "./conversations.js";
import * as documents from "./documents.js";
import * as session from "./session.js";
import * as source from "./source.js";
import * as store from "./store.js";
import * as words from "./words.js";

const THEME = "yinju.theme";
const TOAST_MS = 9000;
const POLL_MS = 700;

let kit;
let polling;

export const find = (selector) => kit.element.querySelector(selector);

const actions = {
  go: (button) => go(button.dataset.page),
  language: words.other,
  theme: () => paint(document.documentElement.dataset.theme === "dark" ? "light" : "dark", true),
  menu: () => menu(find(".conversations").dataset.open !== "yes"),
};

export function start(given) {
  kit = given;
  session.start();
  words.start(kit.element, kit.props.texts);
  paint(localStorage.getItem(THEME) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"), false);
  for (const part of [chat, conversations, documents, source]) Object.assign(actions, part.start(kit));
  kit.element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button && actions[button.dataset.act]) actions[button.dataset.act](button);
    else if (!event.target.closest(".conversations")) menu(false);
  });
  kit.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu(false) || source.close();
  });
  conversations.open();
  chat.meet();
  poll();
}

// The value of a call, or null after a toast that says what went wrong.
export async function serve(call, sent = {}) {
  const answer = await kit.serve(call, sent).catch(() => ({ problem: { key: "lost" } }));
  if (answer.problem) toast(answer.problem.key, answer.problem);
  return answer.problem ? null : (answer.value ?? true);
}

export function toast(key, values = {}) {
  const shown = document.createElement("div");
  const close = document.createElement("button");
  shown.className = "toast";
  close.type = "button";
  close.className = "icon";
  close.dataset.label = "close";
  close.textContent = "×";
  close.onclick = () => shown.remove();
  shown.append(words.worded(key, values), close);
  find(".toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

export function announce(text) {
  find("#announce").textContent = text;
}

// Asks to confirm, or for a text where there is one to begin with; null where the reader thinks better of it.
export function ask(text, verb, begin) {
  const dialog = find(".dialog");
  const input = dialog.querySelector("input");
  dialog.querySelector("#dialog-text").textContent = text;
  dialog.querySelector(".main span").textContent = words.say(verb);
  dialog.dataset.verb = verb;
  input.hidden = begin === undefined;
  input.value = begin ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  (input.hidden ? dialog.querySelector(".main") : input).focus();
  return new Promise((answered) => {
    dialog.onclose = () => answered(dialog.returnValue === "yes" ? (input.hidden ? true : input.value.trim()) : null);
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      dialog.close(event.submitter?.value ?? "");
    };
    input.onkeydown = (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        dialog.close("yes");
      }
    };
  });
}

export function go(name) {
  for (const section of kit.element.querySelectorAll(".page")) section.hidden = section.dataset.name !== name;
  for (const button of kit.element.querySelectorAll("nav [data-page]")) {
    if (button.dataset.page === name) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  kit.element.dataset.page = name;
  menu(false);
  source.close();
  if (name === "documents") documents.list();
}

export function menu(open) {
  const list = find(".conversations");
  const was = list.dataset.open === "yes";
  list.dataset.open = open ? "yes" : "no";
  find(".menu").setAttribute("aria-expanded", String(open));
  return was;
}

export async function poll() {
  clearTimeout(polling);
  const state = await kit.serve("state", {}).catch(() => ({ problem: { key: "lost" } }));
  const problem = state.problem ?? state.value.problem;
  const line = find(".state");
  const { documents: count } = state.value ?? {};
  const shown = problem
    ? words.worded(problem.key, problem)
    : state.value.ready
      ? words.worded(count === 1 ? "ready_1" : "ready", { n: count })
      : words.worded("loading");
  shown.dataset.is = problem ? "failed" : state.value.ready ? "ready" : "loading";
  if (line.lastElementChild.outerHTML !== shown.outerHTML) line.lastElementChild.replaceWith(shown);
  line.dataset.is = shown.dataset.is;
  if (state.value?.ready) chat.suggest(state.value.examples);
  else polling = setTimeout(poll, POLL_MS);
}

function paint(theme, chosen) {
  document.documentElement.dataset.theme = theme;
  document.body.classList.toggle("dark", theme === "dark");
  if (chosen) store.keep(THEME, theme);
}
