// Wakes the govuk-frontend components on the page, and again in whatever htmx has just put in.

import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { Exit } from "./exit.js";

function wake() {
  // The components refuse to start without this class, and a swap of the whole body takes it away.
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const Component of [Exit, ErrorSummary, Radios, Checkboxes, PasswordInput]) {
    const name = Component.moduleName;
    for (const element of document.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`)) {
      try {
        // An error summary takes the focus as it wakes, so that what is wrong is read out.
        new Component(element);
      } catch (problem) {
        console.error(problem);
      }
    }
  }
}

wake();
document.addEventListener("htmx:after:swap", wake);
