// The exchanges on the page, each an article: the question, the reply, its versions.

import { button, element, find } from "./kit.js";
import { count } from "./versions.js";
import * as words from "./words.js";

const PENCIL = "M4 16l1-4 8-8 3 3-8 8z";
const OLDER = "M12 4l-6 6 6 6";
const NEWER = "M8 4l6 6-6 6";

let offered = []; // example questions

export const articles = () => find(".yj-transcript").children;
export const position = (inside) => [...articles()].indexOf(inside.closest("article"));
export const question = (article) => article.querySelector(".yj-asked h2").textContent;

export function clear(from = 0) {
  while (articles().length > from) articles()[from].remove();
}

export function append(asked) {
  const article = element("article", "", heading(asked), element("div", "yj-reply"));
  find(".yj-transcript").append(article);
  return article;
}

// The rendered answer, with what only the browser knows of it: the verdict, and how many versions there are.
export function fill(article, html, exchange) {
  article.querySelector(".yj-reply").innerHTML = html;
  for (const list of article.querySelectorAll(".yj-examples")) offer(list);
  if (!exchange) return;
  article.dataset.stage = "done";
  mark(article, exchange.verdict);
  const total = count(exchange);
  if (total < 2) return;
  const shown = exchange.version ?? 0;
  const group = element("div", "yj-versions");
  const older = button("older", "older", OLDER);
  const newer = button("newer", "newer", NEWER);
  group.setAttribute("role", "group");
  group.dataset.label = "versions";
  older.disabled = shown === 0;
  newer.disabled = shown === total - 1;
  group.append(older, element("span", "", `${shown + 1}/${total}`), newer);
  article.querySelector(".yj-tools").prepend(group);
}

export function waiting(article, asked) {
  article.querySelector(".yj-asked, .yj-editing").replaceWith(heading(asked));
  article.dataset.stage = "waiting";
  const line = element("div", "yj-stage", element("i", "yj-pulse"), words.worded("searching"));
  article.querySelector(".yj-reply").replaceChildren(line);
  article.querySelector(".yj-note")?.remove();
}

// An exchange that came to nothing can be asked again, but is not kept.
export function unanswered(article, key, values) {
  article.dataset.stage = "stopped";
  article.querySelector(".yj-stage")?.remove();
  article.querySelector(".yj-reply").append(
    element("div", "yj-unanswered", words.worded(key, values), button("regenerate", "regenerate")),
  );
}

export function mark(article, verdict) {
  for (const thumb of article.querySelectorAll("[data-verdict]")) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
  }
}

export function heading(asked) {
  const text = element("h2", "", asked);
  return element("header", "yj-asked", text, button("edit", "edit", PENCIL));
}

export function scrollTo(article, behavior) {
  const pane = find(".yj-page .yj-scroll");
  if (article) pane.scrollTo({ top: article.offsetTop - 16, behavior });
}

export function busy(is) {
  find(".yj-transcript").setAttribute("aria-busy", String(is));
}

export function suggest(questions, documents) {
  find(".yj-start").hidden = documents > 0;
  if (offered.join("\n") === questions.join("\n")) return;
  offered = questions;
  for (const list of document.querySelectorAll(".yj-examples")) offer(list);
  find(".yj-welcome h2").hidden = !questions.length;
}

// Questions to go on with, below the newest answer only.
export function follow(article, questions) {
  find(".yj-following")?.remove();
  if (!questions.length || article !== [...articles()].at(-1)) return;
  const list = element("ul", "", ...questions.map(choice));
  article.append(element("section", "yj-following", element("h3", "", words.worded("following")), list));
}

function offer(list) {
  list.replaceChildren(...offered.map(choice));
}

function choice(text) {
  const example = element("button", "", text);
  example.type = "button";
  example.lang = /\p{Script=Han}/u.test(text) ? "zh" : "en";
  example.dataset.act = "example";
  return element("li", "", example);
}
