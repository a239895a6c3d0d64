// Without a connection: asks the service worker to hold help now ready, and keeps the card that somebody chose to keep.

const KEPT = "kept";
const able = "serviceWorker" in navigator && "caches" in window;

if (able) {
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/sw.js");
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ language: document.documentElement.lang });
    } catch (refused) {
      // a private window, or no room: help now then needs a connection
    }
  });
}

const isKept = async () => able && Boolean(await caches.match("/kept", { cacheName: KEPT }));
const show = (name, yes) => document.querySelectorAll(`[data-${name}]`).forEach((element) => (element.hidden = !yes));

async function keep(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  // signed out meanwhile: what came is the way in, not the card
  if (!answer.ok || answer.redirected) return window.location.reload();
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "set-cookie"]) headers.delete(name);
  await (await caches.open(KEPT)).put("/kept", new Response(await answer.text(), { headers }));
}

async function tell() {
  const kept = await isKept();
  show("offline", !navigator.onLine);
  show("kept", kept);
  show("not-kept", able && !kept);
  show("cannot-keep", !able);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-keep], [data-forget]");
  if (!button) return;
  if (button.dataset.keep) await keep(button.dataset.keep);
  else await caches.delete(KEPT);
  await tell();
  const said = document.querySelector(button.dataset.keep ? "[data-kept]" : "[data-not-kept]");
  if (said) said.focus();
  else window.location.replace("/help-now");
});

// A card that is kept is made new whenever it is looked at with a connection: names and numbers change.
const fresh = document.querySelector("[data-keep]");
if (fresh && navigator.onLine) isKept().then((kept) => kept && keep(fresh.dataset.keep).catch(() => {}));
tell();
addEventListener("online", tell);
addEventListener("offline", tell);
