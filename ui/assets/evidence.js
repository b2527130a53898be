// The evidence pane: a document as it is, at the words an answer stands on, and a glimpse of them on a chip.

import * as address from "./address.js";
import { announce, call, download, element, find, gradio, hear, serve, tell, toast } from "./kit.js";
import * as words from "./words.js";

const BESIDE_MIN = 1000; // pixels from which the pane stands beside the chat; below it is a sheet over it
const GLIMPSE_MS = 180;
const AHEAD = "900px";

let opener = null;
let shown = null; // { document, start, end }: what is marked
let stretch = null; // { start, end, length }: what of the document is here
let coming = false;
let asked = 0; // documents asked for; of several at once the last one is shown
let timer;

export const besides = () => innerWidth >= BESIDE_MIN;

export function start() {
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    gradio.element.addEventListener(enter, (event) => {
      const chip = event.target.closest(".yj-chip");
      if (chip) timer = setTimeout(() => glimpse(chip), GLIMPSE_MS);
    });
    gradio.element.addEventListener(leave, (event) => event.target.closest(".yj-chip") && hide());
  }
  hear("asked", () => besides() || close());
  hear("answered", (article) => besides() && open(article.querySelector(".yj-chip, .yj-place"), { follow: true }));
  hear("shown", () => shown && opener && !opener.isConnected && empty());
  hear("address", ({ doc, at }) => (doc ? at !== place() || doc !== shown?.document : shown) && visit({ doc, at }));
  hear("at", ({ from, to }) => load({ document: shown.document, start: from, end: to, found: true }));
  window.addEventListener("resize", arrange);
  arrange();
  return {
    source: (button) => open(button),
    view: (button) => open(button),
    earlier: () => step(-1),
    later: () => step(1),
    link,
    original,
    close: () => close(true),
  };
}

// What the address names: a document at a place, or nothing.
export function visit({ doc, at }) {
  if (!doc) return close();
  const [from, to] = (at ?? "").split("-").map(Number);
  return load({ document: doc, start: from || 0, end: to || 0 }, { focus: false });
}

async function open(button, { follow = false } = {}) {
  hide();
  if (!button) return follow ? empty() : null;
  const { document, start = 0, end = 0, quote = "" } = button.dataset;
  current(button);
  const wanted = { document, start: Number(start), end: Number(end), quote };
  await load(wanted, { focus: !follow, step: !follow });
  find(".yj-text")?.classList.toggle("yj-passage", "passage" in button.dataset);
}

async function load(wanted, { focus = false, step = false } = {}) {
  const panel = find(".yj-panel");
  const own = ++asked;
  hide();
  coming = true;
  present(true);
  const { value, problem } = await call("source", wanted);
  if (own !== asked) return;
  coming = false;
  if (problem) return toast(problem.key, problem);
  const isOther = shown?.document !== wanted.document;
  shown = { document: wanted.document, start: wanted.start, end: wanted.end };
  stretch = value.missing ? null : { start: value.start, end: value.end, length: value.length };
  const about = element("div", "yj-about");
  about.innerHTML = value.about;
  const text = element("div", "yj-text");
  if (stretch) {
    text.lang = value.language;
    text.innerHTML = value.html;
  }
  const body = element("div", "yj-scrolled", about, text);
  body.tabIndex = 0;
  body.dataset.label = "source";
  panel.querySelector(".yj-body").replaceChildren(body);
  if (stretch) follow(text, body);
  for (const act of ["seek", "link"]) panel.querySelector(`[data-act=${act}]`).hidden = !stretch;
  panel.querySelector("[data-act=close]").hidden = false;
  tell("source", { ...shown, outline: value.outline ?? [], sheet: value.sheet, isOther });
  steps();
  if (!wanted.found) address.write({ doc: wanted.document, at: place() }, step);
  const mark = body.querySelector(".yj-box, mark") ?? (wanted.start ? nearest(text, wanted.start) : null);
  if (mark) body.scrollTop += mark.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
  if (focus) panel.querySelector("h2").focus({ preventScroll: true });
  tell("opened");
}

const place = () => (shown?.end ? `${shown.start}-${shown.end}` : "");

const nearest = (text, at) => [...text.querySelectorAll("[data-at]")].findLast((one) => Number(one.dataset.at) <= at);

// More of a long document comes before its reader is there.
function follow(text, root) {
  const [top, bottom] = [element("i", "yj-more"), element("i", "yj-more")];
  text.prepend(top);
  text.append(bottom);
  const observer = new IntersectionObserver(
    (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => more(text, one.target === top, observer)),
    { root, rootMargin: `${AHEAD} 0px` },
  );
  requestAnimationFrame(() => [top, bottom].forEach((one) => observer.observe(one)));
}

async function more(text, back, observer) {
  const { start, end, length } = stretch ?? {};
  if (coming || !text.isConnected || (back ? !start : end >= length)) return;
  coming = true;
  const { value } = await call("more", { document: shown.document, at: back ? start : end, back });
  coming = false;
  if (!value || !text.isConnected) return;
  const scrolled = text.parentElement;
  const { scrollTop, scrollHeight } = scrolled;
  const [top, bottom] = text.querySelectorAll(".yj-more");
  if (back) top.insertAdjacentHTML("afterend", value.html);
  else bottom.insertAdjacentHTML("beforebegin", value.html);
  if (back) scrolled.scrollTop = scrollTop + scrolled.scrollHeight - scrollHeight;
  stretch = back ? { start: value.start, end, length } : { start, end: value.end, length };
  for (const one of [top, bottom]) {
    observer.unobserve(one);
    observer.observe(one); // it may still be near
  }
}

// The citations of the answer that the open one belongs to, each once.
function citations() {
  const chips = [...(opener?.closest("article")?.querySelectorAll(".yj-chip") ?? [])];
  return chips.filter((chip, at) => chips.findIndex((one) => one.textContent === chip.textContent) === at);
}

const position = (chips) =>
  chips.findIndex((one) => one.dataset.document === shown.document && Number(one.dataset.start) === shown.start);

function steps() {
  const chips = citations();
  const at = position(chips);
  const group = find(".yj-steps");
  group.hidden = chips.length < 2 || at < 0;
  group.querySelector("span").textContent = `${at + 1}/${chips.length}`;
  group.querySelector("[data-act=earlier]").disabled = at <= 0;
  group.querySelector("[data-act=later]").disabled = at === chips.length - 1;
}

async function step(by) {
  const chips = citations();
  const next = chips[position(chips) + by];
  if (!next) return;
  current(next);
  const { document, start, end, quote } = next.dataset;
  await load({ document, start: Number(start), end: Number(end), quote }, { step: true });
  announce(words.say("cite", { n: next.textContent }));
}

async function link() {
  try {
    await navigator.clipboard.writeText(address.link(shown.document, place()));
  } catch {
    return toast("no_copy");
  }
  toast("link_copied");
}

// The file that the open document was read from; saved, not shown, since a page of HTML would run as ours.
async function original() {
  const { document } = shown;
  const file = await serve("original", { document });
  if (file === null) return;
  const bytes = Uint8Array.from(atob(file), (one) => one.charCodeAt(0));
  download(bytes, "application/octet-stream", document.split("/").at(-1));
}

// Closes the pane; on a wide screen its place stays, so that nothing that is being read moves.
export function close(step = false) {
  if (!shown) return false;
  const back = opener;
  empty();
  address.write({ doc: "", at: "" }, step);
  if (back?.isConnected) back.focus({ preventScroll: true });
  return true;
}

function empty() {
  asked++;
  shown = stretch = null;
  current(null);
  const panel = find(".yj-panel");
  for (const act of ["sheet", "outline", "seek", "link", "close"]) panel.querySelector(`[data-act=${act}]`).hidden = true;
  for (const part of [".yj-steps", ".yj-finding", ".yj-outline"]) find(part).hidden = true;
  const idle = element("p", "yj-idle", words.worded("idle"));
  panel.querySelector(".yj-body").replaceChildren(idle);
  present(false);
}

function present(open) {
  find(".yj-panel").dataset.open = open ? "yes" : "no";
  arrange();
}

// A sheet is a dialog: what it covers is out of reach.
function arrange() {
  const panel = find(".yj-panel");
  const isSheet = !besides();
  const open = panel.dataset.open === "yes";
  panel.setAttribute("role", isSheet ? "dialog" : "complementary");
  panel.toggleAttribute("aria-modal", isSheet);
  panel.inert = isSheet && !open;
  for (const covered of [".yj-bar", ".yj-page", ".yj-side"]) find(covered).inert = isSheet && open;
  if (open) find(".yj-shell").dataset.evidence = "yes";
}

function current(button) {
  opener?.removeAttribute("aria-expanded");
  opener = button;
  opener?.setAttribute("aria-expanded", "true");
}

function glimpse(chip) {
  const around = chip.closest("article").querySelector(`.yj-around[data-n="${chip.textContent}"]`);
  if (!around || !chip.isConnected || chip === opener) return; // what is open needs no glimpse
  const card = find(".yj-card");
  card.innerHTML = around.innerHTML;
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
