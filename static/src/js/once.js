// A form is sent once: a second tap while the first is on its way does nothing.

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  // A file to keep, or a network that never answered: the page is still here, so the form must work again.
  setTimeout(again, 8000, form);
}, true);

function again(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
}

// htmx answers without leaving the page, and Back may bring a page back as it was: then the form can be used again.
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) again(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(again));
