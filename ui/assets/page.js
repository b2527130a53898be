// The shell: starts the parts, gives each click to the part that knows it, and shows theme, place and server's state.

import * as chat from "./chat.js";
import * as conversations from "./conversations.js";
import * as documents from "./documents.js";
import { call, element, find, gradio, hear, start as begin, tell } from "./kit.js";
import * as session from "./session.js";
import * as source from "./source.js";
import { otherTheme, theme } from "./theme.js";
import * as words from "./words.js";

const POLL_MS = 700;
const HEARTBEAT_MS = 10_000;

let polling;

const actions = {
  go: (used) => tell("go", used.dataset.page),
  language: words.other,
  theme: otherTheme,
  menu: () => menu(find(".yj-conversations").dataset.open !== "yes"),
};

export function start(given) {
  begin(given);
  session.start();
  words.start(gradio.element, gradio.props.texts);
  theme();
  hear("go", go);
  hear("lost", poll);
  hear("library", poll);
  for (const part of [chat, conversations, documents, source]) Object.assign(actions, part.start());
  gradio.element.addEventListener("click", (event) => {
    const used = event.target.closest("[data-act]");
    if (used && actions[used.dataset.act]) actions[used.dataset.act](used);
    else if (!event.target.closest(".yj-conversations, .yj-dialog")) menu(false);
  });
  gradio.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") menu(false) || source.close();
  });
  conversations.open();
  poll();
  whoAmI();
}

async function whoAmI() {
  const answer = await fetch("gradio_api/user").catch(() => null);
  const user = answer?.ok ? await answer.json() : null;
  if (!user) return;
  const link = find(".yj-who");
  link.hidden = false;
  link.append(element("span", "yj-user", `${user} · `), words.worded("sign_out"));
}

function go(name) {
  for (const section of gradio.element.querySelectorAll(".yj-page")) section.hidden = section.dataset.name !== name;
  for (const used of gradio.element.querySelectorAll("nav [data-page]")) {
    if (used.dataset.page === name) used.setAttribute("aria-current", "page");
    else used.removeAttribute("aria-current");
  }
  gradio.element.dataset.page = name;
  menu(false);
}

function menu(open) {
  const list = find(".yj-conversations");
  const was = list.dataset.open === "yes";
  list.dataset.open = open ? "yes" : "no";
  find(".yj-menu").setAttribute("aria-expanded", String(open));
  return was;
}

// Asks for the server's state, often until it is ready, and now and then for as long as the page is open.
async function poll() {
  clearTimeout(polling);
  const state = await call("state");
  const problem = state.problem ?? state.value.problem;
  const ready = !problem && state.value.ready;
  const { documents: count } = state.value ?? {};
  const shown = problem
    ? words.worded(problem.key, problem)
    : ready
      ? words.worded(count === 1 ? "ready_1" : "ready", { n: count })
      : words.worded("loading");
  shown.dataset.is = problem ? "failed" : ready ? "ready" : "loading";
  const line = find(".yj-state");
  if (line.lastElementChild.outerHTML !== shown.outerHTML) line.lastElementChild.replaceWith(shown);
  line.dataset.is = shown.dataset.is;
  if (ready) tell("examples", state.value.examples);
  polling = setTimeout(poll, ready ? HEARTBEAT_MS : POLL_MS);
}
