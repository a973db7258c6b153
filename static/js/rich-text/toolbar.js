/* The buttons above the text: one tab stop, arrows between them (the toolbar pattern of
   the ARIA Authoring Practices). Those of lists and tables show where they apply. */

import { begin } from "./focus.js";
import { askForLink, askForStart } from "./dialogs.js";

const inTable = (editor) => editor.isActive("table");
const inNumbers = (editor) => editor.isActive("orderedList");
const inList = (editor) => inNumbers(editor) || editor.isActive("bulletList");

const mark = (label, shown, keys, name, toggle) => ({
  ...{ label, shown, keys },
  act: (editor) => begin(editor)[toggle]().run(),
  isOn: (editor) => editor.isActive(name),
});
const step = (label, command, where, keys = "") => ({
  ...{ label, keys, where },
  act: (editor) => begin(editor)[command]().run(),
  isPossible: (editor) => editor.can()[command](),
});

const ALWAYS = () => true;
const GROUPS = [
  [
    mark("Bold", "B", "Control+B", "bold", "toggleBold"),
    mark("Italic", "I", "Control+I", "italic", "toggleItalic"),
  ],
  [
    mark("Bulleted list", "", "Control+Shift+8", "bulletList", "toggleBulletList"),
    mark("Numbered list", "", "Control+Shift+7", "orderedList", "toggleOrderedList"),
  ],
  [
    {
      label: "Link",
      keys: "Control+K",
      act: askForLink,
      isOn: (editor) => editor.isActive("link"),
    },
    {
      label: "Table",
      act: (editor) => begin(editor).insertTable({ rows: 3, cols: 2 }).run(),
      isPossible: (editor) => !inTable(editor),
    },
  ],
  [
    step("Undo", "undo", ALWAYS, "Control+Z"),
    step("Redo", "redo", ALWAYS, "Control+Y"),
  ],
  [
    {
      label: "Increase indent",
      keys: "Tab",
      where: inList,
      act: (editor) => begin(editor).sinkListItem("listItem").run(),
      isPossible: (editor) => editor.can().sinkListItem("listItem"),
    },
    {
      label: "Decrease indent",
      keys: "Shift+Tab",
      where: inList,
      act: (editor) => begin(editor).liftListItem("listItem").run(),
      isPossible: (editor) => editor.can().liftListItem("listItem"),
    },
    { label: "Start at…", where: inNumbers, act: askForStart },
  ],
  [
    step("Insert row above", "addRowBefore", inTable),
    step("Insert row below", "addRowAfter", inTable),
    step("Insert column before", "addColumnBefore", inTable),
    step("Insert column after", "addColumnAfter", inTable),
    {
      label: "Header row",
      where: inTable,
      act: (editor) => begin(editor).toggleHeaderRow().run(),
      isOn: hasHeadingRow,
    },
    step("Delete row", "deleteRow", inTable),
    step("Delete column", "deleteColumn", inTable),
    step("Delete table", "deleteTable", inTable),
  ],
];

function hasHeadingRow(editor) {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "table") {
      const cells = $from.node(depth).firstChild.content.content;
      return cells.every((cell) => cell.type.name === "tableHeader");
    }
  }
  return false;
}

/** Return { element, refresh, focus } of an editor's toolbar. */
export function makeToolbar(editor, { label, controls }) {
  const element = document.createElement("div");
  element.className = "rich-text-tools";
  element.setAttribute("role", "toolbar");
  element.setAttribute("aria-label", label);
  element.setAttribute("aria-controls", controls);
  const groups = GROUPS.map((entries) => groupOf(entries, editor));
  element.append(...groups.map((group) => group.element));
  const buttons = groups.flatMap((group) => group.buttons);
  let stop = buttons[0];

  function moveTo(button) {
    stop = button;
    for (const each of buttons) each.element.tabIndex = each === stop ? 0 : -1;
  }

  function refresh() {
    for (const each of buttons) each.refresh();
    for (const group of groups) {
      group.element.hidden = group.buttons.every((each) => each.element.hidden);
    }
    moveTo(stop.element.hidden ? buttons[0] : stop);
  }

  element.addEventListener("keydown", (event) => {
    const seen = buttons.filter((each) => !each.element.hidden);
    const at = seen.indexOf(stop);
    const next = {
      ArrowRight: (at + 1) % seen.length,
      ArrowLeft: (at - 1 + seen.length) % seen.length,
      Home: 0,
      End: seen.length - 1,
    }[event.key];
    if (event.key === "Escape") begin(editor).run();
    else if (next === undefined) return;
    else {
      moveTo(seen[next]);
      stop.element.focus();
    }
    event.preventDefault();
  });
  element.addEventListener("focusin", (event) => {
    const found = buttons.find((each) => each.element === event.target);
    if (found) moveTo(found);
  });
  // The text keeps its selection while a button is pressed with the mouse.
  element.addEventListener("mousedown", (event) => event.preventDefault());
  refresh();
  return { element, refresh, focus: () => stop.element.focus() };
}

function groupOf(entries, editor) {
  const element = document.createElement("div");
  element.className = "rich-text-group";
  const buttons = entries.map((entry) => buttonOf(entry, editor));
  element.append(...buttons.map((button) => button.element));
  return { element, buttons };
}

function buttonOf(entry, editor) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = entry.shown || entry.label;
  if (entry.shown) element.setAttribute("aria-label", entry.label);
  element.dataset.does = entry.label;
  if (entry.keys) {
    element.setAttribute("aria-keyshortcuts", entry.keys);
    element.title = `${entry.label} (${entry.keys.replace("Control", "Ctrl")})`;
  }
  const isPossible = () => !entry.isPossible || entry.isPossible(editor);
  element.addEventListener("click", () => {
    if (isPossible()) entry.act(editor);
  });
  const refresh = () => {
    element.hidden = Boolean(entry.where) && !entry.where(editor);
    if (entry.isOn) element.setAttribute("aria-pressed", String(entry.isOn(editor)));
    // Not disabled: that would take the keyboard's place away from under it.
    element.setAttribute("aria-disabled", String(!isPossible()));
  };
  return { element, refresh };
}
