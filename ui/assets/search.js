// Search mode: the passages for some words, ranked, in the place of the conversation until that goes on.

import { scoped } from "./composer.js";
import { button, element, find, hear, serve, settled, tell } from "./kit.js";

export function start() {
  hear("search", look);
  hear("asked", back);
  hear("shown", back);
  hear("mode", (is) => is || back());
  return {
    "search-instead": (used) => {
      tell("mode", true);
      look(used.dataset.question);
    },
    "ask-this": (used) => {
      tell("only", used.dataset.document);
      tell("mode", false);
    },
    back: () => tell("mode", false),
  };
}

async function look(question) {
  await settled;
  const html = await serve("search", { question, scope: scoped() });
  if (html === null) return;
  const results = element("div");
  results.innerHTML = html;
  const found = find(".yj-found");
  found.replaceChildren(results, button("back", "back"));
  found.lastElementChild.className = "yj-link";
  show(true);
  find(".yj-page .yj-scroll").scrollTop = 0;
}

const back = () => show(false);

function show(is) {
  find(".yj-found").hidden = !is;
  find(".yj-transcript").hidden = is;
  if (is) find(".yj-welcome").hidden = true;
  else find(".yj-welcome").hidden = Boolean(find(".yj-transcript").children.length);
}
