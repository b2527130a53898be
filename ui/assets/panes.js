// The panes: Documents and conversations at the left, evidence at the right; how wide each is, and which are there.

import { find, gradio, hear } from "./kit.js";
import { keep } from "./store.js";

const KEPT = "yinju.pane.";
const SIDE_MIN = 1280; // pixels from which the left pane stands beside the chat
const BOUNDS = { side: [240, 480], panel: [320, 900] };
const STEP = 24;

export const besides = () => innerWidth >= SIDE_MIN;

export function start() {
  for (const edge of gradio.element.querySelectorAll(".yj-edge")) sizable(edge);
  find(".yj-tabs").addEventListener("keydown", arrow);
  hear("opened", () => besides() || side(false));
  hear("asked", () => besides() || side(false));
  tab(localStorage.getItem(`${KEPT}tab`) ?? "documents");
  let was = besides();
  fit();
  window.addEventListener("resize", () => {
    if (was !== besides()) fit();
    was = besides();
  });
  const choose = () => {
    tab("documents");
    side(true, true);
  };
  hear("adding", choose); // to see what becomes of it
  return { scope: choose, side: () => side(!isOpen(), true), tab: (used) => tab(used.dataset.tab) };
}

// Whether there was a drawer to close.
export function close() {
  const open = isOpen() && !besides();
  if (open) side(false);
  return open;
}

function fit() {
  side(besides() && localStorage.getItem(`${KEPT}side.open`) !== "no");
}

const isOpen = () => find(".yj-shell").dataset.side === "yes";

function side(open, chosen = false) {
  find(".yj-shell").dataset.side = open ? "yes" : "no";
  find(".yj-menu").setAttribute("aria-expanded", String(open));
  find(".yj-veil").hidden = !open || besides();
  if (chosen && besides()) keep(`${KEPT}side.open`, open ? "yes" : "no");
  if (chosen && open && !besides()) find(".yj-tabs [aria-selected=true]").focus();
  window.dispatchEvent(new Event("yj-panes"));
}

function tab(name) {
  for (const one of find(".yj-tabs").children) {
    const chosen = one.dataset.tab === name;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    find(`#yj-${one.dataset.tab}`).hidden = !chosen;
  }
  keep(`${KEPT}tab`, name);
  window.dispatchEvent(new Event("yj-panes"));
}

function arrow(event) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = find(".yj-tabs [aria-selected=false]");
  tab(other.dataset.tab);
  other.focus();
}

// An edge is dragged, or moved with the arrow keys.
function sizable(edge) {
  const name = edge.dataset.edge;
  const [least, most] = BOUNDS[name];
  const kept = Number(localStorage.getItem(KEPT + name));
  const set = (width) => {
    const bounded = Math.round(Math.min(most, Math.max(least, width)));
    find(".yj-shell").style.setProperty(`--${name}`, `${bounded}px`);
    edge.setAttribute("aria-valuenow", String(bounded));
    keep(KEPT + name, String(bounded));
  };
  edge.setAttribute("aria-valuemin", String(least));
  edge.setAttribute("aria-valuemax", String(most));
  edge.setAttribute("aria-valuenow", String(kept || least));
  if (kept) set(kept);
  const width = () => find(`.yj-${name}`).getBoundingClientRect().width;
  edge.addEventListener("pointerdown", (event) => {
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = ({ clientX }) => set(name === "side" ? clientX : innerWidth - clientX);
  });
  edge.addEventListener("pointerup", () => (edge.onpointermove = null));
  edge.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way) set(width() + STEP * (name === "side" ? way : -way));
  });
}
