// The composer: a draft that survives a reload, what is asked of, and whether to answer or to search.

import { confirms, find, hear, tell, toast } from "./kit.js";
import * as store from "./store.js";
import * as words from "./words.js";

const LONGEST = 2000;

let searching = false;
let scope = []; // paths; none is every document

export function start() {
  const area = find("#yj-question");
  find(".yj-composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  area.addEventListener("keydown", (event) => {
    if (!confirms(event)) return;
    event.preventDefault();
    submit();
  });
  area.addEventListener("input", () => write(area.value));
  write(store.draft());
  hear("scope", ({ paths, all }) => {
    scope = paths;
    find(".yj-scope").firstElementChild.replaceWith(
      paths.length ? words.worded("chosen", { n: paths.length, all }) : words.worded(all === 1 ? "all_of_1" : "all_of", { all }),
    );
    find(".yj-scope").hidden = !all;
    find(".yj-scope").dataset.is = paths.length ? "chosen" : "all";
    find(".yj-unscope").hidden = !paths.length;
  });
  hear("draft", write);
  hear("mode", mode);
  return { mode: () => tell("mode", !searching) };
}

export const scoped = () => scope;
export const risk = () => localStorage.getItem("yinju.risk") ?? "balanced"; // as the settings keep it

export function write(text) {
  const area = find("#yj-question");
  if (area.value !== text) area.value = text;
  store.keepDraft(text);
  grow(area);
}

export function focus() {
  find("#yj-question").focus({ preventScroll: true });
}

export function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

export function busy(is) {
  find(".yj-halt").hidden = !is;
  find(".yj-send:not(.yj-halt)").hidden = is;
}

// A question that is too long stays as it is; only its writer can say what of it counts.
function submit() {
  const text = find("#yj-question").value.trim();
  if (!text) return;
  if (text.length > LONGEST) toast("error.question_too_long", { characters: text.length, limit: LONGEST, detail: words.say("too_long", { n: text.length, limit: LONGEST }) });
  else tell(searching ? "search" : "ask", text);
}

function mode(is) {
  if (searching === is) return;
  searching = is;
  const used = find("[data-act=mode]");
  used.setAttribute("aria-pressed", String(is));
  const area = find("#yj-question");
  area.dataset.hold = is ? "search_for" : "placeholder";
  area.placeholder = words.say(area.dataset.hold);
  find(".yj-send:not(.yj-halt)").dataset.label = is ? "search" : "send";
  find(".yj-composer").dataset.mode = is ? "search" : "ask";
  words.refresh(find(".yj-composer"));
  focus();
}
