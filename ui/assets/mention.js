// `@` in the composer: a list of documents whose names have what follows it; the one that is picked is what is asked of.

import { announce, element, find, hear, tell } from "./kit.js";
import * as words from "./words.js";

const MOST = 7; // documents that are offered
const MENTION = /(?<![\w.@-])[@＠]([^\s@＠]{0,60})$/; // up to the caret; not in an address of mail

let documents = []; // { path, title, language }
let offered = [];
let at = 0;

export function start() {
  const area = find("#yj-question");
  hear("listed", (listed) => {
    documents = listed;
    if (document.activeElement === area) offer();
  });
  area.addEventListener("input", (event) => event.isComposing || offer());
  area.addEventListener("compositionend", offer);
  area.addEventListener("click", offer);
  area.addEventListener("blur", close);
  find(".yj-composer").addEventListener("keydown", steer, true); // before Enter sends
  find(".yj-mention").addEventListener("mousedown", (event) => {
    event.preventDefault(); // the caret stays where it is
    const option = event.target.closest("[role=option]");
    if (option) pick(offered[[...find(".yj-mention").children].indexOf(option)]);
  });
  return {};
}

function mention() {
  const area = find("#yj-question");
  return area.selectionStart === area.selectionEnd ? MENTION.exec(area.value.slice(0, area.selectionStart)) : null;
}

function offer() {
  const found = mention();
  if (!found) return close();
  tell("mention");
  const sought = found[1].toLowerCase();
  offered = documents.filter(({ path, title }) => `${title}\n${path}`.toLowerCase().includes(sought)).slice(0, MOST);
  if (!offered.length) return close();
  const options = offered.map(({ path, title, language }, number) => {
    const name = element("span", "", title);
    name.lang = language;
    const option = element("li", "", name, element("small", "", path));
    option.id = `yj-mention-${number}`;
    option.setAttribute("role", "option");
    return option;
  });
  find(".yj-mention").replaceChildren(...options);
  find(".yj-mention").hidden = false;
  announce(words.say("offered", { n: offered.length }));
  point(0);
}

function point(to) {
  at = (to + offered.length) % offered.length;
  for (const [number, option] of [...find(".yj-mention").children].entries()) {
    option.setAttribute("aria-selected", String(number === at));
    if (number === at) option.scrollIntoView({ block: "nearest" });
  }
  find("#yj-question").setAttribute("aria-activedescendant", `yj-mention-${at}`);
}

function close() {
  offered = [];
  find(".yj-mention").hidden = true;
  find("#yj-question").removeAttribute("aria-activedescendant");
}

function steer(event) {
  if (!offered.length || event.isComposing || event.keyCode === 229) return; // an input method's own keys
  const does = { ArrowDown: () => point(at + 1), ArrowUp: () => point(at - 1), Enter: choose, Tab: choose, Escape: close };
  if (!does[event.key] || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  does[event.key]();
}

const choose = () => pick(offered[at]);

// The mention makes way for the scope, which stands below the question.
function pick({ path, title }) {
  const area = find("#yj-question");
  const found = mention();
  close();
  area.setRangeText("", found.index, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  tell("pick", path);
  announce(words.say("picked", { name: title }));
}
