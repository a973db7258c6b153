/* Standard text goes in at the cursor; without this file the server puts it at the end. */

/** Let buttons with the attribute data-`html` insert it into the field `text` of their
    form. The field `used` is told which text and version that was. */
export function insertAtCursor({ html, text, used }) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(`[data-${html}]`);
    const field = button?.form?.elements.namedItem(text);
    if (!field) return;
    event.preventDefault();
    const detail = { html: button.dataset[html] };
    field.dispatchEvent(new CustomEvent("rich-text:insert", { detail }));
    const list = button.form.elements.namedItem(used);
    list.value = `${list.value} ${button.dataset.passage}`.trim();
  });
}

/** Let Enter in the search field `id` search, where it would save the form. */
export function searchOnEnter(id, search) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== id) return;
    event.preventDefault();
    search(event.target);
  });
}
