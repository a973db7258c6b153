/* Cross-references go in at the cursor of the text that was edited last. Without this
   file they are copied from their page. */

let lastText = null;

document.addEventListener("focusin", ({ target }) => {
  const text = target.closest(".rich-text")?.querySelector("textarea");
  if (text) lastText = text;
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-reference]");
  const panel = button?.closest("[data-cross-references]");
  if (!panel) return;
  const { crossReferences } = panel.dataset;
  const text = lastText?.isConnected
    ? lastText
    : document.querySelector(`form.edit [name="${crossReferences}"]`);
  const words = button.dataset.reference;
  text.dispatchEvent(new CustomEvent("rich-text:insert", { detail: { words } }));
  const name = text.labels[0]?.firstChild.textContent.trim() ?? "the text";
  panel.querySelector("[data-inserted]").textContent =
    `${words} inserted in “${name}”. Save to keep the change.`;
});
