// The sign-in page: sends the name and the password, and makes way for the chat.

import { theme } from "./theme.js";
import * as words from "./words.js";

const page = document.querySelector(".yj-signin");
const form = page.querySelector("form");
const wrong = page.querySelector(".yj-wrong");

theme();
words.start(page, JSON.parse(document.querySelector("#yj-texts").textContent));
page.querySelector("[data-label=language]").onclick = words.other;
form.onsubmit = async (event) => {
  event.preventDefault();
  wrong.replaceChildren();
  const answer = await fetch("login", { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (answer?.ok) {
    location.assign(document.baseURI);
    return;
  }
  wrong.replaceChildren(words.worded(answer ? "wrong_password" : "lost"));
  form.elements.password.select();
};
