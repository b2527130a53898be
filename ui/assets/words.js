// The interface's words: what is marked in the page is filled in, now and whenever something is added.

import { keep } from "./store.js";

let texts = {};
let language = "en";
let root;

const KEPT = "yinju.language";
const SPOKEN = { zh: 0, en: 1 };

export function start(element, given) {
  texts = given;
  root = element;
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) fill(node);
  }).observe(root, { childList: true, subtree: true });
  speak(localStorage.getItem(KEPT) ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"));
}

export function spoken() {
  return language;
}

export const other = () => choose(language === "zh" ? "en" : "zh");

export function choose(chosen) {
  speak(chosen);
  keep(KEPT, language);
  root.dispatchEvent(new Event("yj-spoken"));
}

export const refresh = (node) => fill(node);

export function say(key, values = {}) {
  const text = (texts[key] ?? texts["error.rag_error"])[SPOKEN[language]];
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// A span that goes on speaking the reader's language when it changes.
export function worded(key, values = {}) {
  const span = document.createElement("span");
  Object.assign(span.dataset, values, { t: key });
  fill(span);
  return span;
}

function speak(chosen) {
  language = chosen in SPOKEN ? chosen : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  root.dataset.language = language;
  fill(root);
}

function fill(node) {
  const times = node.querySelectorAll("time[data-local]");
  for (const one of times) one.textContent = local(one.dateTime);
  for (const one of [node, ...node.querySelectorAll("[data-t], [data-label], [data-hold]")]) {
    const { t, label, hold } = one.dataset;
    if (t) one.textContent = say(t, one.dataset);
    if (hold) one.placeholder = say(hold);
    if (label) {
      one.setAttribute("aria-label", say(label, one.dataset));
      if (one.tagName === "BUTTON" && !one.classList.contains("yj-chip")) one.title = say(label, one.dataset);
    }
  }
}

// The server tells the time in UTC; it is shown as the reader's own clock has it, written as the dates of documents are.
function local(time) {
  const here = new Date(time);
  here.setMinutes(here.getMinutes() - here.getTimezoneOffset());
  return here.toISOString().slice(0, 16).replace("T", " ");
}
