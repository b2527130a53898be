// Settings of this browser: how careful answers are, how many passages stand below a refusal, text size, light or dark, language.

import { element, find, gradio } from "./kit.js";
import { keep } from "./store.js";
import * as theme from "./theme.js";
import * as words from "./words.js";

const KEPT = { risk: "yinju.risk", passages: "yinju.passages", size: "yinju.size" };
const CHOICES = {
  risk: ["careful", "balanced", "bold"],
  passages: ["few", "all"],
  size: ["small", "medium", "large"],
  theme: ["system", "light", "dark"],
  language: ["zh", "en"],
};
const DEFAULTS = { risk: "balanced", passages: "few", size: "medium" };
const SHOWN = ["passages", "size"]; // that the style knows

export function start() {
  for (const name of SHOWN) gradio.element.dataset[name] = chosen(name);
  for (const [name, values] of Object.entries(CHOICES)) {
    const group = find(`[data-setting=${name}]`);
    group.append(element("div", "yj-choices", ...values.map((value) => choice(name, value))));
    group.addEventListener("change", (event) => apply(name, event.target.value));
  }
  return { settings: open };
}

function open() {
  for (const box of find(".yj-settings").querySelectorAll("input")) box.checked = box.value === chosen(box.name);
  find(".yj-settings").showModal();
}

function choice(name, value) {
  const box = element("input");
  Object.assign(box, { type: "radio", name, value });
  return element("label", "", box, name === "language" ? element("span", "", value === "zh" ? "中文" : "English") : words.worded(`${name}_${value}`));
}

function chosen(name) {
  if (name === "theme") return theme.chosen();
  if (name === "language") return words.spoken();
  const kept = localStorage.getItem(KEPT[name]);
  return CHOICES[name].includes(kept) ? kept : DEFAULTS[name];
}

function apply(name, value) {
  if (name === "theme") return theme.choose(value);
  if (name === "language") return words.choose(value);
  keep(KEPT[name], value);
  if (SHOWN.includes(name)) gradio.element.dataset[name] = value;
}
