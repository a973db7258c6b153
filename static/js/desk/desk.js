/* Every page of the workspace. Each works without this file; with it, rows are put in
   order by dragging, and what is typed survives a lost connection. */

import { autosave } from "./autosave.js";
import { makeListsSortable } from "./ordering.js";
import { warnOfUnsaved } from "./unsaved-warning.js";

function start(part) {
  autosave(part);
  makeListsSortable(part);
}

document.addEventListener("DOMContentLoaded", () => {
  start(document);
  const forms = [...document.querySelectorAll("main form[method=post]")];
  warnOfUnsaved(forms.filter((form) => !form.querySelector("[data-keeps]")));
});
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) start(event.target);
});
