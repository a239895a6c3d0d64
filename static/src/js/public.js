// The script of pages that anybody reads without signing in: the way out, print, and what works without a connection.
// No htmx and no form components, which weigh four times as much and have nothing to do here.

import "./keep.js";
import "./print.js";
import { Exit } from "./exit.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const element of document.querySelectorAll(`[data-module="${Exit.moduleName}"]`)) new Exit(element);
