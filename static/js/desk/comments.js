/* The pages of comments work without this file; with it, they say how many rows are
   selected, and standard text goes in at the cursor. */

import { countSelected } from "./row-selection.js";
import { insertAtCursor, searchOnEnter } from "./standard-text.js";

const form = document.getElementById("together");
if (form) {
  countSelected(form, [...document.querySelectorAll('.tick input[name="row"]')]);
}

insertAtCursor({ html: "insert", text: "response-text", used: "response-used" });

// htmx fetches what is found; the button would save the form.
const search = (field) => field.dispatchEvent(new Event("search", { bubbles: true }));
searchOnEnter("find-passage", search);
document.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="then"][value="find"]');
  const field = document.getElementById("find-passage");
  if (!button || !field || !window.htmx) return;
  event.preventDefault();
  search(field);
});
