// Conversations in this browser: one entry of localStorage each. Tabs that show the same one take over what others add.

import { all as allOf } from "./versions.js";

const PREFIX = "yinju.conversation.";
const CURRENT = "yinju.current";
const DRAFT = "yinju.draft";

export function all() {
  const found = Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => read(key.slice(PREFIX.length)))
    .filter(Boolean);
  return found.sort((one, other) => other.updated - one.updated);
}

export function read(id) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + id));
    return kept && Array.isArray(kept.exchanges) ? kept : null;
  } catch {
    return null;
  }
}

// Whether there was room.
export function write(conversation) {
  conversation.updated = Date.now();
  const kept = keep(PREFIX + conversation.id, JSON.stringify(conversation));
  choose(conversation.id);
  return kept;
}

// A conversation from elsewhere, without showing it; whether there was room.
export const put = (conversation) => keep(PREFIX + conversation.id, JSON.stringify(conversation));

// What another tab added to a conversation since this one read it.
export function missed(conversation) {
  const known = new Set([...allOf(conversation.exchanges)].map((exchange) => exchange.id));
  return (read(conversation.id)?.exchanges ?? []).filter((exchange) => !known.has(exchange.id));
}

export const place = (id) => PREFIX + id;

// Whether there was room; a full browser goes on without.
export function keep(key, value, storage = localStorage) {
  try {
    storage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function forget(id) {
  localStorage.removeItem(PREFIX + id);
}

// The one this tab shows; in a new tab the one shown last.
export function current() {
  const id = sessionStorage.getItem(CURRENT) ?? localStorage.getItem(CURRENT);
  return id ? read(id) : null;
}

export function choose(id) {
  keep(CURRENT, id, sessionStorage);
  keep(CURRENT, id);
}

// What this tab has in its composer, not yet asked.
export const draft = () => sessionStorage.getItem(DRAFT) ?? "";
export const keepDraft = (text) => keep(DRAFT, text, sessionStorage);

export function fresh() {
  return { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), title: "", updated: Date.now(), exchanges: [] };
}
