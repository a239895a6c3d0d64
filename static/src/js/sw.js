// The service worker: help now works without a connection, and so does what somebody chose to keep. Nothing else is
// ever stored here: not what was read, not what was searched for, and no page of anybody's.

const HELP = "help"; // help now as anybody gets it who is not signed in, with the style and script it needs
const KEPT = "kept"; // what the person chose to keep (js/keep.js)
const FORGET = ["/exit", "/sign-out", "/account/sign-out-everywhere"];
const DAY = 24 * 60 * 60 * 1000;
const PATIENCE = 4000; // milliseconds for which a bad connection may keep help waiting

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keepHelp(event.data.language)));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (FORGET.includes(url.pathname)) {
    // whoever leaves in a hurry leaves nothing behind
    event.waitUntil(caches.delete(KEPT));
  } else if (request.method !== "GET") {
    return;
  } else if (request.mode === "navigate") {
    event.respondWith(page(request, url));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request, { cacheName: HELP }).then((found) => found ?? fetch(request)));
  }
});

async function page(request, url) {
  if (url.pathname === "/kept") {
    const kept = await caches.match("/kept", { cacheName: KEPT });
    if (kept) return kept;
  }
  const asked = fetch(request);
  if (url.pathname !== "/help-now") return asked.catch(async (lost) => ((await help(url)) ? Response.redirect("/help-now") : Promise.reject(lost)));
  // on a connection that hangs, the copy comes first; without a copy there is nothing but waiting
  const late = new Promise((give) => setTimeout(give, PATIENCE)).then(() => help(url)).then((copy) => copy ?? asked);
  return Promise.race([asked, late]).catch(async (lost) => (await help(url)) ?? Promise.reject(lost));
}

// The copy in the language asked for, else in the language last used here.
async function help(url) {
  const cache = await caches.open(HELP);
  const language = url.searchParams.get("lang");
  return (language && (await cache.match(`/help-now?lang=${language}`))) || cache.match("/help-now");
}

// Fetched as nobody: without cookies the server does not know who asks, so nothing of theirs can be in it.
async function keepHelp(language) {
  const cache = await caches.open(HELP);
  const last = await cache.match("/help-now");
  const [spoken, at] = (last?.headers.get("x-kept") ?? " 0").split(" ");
  if (spoken === language && Date.now() - Number(at) < DAY) return;
  let found = await fetch("/help-now", { credentials: "omit" });
  let words = await found.text();
  if (!words.includes(`<html lang="${language}"`)) {
    found = await fetch(`/help-now?lang=${encodeURIComponent(language)}`, { credentials: "omit" });
    words = await found.text();
  }
  if (!found.ok) return;
  const needed = [...new Set(words.match(/\/static\/[\w.-]+/g))];
  await Promise.all(needed.map(async (path) => (await cache.match(path)) ?? cache.add(path)));
  // with the headers it came with, so that the security policy holds for the copy too
  const headers = new Headers(found.headers);
  headers.set("x-kept", `${language} ${Date.now()}`);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  for (const key of ["/help-now", `/help-now?lang=${language}`]) await cache.put(key, new Response(words, { headers }));
  // the style and script of an older version go
  for (const old of await cache.keys()) {
    const { pathname } = new URL(old.url);
    if (pathname.startsWith("/static/") && !needed.includes(pathname)) await cache.delete(old);
  }
}
