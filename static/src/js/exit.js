// "Exit this page": covers the screen at once, ends the session, and puts a weather page in the place of this one.

import { ExitThisPage } from "govuk-frontend/dist/govuk/components/exit-this-page/exit-this-page.mjs";

// govuk's component knows the button and Shift three times, but leaves our page in the history, one Back away.
// So the leaving is ours: nothing to see, the server told, and no step in the history to come back to.
export class Exit extends ExitThisPage {
  exitPage() {
    const link = this.$button;
    const cover = document.createElement("div");
    cover.className = "cover";
    cover.setAttribute("role", "alert");
    cover.textContent = this.i18n.t("activated");
    document.body.replaceChildren(cover);
    document.title = link.dataset.title;
    try {
      navigator.sendBeacon(link.href);
    } finally {
      window.location.replace(link.dataset.away);
    }
  }

  resetPage() {
    // After an exit there is nothing to bring back: cover.js asks the server for the page again instead.
  }
}
