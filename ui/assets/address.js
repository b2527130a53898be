// What is shown, in the address: #c=conversation&doc=path&at=start-end. Back, reload and bookmarks work by it.

import { tell } from "./kit.js";

export const read = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

// Shows a change in the address; where it is a step of the reader's, Back undoes it.
export function write(changes, step = false) {
  const shown = { ...read(), ...changes };
  const hash = hashed(shown);
  if (hash === location.hash.slice(1)) return;
  history[step ? "pushState" : "replaceState"](null, "", hash ? `#${hash}` : location.pathname + location.search);
}

// The address of a place in a document, for everyone who uses this index.
export function link(doc, at) {
  const url = new URL(location.href);
  url.hash = hashed({ doc, at });
  return url.href;
}

export function start() {
  window.addEventListener("popstate", () => tell("address", read()));
}

function hashed(shown) {
  return new URLSearchParams(Object.entries(shown).filter(([, value]) => value)).toString();
}
