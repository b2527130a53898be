// A question asked or answered again is a version of its exchange. Nothing is forgotten: an exchange holds all its
// `versions` and which `version` is shown; what followed another question waits in `rests`, by that question.

export const count = (exchange) => exchange.versions?.length ?? 1;

// The exchange as it was asked and answered, without its other versions.
export function bare({ versions, version, rests, ...exchange }) {
  return exchange;
}

// An answer at a position: the next exchange, or the newest version of the one that is there.
export function add(exchanges, at, exchange) {
  if (at >= exchanges.length) {
    exchanges.push(exchange);
    return;
  }
  const slot = exchanges[at];
  exchanges[at] = { ...slot, versions: [...(slot.versions ?? [bare(slot)]), exchange], version: slot.version ?? 0 };
  turn(exchanges, at, count(exchanges[at]) - 1);
}

// Shows another version. What follows belongs to the question: it stays where only the answer is another one.
export function turn(exchanges, at, to) {
  const slot = exchanges[at];
  const next = slot.versions[to];
  const versions = slot.versions.with(slot.version, bare(slot));
  const rests = { ...slot.rests };
  let rest = exchanges.slice(at + 1);
  if (next.asked !== slot.asked) {
    rests[place(slot)] = rest;
    rest = rests[place(next)] ?? [];
    delete rests[place(next)];
  }
  exchanges.splice(at, Infinity, { ...next, versions, version: to, rests }, ...rest);
}

// Every exchange, also those that are not shown.
export function* all(exchanges) {
  for (const exchange of exchanges) {
    yield exchange;
    for (const [at, version] of (exchange.versions ?? []).entries()) if (at !== exchange.version) yield version;
    for (const rest of Object.values(exchange.rests ?? {})) yield* all(rest);
  }
}

// All of a conversation in the order of reading, each with the versions it belongs to: "1/2", or "" where there is one.
export function* told(exchanges, within = "") {
  for (const exchange of exchanges) {
    const versions = exchange.versions ?? [exchange];
    const shown = exchange.version ?? 0;
    const label = (at) => [within, versions.length > 1 ? `${at + 1}/${versions.length}` : ""].filter(Boolean).join(" ");
    const seen = new Set([exchange.asked]);
    for (const [at, version] of versions.entries()) {
      if (at === shown) continue;
      yield { ...version, version: label(at) };
      if (!seen.has(version.asked)) yield* told(exchange.rests?.[place(version)] ?? [], label(at));
      seen.add(version.asked);
    }
    yield { ...bare(exchange), version: label(shown) };
  }
}

const place = (exchange) => `=${exchange.asked}`;
