/* The boxes beside the rows of a list: all of the page at once, a range with Shift, and
   how many are selected. */

/** Wire up the rows' boxes with the form that changes the selected rows. */
export function countSelected(form, boxes) {
  const line = form.querySelector("[data-tick-all]");
  const all = line.querySelector("input");
  const everyPage = form.querySelector('input[name="every"]');
  const status = form.querySelector("[data-ticked]");
  let last = null;
  line.hidden = false;

  function refresh() {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    status.textContent = count && !everyPage.checked ? `${count} selected` : "";
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    refresh();
  });
  everyPage.addEventListener("change", refresh);
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last) setRange(boxes, last, box);
      last = box;
      refresh();
    });
    box.addEventListener("change", refresh);
  }
  refresh();
}

function setRange(boxes, one, other) {
  const [from, to] = [boxes.indexOf(one), boxes.indexOf(other)].sort((a, b) => a - b);
  for (const box of boxes.slice(from, to + 1)) box.checked = other.checked;
}
