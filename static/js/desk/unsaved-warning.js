/* A page may have several forms of which one is sent: what was typed into another that
   is not autosaved would be lost. */

import { fieldsOf, textOf } from "./form-text.js";

const LOST =
  "You have unsaved changes in another form on this page. " +
  "Those changes will be lost. Continue?";

/** Ask before one form is sent while another has been changed. */
export function warnOfUnsaved(forms) {
  const shown = new Map(forms.map((form) => [form, textOf(fieldsOf(form))]));
  const isChanged = (form) => textOf(fieldsOf(form)) !== shown.get(form);
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      const others = forms.filter((other) => other !== form);
      if (others.some(isChanged) && !window.confirm(LOST)) event.preventDefault();
    });
  }
}
