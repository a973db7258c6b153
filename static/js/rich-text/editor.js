/* Makes an editor of every <textarea data-rich-text-html="..."> on the page, and of those
   that htmx brings in later. The textarea stays: it is what the form sends.

   For the rest of the page:
   - as one types, the textarea's value is the HTML of the text, and it fires `input`;
     on leaving a text that was changed, `change`;
   - `rich-text:set` on the textarea replaces the text, `rich-text:insert` puts
     something at the cursor (at the end, where nobody has been in the text yet): after
     a paragraph as a new one, amid its words as words. Both can be undone. detail.html
     is restricted HTML, detail.text is typed text; detail.words go in amid the words
     wherever the cursor is:
       textarea.dispatchEvent(
         new CustomEvent("rich-text:insert", { detail: { html: "<p>...</p>" } }));
     Where there is no editor, they write the same into the textarea itself;
   - `rich-text:ready` is fired on the textarea when its editor has opened; detail.editor
     is the editor of the library. */

import { withStarts } from "./blocks.js";
import { begin, beginAtEnd } from "./focus.js";
import { cleaned } from "./paste.js";
import { extensionsOf, isAddress } from "./schema.js";
import { askForLink } from "./dialogs.js";
import { makeToolbar } from "./toolbar.js";
import { htmlOfTyped } from "./typed.js";

const COPIED = "aria-label aria-labelledby aria-invalid aria-required lang".split(" ");
const FIELDS = "textarea[data-rich-text]";
const { richTextLibrary } = document.querySelector("[data-rich-text-library]").dataset;
const editors = new Map();

/** Open the editors of what has come onto the page; end those of what has gone. */
async function open(part) {
  for (const [textarea, editor] of editors) {
    if (!textarea.isConnected) {
      editor?.destroy();
      editors.delete(textarea);
    }
  }
  const itself = part.matches?.(FIELDS) ? [part] : [];
  const fields = [...itself, ...part.querySelectorAll(FIELDS)];
  const fresh = fields.filter((textarea) => !editors.has(textarea));
  for (const textarea of fresh) {
    editors.set(textarea, null);
    listen(textarea);
  }
  const editable = fresh.filter((textarea) => "richTextHtml" in textarea.dataset);
  if (!editable.length) return;
  const library = await import(richTextLibrary);
  for (const textarea of editable) {
    if (textarea.isConnected) editors.set(textarea, makeEditor(library, textarea));
  }
}

function makeEditor(library, textarea) {
  const root = textarea.closest(".rich-text");
  for (const left of root.querySelectorAll(".rich-text-live")) left.remove();
  const live = document.createElement("div");
  live.className = "rich-text-live";
  const status = document.createElement("p");
  status.className = "rich-text-notes";
  status.setAttribute("role", "status");
  const keys = root.querySelector("[data-rich-text-keys]");
  const hadFocus = document.activeElement === textarea;

  const editor = new library.Editor({
    element: live,
    injectCSS: false,
    editable: !textarea.disabled && !textarea.readOnly,
    extensions: extensionsOf(library),
    enableInputRules: ["bulletList", "orderedList"],
    enablePasteRules: false,
    content: contentOf(textarea),
    editorProps: {
      attributes: attributesOf(textarea, keys),
      handleKeyDown: (view, event) => keyDown(event),
      handleDOMEvents: { keydown: (view, event) => leaving(event) },
      handlePaste: (view, event) => pasteAddress(event),
      clipboardTextParser: (text, context, isPlain, view) =>
        sliceOf(library, view.state.schema, htmlOfTyped(text)),
      transformPastedHTML: (html) => pasted(html),
    },
  });

  let isLeaving = false;
  function leaving(event) {
    if (event.key === "Tab" && isLeaving) return true;
    if (event.key !== "Shift") isLeaving = event.key === "Escape";
    return false;
  }
  function keyDown(event) {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "F10" && event.altKey) toolbar.focus();
    else if (event.key.toLowerCase() === "k" && isCommand) askForLink(editor);
    else return false;
    event.preventDefault();
    return true;
  }
  function pasteAddress(event) {
    const address = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (!isAddress(address) || editor.state.selection.empty) return false;
    return begin(editor).setMark("link", { href: address }).run();
  }
  function pasted(html) {
    if (html.includes("data-pm-slice") && !html.includes("style=")) return html;
    const found = cleaned(html, { inTable: editor.isActive("table") });
    status.textContent = found.notes.join(" ");
    return found.html;
  }

  const box = editor.view.dom;
  const name = box.getAttribute("aria-label") ?? textarea.labels[0]?.textContent.trim();
  const toolbar = makeToolbar(editor, { label: `Formatting: ${name}`, controls: box.id });
  live.prepend(toolbar.element);
  live.append(status);
  textarea.after(live);
  root.classList.add("is-live");
  textarea.tabIndex = -1;
  textarea.setAttribute("aria-hidden", "true");

  let last = valueOf(editor);
  let left = last;
  editor.on("update", () => {
    const value = valueOf(editor);
    if (value === last) return;
    last = value;
    textarea.value = value;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  });
  editor.on("blur", () => {
    if (left === last) return;
    left = last;
    textarea.dispatchEvent(new Event("change", { bubbles: true }));
  });
  editor.on("transaction", toolbar.refresh);
  editor.on("focus", () => (box.dataset.visited = ""));
  if (hadFocus) beginAtEnd(editor);
  textarea.dispatchEvent(
    new CustomEvent("rich-text:ready", { bubbles: true, detail: { editor } }),
  );
  return editor;
}

/* What the server rendered, unless somebody typed before the editor was there or the
   browser brought back what was typed. */
function contentOf(textarea) {
  const { value, defaultValue } = textarea;
  const html = value === defaultValue ? textarea.dataset.richTextHtml : htmlOf(value);
  return withStarts(html);
}

function htmlOf(value) {
  return /^\s*<(p|ul|ol|table)[\s>]/.test(value) ? value : htmlOfTyped(value);
}

function valueOf(editor) {
  return editor.getHTML().replace(/(<p><\/p>)+$/, "");
}

function attributesOf(textarea, keys) {
  const attributes = {
    class: "rich-text-box",
    id: `${textarea.id}_box`,
    role: "textbox",
    "aria-multiline": "true",
    "aria-describedby": [textarea.dataset.richTextDescribed, keys?.id]
      .filter(Boolean)
      .join(" "),
  };
  const label = textarea.labels[0];
  if (label) {
    label.id ||= `${textarea.id}_label`;
    attributes["aria-labelledby"] = label.id;
  }
  for (const name of COPIED) {
    if (textarea.hasAttribute(name)) attributes[name] = textarea.getAttribute(name);
  }
  if (textarea.disabled) attributes["aria-disabled"] = "true";
  if (textarea.readOnly) attributes["aria-readonly"] = "true";
  return attributes;
}

function sliceOf(library, schema, html) {
  const { DOMParser: Parser, Slice } = library.pm.model;
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.innerHTML = html;
  const { content } = Parser.fromSchema(schema).parse(holder);
  const opens = (node) => Number(node.type.name === "paragraph");
  return new Slice(content, opens(content.firstChild), opens(content.lastChild));
}

/* The hidden textarea passes on what was meant for it: a click on its label, a link in
   the summary of errors, a reset of its form, a text from elsewhere. */
function listen(textarea) {
  textarea.addEventListener("focus", () => {
    if (editors.get(textarea)) begin(editors.get(textarea)).run();
  });
  textarea.form?.addEventListener("reset", () => {
    setTimeout(() => editors.get(textarea)?.commands.setContent(contentOf(textarea)));
  });
  textarea.addEventListener("rich-text:set", ({ detail }) => {
    const editor = editors.get(textarea);
    const html = detail.html ?? htmlOfTyped(detail.text ?? "");
    if (editor) editor.commands.setContent(cleaned(html).html, { emitUpdate: true });
    else write(textarea, detail.text ?? detail.html, 0, textarea.value.length);
  });
  textarea.addEventListener("rich-text:insert", ({ detail }) => {
    const editor = editors.get(textarea);
    const html = detail.html ?? htmlOfTyped(detail.text ?? "");
    if (!editor) {
      const { selectionStart, selectionEnd } = textarea;
      const text = detail.words ?? detail.text ?? detail.html;
      write(textarea, text, selectionStart, selectionEnd);
      return;
    }
    if (!("visited" in editor.view.dom.dataset)) beginAtEnd(editor);
    if (detail.words) {
      insertWords(editor, detail.words);
      return;
    }
    const { $from, empty } = editor.state.selection;
    const { size } = $from.parent.content;
    if (empty && size && $from.parentOffset === size) editor.commands.splitBlock();
    editor.view.pasteHTML(html);
  });
}

/* Put words in at the cursor, with a space after the word before them. */
function insertWords(editor, words) {
  const { $from } = editor.state.selection;
  const before = $from.parent.textBetween(0, $from.parentOffset, "", " ");
  const gap = /[^\s([“]$/.test(before) ? " " : "";
  begin(editor).insertContent({ type: "text", text: gap + words }).run();
}

function write(textarea, text, from, to) {
  textarea.setRangeText(text, from, to, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("htmx:load", (event) => open(event.detail.elt));
document.addEventListener("htmx:historyRestore", () => open(document));
open(document);
