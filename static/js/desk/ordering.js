/* Rows that are put in order by dragging; the buttons beside a row do the same without
   this. A list names the form that posts its new order. */

/** Let the rows of a list be dragged by their handles. `handleOf` returns the handle of
    a row or null; `moved` is called with the rows in their new order. */
export function makeSortable(rows, { handleOf, moved }) {
  let dragged = null;
  for (const row of rows) {
    const handle = handleOf(row);
    if (!handle) continue;
    handle.hidden = false;
    handle.addEventListener("pointerdown", () => { row.draggable = true; });
    handle.addEventListener("pointerup", () => { row.draggable = false; });
    row.addEventListener("dragstart", (event) => {
      if (!row.draggable || dragged) return;
      event.stopPropagation(); // a row may be inside another
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.row ?? row.dataset.place);
      row.classList.add("dragged");
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || dragged.parentNode !== row.parentNode) return;
      event.preventDefault();
      if (dragged !== row) putBeside(dragged, row, event.clientY);
    });
    row.addEventListener("drop", (event) => event.preventDefault());
    row.addEventListener("dragend", () => {
      row.draggable = false;
      row.classList.remove("dragged");
      if (dragged) moved();
      dragged = null;
    });
  }
}

function putBeside(dragged, row, pointer) {
  const { top, height } = row.getBoundingClientRect();
  const isBelow = pointer > top + height / 2;
  row.parentNode.insertBefore(dragged, isBelow ? row.nextSibling : row);
}

/** Make every list with data-order in a part of the page sortable by its handles. */
export function makeListsSortable(part) {
  for (const list of part.querySelectorAll("[data-order]")) {
    const rows = () => [...list.querySelectorAll("[data-row]")];
    makeSortable(rows(), {
      handleOf: (row) => row.querySelector("[data-handle]"),
      moved: () => postOrder(list.dataset.order, rows().map((row) => row.dataset.row)),
    });
  }
}

/** Make the lists of a conclusion's outline sortable, each among its own sections. */
export function makeOutlineSortable() {
  for (const list of document.querySelectorAll("[data-outline]")) {
    const rows = () => [...list.querySelectorAll(":scope > [data-place]")];
    if (rows().length < 2) continue;
    makeSortable(rows(), {
      handleOf: (row) => row.querySelector(":scope > .entry-line [data-drag]"),
      moved: () => {
        const { outline, parent } = list.dataset;
        postOrder(outline, rows().map((row) => row.dataset.place), { parent });
      },
    });
  }
}

function postOrder(formId, order, more = {}) {
  const form = document.getElementById(formId);
  for (const [name, value] of Object.entries({ ...more, order: order.join(",") })) {
    form.elements.namedItem(name).value = value;
  }
  form.submit();
}
