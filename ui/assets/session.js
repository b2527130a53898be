// What changes something on the server carries this session's token, which pages of other origins cannot read.

const SESSION = new URL("session", import.meta.url);

let plain;
let given = null; // a promise of { header, token }

// Gradio sends uploads, questions and calls by `fetch`, each from another place: here they all pass.
export function start() {
  plain = window.fetch.bind(window);
  window.fetch = guarded;
}

async function guarded(input, init = {}) {
  const method = (init.method ?? input.method ?? "GET").toUpperCase();
  if (method === "GET" || method === "HEAD") return plain(input, init);
  const answer = await signed(input, init);
  if (answer.headers.get("x-yinju-refused") !== "token") return answer;
  given = null; // the server was started anew
  return signed(input, init);
}

async function signed(input, init) {
  const { header, token } = await session();
  const headers = new Headers(init.headers ?? input.headers);
  headers.set(header, token);
  return plain(input, { ...init, headers });
}

function session() {
  given ??= plain(SESSION, { cache: "no-store" }).then((answer) => answer.json());
  given.catch(() => (given = null));
  return given;
}
