// The shell: starts the parts, gives each click to the part that knows it, and shows the server's state.

import * as address from "./address.js";
import * as chat from "./chat.js";
import * as composer from "./composer.js";
import * as conversations from "./conversations.js";
import * as documents from "./documents.js";
import * as evidence from "./evidence.js";
import { call, find, gradio, hear, start as begin, tell } from "./kit.js";
import * as mention from "./mention.js";
import * as panes from "./panes.js";
import * as search from "./search.js";
import * as session from "./session.js";
import * as settings from "./settings.js";
import * as sheet from "./sheet.js";
import { theme } from "./theme.js";
import * as uploads from "./uploads.js";
import * as within from "./within.js";
import * as words from "./words.js";

const POLL_MS = 700;
const HEARTBEAT_MS = 10_000;
const EXAMPLES_MS = 20_000; // after which example questions are waited for no more
const PARTS = [
  ...[settings, panes, composer, chat, search, conversations, mention, documents, uploads],
  ...[evidence, sheet, within],
];

let polling;
let user = null; // the name of who has signed in
let role = null; // reader, editor or admin
const began = Date.now();

const actions = { language: words.other };

export function start(given) {
  begin(given);
  session.start();
  words.start(gradio.element, gradio.props.texts);
  theme();
  address.start();
  hear("lost", poll);
  hear("library", poll);
  hear("ready", (state) => {
    if (role === state.role) return;
    role = state.role;
    introduce();
  });
  for (const part of PARTS) Object.assign(actions, part.start());
  gradio.element.addEventListener("yj-spoken", () => tell("spoken"));
  gradio.element.addEventListener("click", (event) => {
    const used = event.target.closest("[data-act]");
    if (!used || !actions[used.dataset.act] || (used.href && (event.ctrlKey || event.metaKey))) return;
    if (used.href) event.preventDefault();
    actions[used.dataset.act](used);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("dialog")) return;
    if (!panes.close()) evidence.close(true);
  });
  const { doc, at } = address.read();
  conversations.open();
  if (doc) evidence.visit({ doc, at });
  poll();
  whoAmI();
}

// Who has signed in, and as what: in the bar, and in the settings, since a telephone's bar has no room for it.
async function whoAmI() {
  const answer = await fetch("gradio_api/user").catch(() => null);
  user = answer?.ok ? await answer.json() : null;
  introduce();
}

function introduce() {
  if (!user || !role) return;
  for (const line of gradio.element.querySelectorAll(".yj-who")) {
    line.hidden = false;
    line.firstElementChild.replaceChildren(`${user} · `, words.worded(`role_${role}`));
  }
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
  if (ready) tell("ready", state.value);
  const waits = !ready || (count > 0 && !state.value.examples.length && Date.now() - began < EXAMPLES_MS);
  polling = setTimeout(poll, waits ? POLL_MS : HEARTBEAT_MS);
}
