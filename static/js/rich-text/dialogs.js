/* Small questions that the editor asks: the address of a link, the start of a list. */

import { begin } from "./focus.js";
import { isAddress } from "./schema.js";

let asked = 0;

/** Ask for the address of the link at the cursor, or for that of a new one. */
export async function askForLink(editor) {
  const { selection } = editor.state;
  const isLinked = editor.isActive("link");
  const isBare = !isLinked && selection.empty;
  const answer = await ask({
    title: isLinked ? "Edit link" : "Add link",
    fields: [
      ...(isBare ? [{ name: "words", label: "Link text" }] : []),
      {
        name: "href",
        label: "Address",
        hint: "Starts with https://, http:// or mailto:",
        value: editor.getAttributes("link").href ?? "",
        check: (text) =>
          addressFrom(text) !== "" ||
          "Enter a full address, such as https://www.example.org/page",
      },
    ],
    save: "Save link",
    remove: isLinked ? "Remove link" : "",
  });
  const chain = backTo(editor, selection);
  if (!answer) return chain.run();
  if (isLinked) chain.extendMarkRange("link");
  if (answer.isRemoved) return chain.unsetMark("link").run();
  const href = addressFrom(answer.href);
  if (!isBare) return chain.setMark("link", { href }).run();
  const marks = selection.$from.marks().map(plain);
  const text = answer.words.trim() || href;
  const link = { type: "link", attrs: { href } };
  return chain.insertContent({ type: "text", text, marks: [...marks, link] }).run();
}

function plain(mark) {
  return { type: mark.type.name, attrs: mark.attrs };
}

function addressFrom(text) {
  const typed = text.trim();
  if (/^[^\s@/:]+@[^\s@]+\.[^\s@]+$/.test(typed)) return `mailto:${typed}`;
  const whole = /^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(typed) ? `https://${typed}` : typed;
  return isAddress(whole) ? whole : "";
}

/** Ask at which number the list at the cursor starts. */
export async function askForStart(editor) {
  const { selection } = editor.state;
  const answer = await ask({
    title: "Number of the first item",
    fields: [
      {
        name: "start",
        label: "Start at",
        value: String(editor.getAttributes("orderedList").start ?? 1),
        numeric: true,
        check: (text) =>
          /^[1-9]\d{0,3}$/.test(text.trim()) || "Enter a whole number from 1 to 9999",
      },
    ],
    save: "Save",
  });
  const chain = backTo(editor, selection);
  if (answer) chain.updateAttributes("orderedList", { start: Number(answer.start) });
  return chain.run();
}

/* When a dialog closes, the browser gives the text its focus but not its place back. */
function backTo(editor, selection) {
  return begin(editor).command(({ tr }) => {
    if (tr.doc === selection.$from.doc) tr.setSelection(selection);
    return true;
  });
}

/* Resolves to the answers by name, to { isRemoved: true }, or to null. */
function ask({ title, fields, save, remove = "" }) {
  asked += 1;
  const id = `rich-text-asked-${asked}`;
  const dialog = element("dialog", { className: "rich-text-dialog" });
  dialog.setAttribute("aria-labelledby", id);
  const heading = element("p", { className: "rich-text-title", id, textContent: title });
  const form = element("form", { noValidate: true, method: "dialog" });
  const inputs = fields.map((field, index) => inputOf(field, `${id}-${index}`));
  const buttons = element("div", { className: "buttons" });
  buttons.append(button(save, "submit"));
  form.append(heading, ...inputs.map((input) => input.parentElement), buttons);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    // At once: `close` comes later, and a key pressed until then would be lost.
    const finish = (answer) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const removing = () => finish({ isRemoved: true });
    if (remove) buttons.append(button(remove, "button", removing));
    buttons.append(button("Cancel", "button", () => finish(null)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const wrong = inputs.filter((input, at) => !judge(input, fields[at].check));
      if (wrong.length) wrong[0].focus();
      else finish(Object.fromEntries(inputs.map(({ name, value }) => [name, value])));
    });
    dialog.addEventListener("cancel", () => finish(null));
    document.activeElement?.blur(); // or closing would put the cursor at the start
    dialog.showModal();
    inputs[0].focus();
    inputs[0].select();
  });
}

function inputOf({ name, label, hint = "", value = "", numeric = false }, id) {
  const field = element("div", { className: "field" });
  field.append(element("label", { htmlFor: id, textContent: label }));
  const described = [];
  const say = (part, className, textContent) => {
    described.push(`${id}-${part}`);
    field.append(element("p", { id: described.at(-1), className, textContent }));
  };
  if (hint) say("hint", "hint", hint);
  say("wrong", "rich-text-wrong", "");
  field.lastChild.hidden = true;
  const input = element("input", { id, name, value, type: "text", autocomplete: "off" });
  if (numeric) input.inputMode = "numeric";
  input.setAttribute("aria-describedby", described.join(" "));
  field.append(input);
  return input;
}

function judge(input, check = () => true) {
  const verdict = check(input.value);
  const wrong = input.previousElementSibling;
  wrong.hidden = verdict === true;
  wrong.textContent = verdict === true ? "" : verdict;
  input.setAttribute("aria-invalid", String(verdict !== true));
  return verdict === true;
}

function button(textContent, type, act = () => {}) {
  const className = type === "submit" ? "button" : "button button-quiet";
  const made = element("button", { className, type, textContent });
  made.addEventListener("click", act);
  return made;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
