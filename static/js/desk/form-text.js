/* What a form holds, by the names of its fields: reading, comparing and filling in. */

const NOT_TYPED = ["csrfmiddlewaretoken", "about", "idempotency_key"];
const NOT_RESTORED = ["submit", "button", "reset", "image", "file"];

/** Return the values of a form's fields. Those called `shown` are the versions the form
    shows: they go along, so that who restores the text is told what was saved since. */
export function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || NOT_TYPED.includes(name)) continue;
    (fields[name] ||= []).push(value);
  }
  return fields;
}

/** Return what two forms with the same text have in common, whatever versions they show. */
export function textOf(fields) {
  const names = Object.keys(fields).filter((name) => !/(^|-)shown$/.test(name));
  return JSON.stringify(names.sort().map((name) => [name, fields[name]]));
}

/** Put the values back into the form, and into the editors of its rich texts. */
export function fillIn(form, fields) {
  for (const control of form.elements) {
    if (!control.name || NOT_TYPED.includes(control.name)) continue;
    if (NOT_RESTORED.includes(control.type)) continue;
    setControl(control, fields[control.name] || []);
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function setControl(control, values) {
  if (control.type === "checkbox" || control.type === "radio") {
    control.checked = values.includes(control.value);
  } else if (control instanceof HTMLSelectElement) {
    for (const option of control.options) {
      option.selected = values.includes(option.value);
    }
  } else if (values.length) {
    control.value = values.shift();
    if (control instanceof HTMLTextAreaElement) {
      const detail = { html: control.value };
      control.dispatchEvent(new CustomEvent("rich-text:set", { detail, bubbles: true }));
    }
  }
}
