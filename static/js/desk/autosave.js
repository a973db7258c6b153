/* What is typed is saved as a draft on the server: htmx posts the form for the line below
   it that has data-keeps. This adds what htmx cannot: drafts while somebody types without
   a pause or leaves the page, and a copy in this browser when the server is out of reach. */

import { deleteCopy, offerCopy, saveCopy } from "./browser-copy.js";
import { fieldsOf, textOf } from "./form-text.js";

const UNREACHABLE =
  "Not saved: the site cannot be reached. Your changes are kept in this browser.";
const SIGNED_OUT =
  "Not saved: you have been signed out. Your changes are kept in this browser. " +
  "Sign in again in another tab, then save.";
const FAILURES = ["htmx:sendError", "htmx:responseError", "htmx:timeout"];
const LONGEST_UNSAVED = 8000;

/** Watch the forms of a part of the page that are autosaved. */
export function autosave(part) {
  for (const line of part.querySelectorAll("[data-keeps]")) {
    const form = line.closest("form");
    if (!form || line.dataset.watched) continue;
    line.dataset.watched = "yes";
    offerCopy(line, form);
    copyOnFailure(line, form);
    saveWhileTyping(line, form);
    saveOnLeaving(line, form);
  }
}

function copyOnFailure(line, form) {
  for (const failure of FAILURES) {
    line.addEventListener(failure, (event) => {
      saveCopy(line, form, event.detail.xhr?.status === 401 ? SIGNED_OUT : UNREACHABLE);
    });
  }
  line.addEventListener("htmx:afterSwap", () => deleteCopy(line));
  form.addEventListener("submit", (event) => {
    if (navigator.onLine !== false) return;
    event.preventDefault(); // the browser's own page would take the place of the text
    saveCopy(line, form, UNREACHABLE);
  });
}

function saveWhileTyping(line, form) {
  let since = Date.now();
  line.addEventListener("htmx:afterRequest", () => { since = Date.now(); });
  form.addEventListener("input", () => {
    if (Date.now() - since < LONGEST_UNSAVED) return;
    since = Date.now();
    line.dispatchEvent(new Event("keep"));
  });
}

/* What was typed in the last moment before a link was followed. */
function saveOnLeaving(line, form) {
  let saved = textOf(fieldsOf(form));
  let isSent = false;
  line.addEventListener("htmx:beforeRequest", () => { saved = textOf(fieldsOf(form)); });
  form.addEventListener("submit", (event) => { isSent = !event.defaultPrevented; });
  window.addEventListener("pageshow", () => { isSent = false; });
  window.addEventListener("pagehide", () => {
    if (isSent || !form.isConnected || textOf(fieldsOf(form)) === saved) return;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    if (!navigator.sendBeacon(line.getAttribute("hx-post"), fields)) {
      saveCopy(line, form, UNREACHABLE);
    }
  });
}
