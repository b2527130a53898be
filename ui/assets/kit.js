// What every part of the page uses: its elements, the server, events between the parts, toasts and dialogs.

import * as words from "./words.js";

const TOAST_MS = 9000;

const events = new EventTarget();

export let gradio; // element, props, upload, watch, call, ask, stop

export function start(given) {
  gradio = given;
}

export const find = (selector) => gradio.element.querySelector(selector);

// Parts do not call each other: one tells what happened, those whom it concerns have asked to hear of it.
export const tell = (name, detail) => events.dispatchEvent(new CustomEvent(name, { detail }));
export const hear = (name, heard) => events.addEventListener(name, (event) => heard(event.detail));

// { value } or { problem }; a server that does not answer is a problem too.
export const call = (name, sent = {}) => gradio.call(name, sent).catch(() => ({ problem: { key: "lost" } }));

// The value of a call, or null after a toast that says what went wrong.
export async function serve(name, sent) {
  const answer = await call(name, sent);
  if (answer.problem) toast(answer.problem.key, answer.problem);
  return answer.problem ? null : (answer.value ?? true);
}

// With an `undo` the toast offers to take back what it tells of, for as long as its maker leaves it there.
export function toast(key, values = {}, undo = null) {
  const shown = document.createElement("div");
  const close = button(null, "close");
  shown.className = "yj-toast";
  close.className = "yj-icon";
  close.dataset.label = "close";
  close.textContent = "×";
  close.onclick = () => shown.remove();
  shown.append(words.worded(key, values), close);
  find(".yj-toasts").append(shown);
  if (undo) {
    const back = button(null, "undo");
    back.className = "yj-undo";
    back.onclick = undo;
    close.before(back);
    back.focus();
  } else setTimeout(() => shown.remove(), TOAST_MS);
  return shown;
}

// What is being changed on the server: what is asked or searched waits for it.
export let settled = Promise.resolve();

export function settle(change) {
  settled = change;
}

export function announce(text) {
  find("#yj-announce").textContent = text;
}

// Asks to confirm, or for a text where there is one to begin with; null where the reader thinks better of it.
export function ask(text, verb, begin) {
  const dialog = find(".yj-dialog");
  const input = dialog.querySelector("input");
  const [cancel, confirm] = dialog.querySelectorAll("button");
  dialog.querySelector("p").textContent = text;
  confirm.replaceChildren(words.worded(verb));
  dialog.dataset.verb = verb;
  input.hidden = begin === undefined;
  input.value = begin ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  if (!input.hidden) input.select();
  (input.hidden ? cancel : input).focus();
  return new Promise((answered) => {
    dialog.onclose = () => answered(dialog.returnValue === "yes" ? (input.hidden ? true : input.value.trim()) : null);
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      dialog.close(event.submitter?.value ?? "");
    };
    input.onkeydown = (event) => {
      if (!confirms(event)) return;
      event.preventDefault();
      dialog.close("yes");
    };
  });
}

// Enter, unless it ends a line or chooses a word of an input method; Safari says the latter by its key code only.
export function confirms(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

// A button the page listens to; with an icon its word is its label.
export function button(act, key, icon) {
  const made = document.createElement("button");
  made.type = "button";
  if (act) made.dataset.act = act;
  if (icon) {
    made.className = "yj-icon";
    made.dataset.label = key;
    made.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${icon}"/></svg>`;
  } else made.append(words.worded(key));
  return made;
}

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// Text or bytes, as a file of that name.
export function download(data, type, name) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([data], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
