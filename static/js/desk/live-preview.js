/* The live preview of a conclusion, which htmx fetches: it keeps the place that is edited
   in view, and says when it could not be fetched. */

const SIGNED_OUT =
  "No preview: you have been signed out. Sign in again in another tab.";
const NO_RESPONSE =
  "No preview: the site did not respond. The preview updates when you next type.";
const FAILURES = ["htmx:sendError", "htmx:responseError", "htmx:timeout"];
const SPACE_ABOVE = 16;

let last = "";
let held = null;

/** Follow what htmx does with the element that has data-pane. */
export function keepPreviewInPlace() {
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterSwap", afterSwap);
  // Not before: settling gives what has an id the attributes it was sent with.
  document.addEventListener("htmx:afterSettle", ({ detail: { target: pane } }) => {
    if (isPane(pane)) editedIn(pane)?.classList.add("is-edited");
  });
  for (const failure of FAILURES) {
    document.addEventListener(failure, ({ detail: { elt: pane, xhr } }) => {
      if (!isPane(pane)) return;
      say(pane, [401, 403].includes(xhr?.status) ? SIGNED_OUT : NO_RESPONSE);
    });
  }
}

function beforeSwap({ detail }) {
  const pane = detail.target;
  if (!isPane(pane) || detail.isError) return;
  const response = detail.serverResponse;
  const isPreview = response.startsWith('<div class="live"');
  say(pane, isPreview ? "" : SIGNED_OUT);
  if (!isPreview || response === last) {
    detail.shouldSwap = false;
    return;
  }
  last = response;
  const part = editedIn(pane);
  if (part) held = offsetOf(part, pane);
  else if (pane.querySelector(".document")) held = -pane.scrollTop;
}

function afterSwap({ detail: { target: pane } }) {
  if (!isPane(pane)) return;
  for (const link of pane.querySelectorAll('a[href^="attachments/"]')) {
    link.href = pane.dataset.base + link.getAttribute("href");
  }
  const part = editedIn(pane);
  if (part) pane.scrollTop += offsetOf(part, pane) - (held ?? SPACE_ABOVE);
  else if (held !== null && pane.querySelector(".document")) pane.scrollTop = -held;
}

function isPane(element) {
  return element.matches("[data-pane]");
}

function editedIn(pane) {
  const anchor = pane.querySelector("[data-edited]")?.dataset.edited;
  return anchor ? pane.querySelector(`#${CSS.escape(anchor)}`) : null;
}

function offsetOf(part, pane) {
  return part.getBoundingClientRect().top - pane.getBoundingClientRect().top;
}

function say(pane, words) {
  const line = pane.parentElement.querySelector("[data-pane-said]");
  if (line.textContent !== words) line.textContent = words;
}
