// The source panel: a document, scrolled to the words an answer stands on; and a glimpse of them on a chip.

import { find, gradio, hear, serve } from "./kit.js";

const GLIMPSE_MS = 180;

let opener = null;
let timer;

export function start() {
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    gradio.element.addEventListener(enter, (event) => {
      const chip = event.target.closest(".yj-chip");
      if (chip) timer = setTimeout(() => glimpse(chip), GLIMPSE_MS);
    });
    gradio.element.addEventListener(leave, (event) => event.target.closest(".yj-chip") && hide());
  }
  hear("asked", close);
  hear("go", close);
  return { source: (button) => open(button), view: (button) => open(button), close };
}

export async function open(button) {
  hide();
  const { document: path, start = 0, end = 0, quote = "" } = button.dataset;
  const html = await serve("source", { document: path, start, end, quote });
  if (html === null) return;
  const panel = find(".yj-panel");
  const body = panel.querySelector(".yj-body");
  current(button);
  body.innerHTML = html;
  panel.hidden = false;
  const mark = body.querySelector("mark");
  if (mark) mark.offsetParent.scrollTop = mark.offsetTop - mark.offsetParent.clientHeight / 3;
  panel.querySelector("h2").focus({ preventScroll: true });
}

export function close() {
  const panel = find(".yj-panel");
  if (panel.hidden) return;
  panel.hidden = true;
  const back = opener;
  current(null);
  if (back?.isConnected) back.focus({ preventScroll: true });
}

function current(button) {
  opener?.removeAttribute("aria-expanded");
  opener = button;
  opener?.setAttribute("aria-expanded", "true");
}

function glimpse(chip) {
  const place = [...chip.closest("article").querySelectorAll(".yj-sources .yj-place")].find(
    (one) => one.dataset.start === chip.dataset.start && one.dataset.document === chip.dataset.document,
  );
  if (!place || !chip.isConnected || chip === opener) return;
  const card = find(".yj-card");
  card.innerHTML = place.lastElementChild.innerHTML;
  card.hidden = false;
  chip.setAttribute("aria-describedby", "yj-card");
  const at = chip.getBoundingClientRect();
  const left = Math.min(Math.max(12, at.left - card.offsetWidth / 2), innerWidth - card.offsetWidth - 12);
  const above = at.top - card.offsetHeight - 8;
  card.style.left = `${left}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

function hide() {
  clearTimeout(timer);
  find(".yj-card").hidden = true;
}
