/* A conclusion is written without this file as well; with it, the live preview shows and
   keeps the place that is edited, sections are put in order by dragging, and passages go
   in at the cursor. htmx fetches the preview. */

(function () {
  "use strict";

  /* --- the live preview ----------------------------------------------------------- */

  const LOGGED_OUT = "No preview: you have been signed out. Sign in again in another tab.";
  const NO_ANSWER = "No preview: the site did not respond. The preview updates when you next type.";
  let last = "";
  let held = null;

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

  document.addEventListener("htmx:beforeSwap", (event) => {
    const pane = event.detail.target;
    if (!pane.matches("[data-pane]") || event.detail.isError) return;
    const answer = event.detail.serverResponse;
    const isPreview = answer.startsWith('<div class="live"');
    say(pane, isPreview ? "" : LOGGED_OUT);
    if (!isPreview || answer === last) {
      event.detail.shouldSwap = false;
      return;
    }
    last = answer;
    const part = editedIn(pane);
    if (part) held = offsetOf(part, pane);
    else if (pane.querySelector(".document")) held = -pane.scrollTop;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const pane = event.detail.target;
    if (!pane.matches("[data-pane]")) return;
    for (const link of pane.querySelectorAll('a[href^="attachments/"]')) {
      link.href = pane.dataset.base + link.getAttribute("href");
    }
    const part = editedIn(pane);
    if (part) {
      pane.scrollTop += offsetOf(part, pane) - (held ?? 16);
    } else if (held !== null && pane.querySelector(".document")) {
      pane.scrollTop = -held;
    }
  });

  // Not before: settling gives what has an id the attributes it was sent with.
  document.addEventListener("htmx:afterSettle", (event) => {
    const pane = event.detail.target;
    if (pane.matches("[data-pane]")) editedIn(pane)?.classList.add("is-edited");
  });

  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      const pane = event.detail.elt;
      if (!pane.matches("[data-pane]")) return;
      say(pane, [401, 403].includes(event.detail.xhr?.status) ? LOGGED_OUT : NO_ANSWER);
    });
  }

  /* --- the outline -------------------------------------------------------------------- */

  function arrange(list) {
    const rows = () => [...list.querySelectorAll(":scope > [data-place]")];
    let dragged = null;
    for (const row of rows()) {
      const handle = row.querySelector(":scope > .entry-line [data-drag]");
      if (!handle || rows().length < 2) continue;
      handle.hidden = false;
      handle.addEventListener("pointerdown", () => { row.draggable = true; });
      handle.addEventListener("pointerup", () => { row.draggable = false; });
      row.addEventListener("dragstart", (event) => {
        if (!row.draggable || dragged) return;
        event.stopPropagation();
        dragged = row;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.dataset.place);
        row.classList.add("dragged");
      });
      row.addEventListener("dragover", (event) => {
        if (!dragged) return;
        event.preventDefault();
        if (dragged === row) return;
        const box = row.getBoundingClientRect();
        const below = event.clientY > box.top + box.height / 2;
        list.insertBefore(dragged, below ? row.nextSibling : row);
      });
      row.addEventListener("drop", (event) => event.preventDefault());
      row.addEventListener("dragend", () => {
        row.draggable = false;
        row.classList.remove("dragged");
        if (dragged) send(list, rows());
        dragged = null;
      });
    }
  }

  function send(list, rows) {
    const form = document.getElementById(list.dataset.outline);
    form.elements.namedItem("order").value = rows.map((row) => row.dataset.place).join(",");
    form.elements.namedItem("parent").value = list.dataset.parent;
    form.submit();
  }

  for (const list of document.querySelectorAll("[data-outline]")) arrange(list);

  /* --- standard text ------------------------------------------------------------------ */

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-put]");
    const text = button?.form?.elements.namedItem("text");
    if (!text) return;
    event.preventDefault();
    text.dispatchEvent(
      new CustomEvent("rich-text:insert", { detail: { html: button.dataset.put } })
    );
    const used = button.form.elements.namedItem("used");
    used.value = `${used.value} ${button.dataset.passage}`.trim();
  });

  // Enter among the passages looks for them; it saves nothing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "find_passage") return;
    event.preventDefault();
    event.target.form.elements.namedItem("find_now").click();
  });
})();
