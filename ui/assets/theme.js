// Light or dark: as the reader chose, else as the system has it, also when that changes.

import { keep } from "./store.js";

const KEPT = "yinju.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export const chosen = () => localStorage.getItem(KEPT) ?? "system";

export function theme() {
  paint();
  dark.addEventListener("change", paint);
}

export function choose(value) {
  if (value === "system") localStorage.removeItem(KEPT);
  else keep(KEPT, value);
  paint();
}

function paint() {
  const shown = chosen() === "system" ? (dark.matches ? "dark" : "light") : chosen();
  document.documentElement.dataset.theme = shown;
  document.body.classList.toggle("dark", shown === "dark");
}
