/* A copy of unsaved text in this browser, for when the server cannot be reached or has
   signed the user out. It is offered when the form is next shown.

   data-keeps="7:comment:12" on the line below a form says whose text it is: the user and
   what they edit. */

import { fieldsOf, fillIn, textOf } from "./form-text.js";

const PREFIX = "unsaved:";
const NO_COPY =
  "Not saved, and this browser cannot keep your changes. " +
  "Copy your changes before you leave this page.";

/** Save the form's text in this browser, and say why in the line below the form. */
export function saveCopy(line, form, why) {
  const copy = JSON.stringify({ at: Date.now(), fields: fieldsOf(form) });
  try {
    localStorage.setItem(keyOf(line), copy);
    line.textContent = why;
  } catch (error) {
    line.textContent = NO_COPY;
  }
  line.setAttribute("role", "alert");
  line.classList.add("kept-here");
}

/** Delete the copy: its text has been saved or discarded. */
export function deleteCopy(line) {
  try {
    localStorage.removeItem(keyOf(line));
  } catch (error) {
    /* a browser without storage has no copy */
  }
  line.removeAttribute("role");
  line.classList.remove("kept-here");
}

/** Show a notice above the form if there is a copy that says something else. */
export function offerCopy(line, form) {
  const copy = readCopy(line);
  if (!copy) return;
  if (textOf(copy.fields) === textOf(fieldsOf(form))) {
    deleteCopy(line); // it was saved after all
    return;
  }
  const notice = element("div", { className: "notice notice-kept" });
  const restore = element("button", {
    type: "button",
    className: "button",
    textContent: "Restore",
  });
  const discard = element("button", {
    type: "button",
    className: "button button-quiet",
    textContent: "Discard",
  });
  restore.addEventListener("click", () => fillIn(form, copy.fields));
  for (const button of [restore, discard]) {
    button.addEventListener("click", () => {
      deleteCopy(line);
      notice.remove();
    });
  }
  const buttons = element("p", { className: "buttons" });
  buttons.append(restore, discard);
  const heading = element("h2", { textContent: "You have unsaved changes" });
  const words = element("p", {
    textContent: `Your changes were kept in this browser at ${moment(copy.at)}.`,
  });
  notice.append(heading, words, buttons);
  // Not form.before: that is the field of a change that has this name.
  form.parentNode.insertBefore(notice, form);
}

function keyOf(line) {
  return PREFIX + line.dataset.keeps;
}

function readCopy(line) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(line)));
  } catch (error) {
    return null;
  }
}

/* As the site writes it: 16:00 on 3 July 2020. */
function moment(at) {
  const time = { hour: "2-digit", minute: "2-digit" };
  const date = { day: "numeric", month: "long", year: "numeric" };
  const when = new Date(at);
  const day = when.toLocaleDateString("en-GB", date);
  return `${when.toLocaleTimeString("en-GB", time)} on ${day}`;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
