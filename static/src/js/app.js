// The one script: htmx, the few govuk-frontend components that are used, and our own small files. Pages work without it.

import "htmx.org/dist/htmx.esm.min.js";
import "./cover.js";
import "./keep.js";
import "./once.js";
import "./print.js";
import "./swap.js";
import "./tabs.js";
