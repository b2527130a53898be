// What changes something on the server carries this session's token, which pages of other origins cannot read.

const SESSION = new URL("session", import.meta.url);

let plain;
let given = null; // a promise of { header, token }
let leaving = false; // what is sent now outlives the page

// Gradio sends uploads, questions and calls by `fetch`, each from another place: here they all pass.
export function start() {
  plain = window.fetch.bind(window);
  window.fetch = guarded;
  window.addEventListener("pagehide", () => (leaving = true), true);
  window.addEventListener("pageshow", () => (leaving = false));
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
  return plain(input, { ...init, headers, keepalive: leaving });
}

// Sends a file to where Gradio takes them: { path, cancel }, the path promised. `told` hears how many bytes are sent,
// which `fetch` does not tell.
export function upload(file, told) {
  const request = new XMLHttpRequest();
  const send = ({ header, token }) =>
    new Promise((done, lost) => {
      const form = new FormData();
      form.append("files", file);
      request.open("POST", "gradio_api/upload");
      request.setRequestHeader(header, token);
      request.upload.onprogress = ({ loaded }) => told(Math.min(loaded, file.size));
      request.onload = () => (request.status === 200 ? done(JSON.parse(request.responseText)[0]) : lost(request));
      request.onerror = request.onabort = lost;
      request.send(form);
    });
  const again = (lost) => {
    if (request.getResponseHeader?.("x-yinju-refused") !== "token") throw lost;
    given = null;
    return session().then(send);
  };
  return { path: session().then(send).catch(again), cancel: () => request.abort() };
}

function session() {
  given ??= plain(SESSION, { cache: "no-store" }).then((answer) => answer.json());
  given.catch(() => (given = null));
  return given;
}
