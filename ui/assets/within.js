// Ways through an open document: its outline, and finding words in it.

import { element, find, hear, serve, tell } from "./kit.js";

const TYPING_MS = 250;

let open = null; // the document's path
let places = [];
let at = 0;
let typing;

export function start() {
  const form = find(".yj-finding");
  const input = form.querySelector("input");
  hear("source", ({ document, outline, isOther }) => {
    open = document;
    if (isOther) fresh(outline);
  });
  form.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it closes the finding, not the pane
    close(find("[data-act=seek]"), form);
    find("[data-act=seek]").focus();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    go(1);
  };
  input.oninput = () => {
    clearTimeout(typing);
    typing = setTimeout(() => seek(input.value), TYPING_MS);
  };
  return {
    outline: (used) => toggle(used, find(".yj-outline")),
    seek: (used) => toggle(used, form) && input.focus(),
    at: (used) => {
      tell("at", { from: Number(used.dataset.at), to: 0 });
      close(find("[data-act=outline]"), find(".yj-outline"));
    },
    "found-before": () => go(-1),
    "found-after": () => go(1),
  };
}

function fresh(outline) {
  const items = outline.map(([level, start, text]) => {
    const entry = element("button", "", text);
    Object.assign(entry.dataset, { act: "at", at: start, level });
    entry.type = "button";
    return element("li", "", entry);
  });
  find(".yj-outline ol").replaceChildren(...items);
  const used = find("[data-act=outline]");
  used.hidden = !items.length;
  close(used, find(".yj-outline"));
  close(find("[data-act=seek]"), find(".yj-finding"));
  find(".yj-finding input").value = "";
  places = [];
  said();
}

function toggle(used, part) {
  part.hidden = !part.hidden;
  used.setAttribute("aria-expanded", String(!part.hidden));
  return !part.hidden;
}

function close(used, part) {
  part.hidden = true;
  used.setAttribute("aria-expanded", "false");
}

async function seek(text) {
  places = text.trim() ? ((await serve("find", { document: open, words: text })) ?? []) : [];
  at = -1;
  go(1);
}

function go(by) {
  if (places.length) {
    at = (at + by + places.length) % places.length;
    const [from, to] = places[at];
    tell("at", { from, to });
  }
  said();
}

function said() {
  const shown = find(".yj-finding input").value.trim() ? `${places.length ? at + 1 : 0}/${places.length}` : "";
  find(".yj-finding span").textContent = shown;
}
