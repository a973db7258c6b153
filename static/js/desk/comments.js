/* The pages of comments work without this file; with it, ticking shows how many, and
   passages go in at the cursor. */

(function () {
  "use strict";

  /* --- the list ------------------------------------------------------------------- */

  function ticking(form) {
    const rows = [...document.querySelectorAll('.tick input[name="row"]')];
    const line = form.querySelector("[data-tick-all]");
    const everyHere = line.querySelector("input");
    const every = form.querySelector('input[name="every"]');
    const said = form.querySelector("[data-ticked]");
    let last = null;
    line.hidden = false;

    function tell() {
      const count = rows.filter((row) => row.checked).length;
      everyHere.checked = count === rows.length;
      everyHere.indeterminate = count > 0 && count < rows.length;
      said.textContent = count && !every.checked ? `${count} selected` : "";
    }
    everyHere.addEventListener("change", () => {
      for (const row of rows) row.checked = everyHere.checked;
      tell();
    });
    every.addEventListener("change", tell);
    for (const row of rows) {
      row.addEventListener("click", (event) => {
        // With Shift, all between this box and the last one.
        if (event.shiftKey && last !== null) {
          const [from, to] = [rows.indexOf(last), rows.indexOf(row)].sort((a, b) => a - b);
          for (const between of rows.slice(from, to + 1)) between.checked = row.checked;
        }
        last = row;
        tell();
      });
      row.addEventListener("change", tell);
    }
    tell();
  }

  /* --- passages --------------------------------------------------------------------- */

  function insert(button) {
    const form = button.form;
    const text = form && form.elements.namedItem("response-text");
    if (!text) return false;
    text.dispatchEvent(
      new CustomEvent("rich-text:insert", { detail: { html: button.dataset.insert } })
    );
    const used = form.elements.namedItem("response-used");
    used.value = `${used.value} ${button.dataset.passage}`.trim();
    return true;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button && insert(button)) event.preventDefault();
  });

  // Enter in the search for passages looks for them; it saves nothing.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "find-passage") {
      event.preventDefault();
      event.target.dispatchEvent(new Event("search", { bubbles: true }));
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="then"][value="find"]');
    const words = document.getElementById("find-passage");
    if (!button || !words || !window.htmx) return;
    event.preventDefault();
    words.dispatchEvent(new Event("search", { bubbles: true }));
  });

  const together = document.getElementById("together");
  if (together) ticking(together);
})();
