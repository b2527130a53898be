// Light or dark: as the reader chose, else as the system has it.

import { keep } from "./store.js";

const KEPT = "yinju.theme";

export const theme = () =>
  paint(localStorage.getItem(KEPT) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));

export function otherTheme() {
  const other = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  paint(other);
  keep(KEPT, other);
}

function paint(chosen) {
  document.documentElement.dataset.theme = chosen;
  document.body.classList.toggle("dark", chosen === "dark");
}
