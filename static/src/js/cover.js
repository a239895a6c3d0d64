// Covers a page that nobody has touched for a while, and never shows a private page from the browser's memory.

const { body } = document;
const wait = Number(body.dataset.coverAfter) * 1000;
let touched = Date.now();

function cover() {
  const instead = document.getElementById("cover").content.cloneNode(true);
  const link = instead.querySelector("a");
  link.href = window.location.href;
  // A link to this very address with a # would only scroll; what we want is to ask the server again.
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.location.reload();
  });
  document.title = link.dataset.title;
  body.replaceChildren(instead);
  link.focus();
}

if (wait > 0) {
  let covered = false;
  // The clock is asked, not the timer: a phone in a pocket stops timers.
  const look = () => {
    if (!covered && Date.now() - touched >= wait) {
      covered = true;
      clearInterval(watch);
      cover();
    }
    return covered;
  };
  const watch = setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
  for (const sign of ["pointerdown", "keydown", "scroll", "input"]) {
    addEventListener(sign, () => look() || (touched = Date.now()), { capture: true, passive: true });
  }
}

// Back can show a page as it was, without asking the server, when the session may have ended meanwhile.
addEventListener("pageshow", (event) => {
  if (event.persisted && "private" in body.dataset) {
    body.replaceChildren();
    window.location.reload();
  }
});
