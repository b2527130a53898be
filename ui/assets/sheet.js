// A picture of the page that the open words stand on, with a box around them, where that page begins in the text.

import { button, call, element, find, hear } from "./kit.js";
import { keep } from "./store.js";
import * as words from "./words.js";

const KEPT = "yinju.sheet"; // "no": the text alone
const BACK = "M12 4l-6 6 6 6";
const ON = "M8 4l6 6-6 6";
const LARGER = "M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3M13.5 13.5L17 17M9 6.500v5M6.500 9h5";

let shown = null; // { document, start, end }, and its page as the server laid it out

export function start() {
  hear("source", ({ document, start, end, sheet }) => {
    shown = sheet ? { document, start, end, sheet } : null;
    find("[data-act=sheet]").hidden = !shown;
    draw();
  });
  return { sheet: toggle, "sheet-before": () => turn(-1), "sheet-after": () => turn(1), "sheet-zoom": zoom };
}

const wanted = () => localStorage.getItem(KEPT) !== "no";

function toggle() {
  keep(KEPT, wanted() ? "no" : "yes");
  draw();
  (find(".yj-sheet") ?? find(".yj-text mark"))?.scrollIntoView({ block: "start" });
}

async function draw(picture) {
  find("[data-act=sheet]").setAttribute("aria-pressed", String(wanted()));
  find(".yj-sheet")?.remove();
  if (!shown || !wanted()) return;
  const { number, of, wide, high, boxes } = shown.sheet;
  const image = element("img");
  image.alt = words.say("sheet_at", { n: number, of });
  const paper = element("div", "yj-paper", image, ...boxes.map(box));
  paper.style.aspectRatio = `${wide} / ${high}`;
  const larger = button("sheet-zoom", "zoom", LARGER);
  larger.setAttribute("aria-pressed", "false");
  const caption = element("figcaption", "", words.worded("sheet_at", { n: number, of }), larger);
  if (of > 1) {
    caption.prepend(step("sheet-before", "sheet_before", BACK, number === 1));
    larger.before(step("sheet-after", "sheet_after", ON, number === of));
  }
  const figure = element("figure", "yj-sheet", element("div", "yj-room", paper), caption);
  figure.lang = document.documentElement.lang;
  insert(figure);
  if (picture) image.src = picture;
  else await paint(figure, image);
}

// What is read before this page comes above the picture, and does not push it out of sight.
function insert(figure) {
  const text = find(".yj-text");
  const here = [...text.querySelectorAll("[data-at]")].findLast((one) => Number(one.dataset.at) <= shown.start);
  let before = [...text.children].find((one) => one.contains(here)) ?? null;
  while (before && !before.matches(".yj-leaf, .yj-more")) before = before.previousElementSibling;
  if (before) before.after(figure);
  else text.prepend(figure);
}

async function paint(figure, image) {
  const { value, problem } = await ask(shown.sheet.number);
  if (value) image.src = value.picture;
  else figure.replaceWith(element("p", "yj-notice yj-sheet", words.worded(problem.key, problem)));
}

async function turn(by) {
  const { value } = await ask(shown.sheet.number + by);
  if (!value) return;
  shown.sheet = value;
  const used = by < 0 ? "sheet-before" : "sheet-after";
  await draw(value.picture);
  find(`[data-act=${used}]`)?.focus({ preventScroll: true });
}

function zoom(used) {
  const close = used.getAttribute("aria-pressed") !== "true";
  used.setAttribute("aria-pressed", String(close));
  const figure = used.closest(".yj-sheet");
  figure.classList.toggle("yj-close", close);
  const room = figure.querySelector(".yj-room");
  room.tabIndex = close ? 0 : -1;
  figure.querySelector(".yj-box")?.scrollIntoView({ block: "center", inline: "center" });
}

const ask = (page) => call("sheet", { document: shown.document, start: shown.start, end: shown.end, page });

function box([left, top, width, height]) {
  const made = element("i", "yj-box");
  made.setAttribute("aria-hidden", "true");
  Object.assign(made.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  return made;
}

function step(act, key, icon, isLast) {
  const made = button(act, key, icon);
  made.disabled = isLast;
  return made;
}
