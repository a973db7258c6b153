/* The desk works without this file; with it, rows are put in order by dragging, and
   what is typed survives a lost connection.

   data-keeps="7:comment:12" is where a form says that its text is kept (htmx posts
   it): the user and what they edit.
   When the server cannot be reached, or has logged the user out, the text is kept in
   this browser and offered when the form is next shown. */

(function () {
  "use strict";

  const PREFIX = "unsaved:";
  const UNREACHABLE =
    "Not saved: the site cannot be reached. Your changes are kept in this browser.";
  const LOGGED_OUT =
    "Not saved: you have been signed out. Your changes are kept in this browser. Sign in again in another tab, then save.";

  const LONGEST_UNKEPT = 8000;
  const OTHER_FORM =
    "You have unsaved changes in another form on this page. They will be lost. Continue?";

  /* What the form holds, by the names of its fields. The version that it shows goes
     with it: who brings the text back later is told of what was saved in between. */
  function typed(form) {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string") continue;
      if (["csrfmiddlewaretoken", "about", "idempotency_key"].includes(name)) continue;
      (fields[name] ||= []).push(value);
    }
    return fields;
  }

  /* The same for two forms that say the same, whatever versions they show. */
  function said(fields) {
    const names = Object.keys(fields).filter((name) => !/(^|-)shown$/.test(name));
    return JSON.stringify(names.sort().map((name) => [name, fields[name]]));
  }

  function store(line, form, why) {
    const text = JSON.stringify({ at: Date.now(), fields: typed(form) });
    try {
      localStorage.setItem(PREFIX + line.dataset.keeps, text);
      line.textContent = why;
    } catch (error) {
      line.textContent = "Not saved, and this browser cannot keep your changes. Copy them before you leave this page.";
    }
    line.setAttribute("role", "alert");
    line.classList.add("kept-here");
  }

  function forget(line) {
    try {
      localStorage.removeItem(PREFIX + line.dataset.keeps);
    } catch (error) {
      /* a browser that keeps nothing has nothing to forget */
    }
    line.removeAttribute("role");
    line.classList.remove("kept-here");
  }

  const LEFT_ALONE = ["csrfmiddlewaretoken", "about", "idempotency_key"];
  const PRESSED = ["submit", "button", "reset", "image", "file"];

  function bringBack(form, fields) {
    for (const control of form.elements) {
      if (!control.name || LEFT_ALONE.includes(control.name)) continue;
      if (PRESSED.includes(control.type)) continue;
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

  function offer(line, form) {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(PREFIX + line.dataset.keeps));
    } catch (error) {
      return;
    }
    if (!kept) return;
    if (said(kept.fields) === said(typed(form))) {
      forget(line); // it was saved after all
      return;
    }
    const box = document.createElement("div");
    box.className = "notice notice-kept";
    const words = document.createElement("p");
    const at = new Date(kept.at).toLocaleString("en-GB");
    words.textContent = `You have unsaved changes from ${at}, kept in this browser.`;
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button";
    back.textContent = "Restore";
    const away = document.createElement("button");
    away.type = "button";
    away.className = "button button-quiet";
    away.textContent = "Discard";
    back.addEventListener("click", () => {
      bringBack(form, kept.fields);
      forget(line);
      box.remove();
    });
    away.addEventListener("click", () => {
      forget(line);
      box.remove();
    });
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    buttons.append(back, away);
    box.append(words, buttons);
    // Not form.before: that is the field of a change that has this name.
    form.parentNode.insertBefore(box, form);
  }

  function keepLines(root) {
    for (const line of root.querySelectorAll("[data-keeps]")) {
      const form = line.closest("form");
      if (!form || line.dataset.watched) continue;
      line.dataset.watched = "yes";
      offer(line, form);
      for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
        line.addEventListener(failure, (event) => {
          const isLoggedOut = event.detail.xhr && event.detail.xhr.status === 401;
          store(line, form, isLoggedOut ? LOGGED_OUT : UNREACHABLE);
        });
      }
      line.addEventListener("htmx:afterSwap", () => forget(line));
      keepWhileTyping(line, form);
      keepOnLeaving(line, form);
      form.addEventListener("submit", (event) => {
        if (navigator.onLine !== false) return;
        event.preventDefault(); // the browser's own page would take the place of the text
        store(line, form, UNREACHABLE);
      });
    }
  }

  /* Whoever types without a pause has it kept all the same. */
  function keepWhileTyping(line, form) {
    let since = Date.now();
    line.addEventListener("htmx:afterRequest", () => { since = Date.now(); });
    form.addEventListener("input", () => {
      if (Date.now() - since < LONGEST_UNKEPT) return;
      since = Date.now();
      line.dispatchEvent(new Event("keep"));
    });
  }

  /* What was typed in the last moment before a link was followed. */
  function keepOnLeaving(line, form) {
    let known = said(typed(form));
    let isSent = false;
    line.addEventListener("htmx:beforeRequest", () => { known = said(typed(form)); });
    form.addEventListener("submit", (event) => { isSent = !event.defaultPrevented; });
    window.addEventListener("pageshow", () => { isSent = false; });
    window.addEventListener("pagehide", () => {
      if (isSent || !form.isConnected || said(typed(form)) === known) return;
      const words = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string") words.append(name, value);
      }
      if (!navigator.sendBeacon(line.getAttribute("hx-post"), words)) {
        store(line, form, UNREACHABLE);
      }
    });
  }

  /* A page may have several forms of which one is sent: what was typed into another
     that nothing keeps would be lost. */
  function guard(forms) {
    const shown = new Map(forms.map((form) => [form, said(typed(form))]));
    for (const form of forms) {
      form.addEventListener("submit", (event) => {
        const isTyped = (other) => other !== form && said(typed(other)) !== shown.get(other);
        if (forms.some(isTyped) && !window.confirm(OTHER_FORM)) event.preventDefault();
      });
    }
  }

  /* Rows of a list with data-order are dragged by their handle; the buttons beside it
     do the same without this. The form of the list posts the new order. */

  function order(list) {
    let dragged = null;
    for (const row of list.querySelectorAll("[data-row]")) {
      const handle = row.querySelector("[data-handle]");
      if (!handle) continue;
      handle.hidden = false;
      handle.addEventListener("pointerdown", () => { row.draggable = true; });
      handle.addEventListener("pointerup", () => { row.draggable = false; });
      row.addEventListener("dragstart", (event) => {
        dragged = row;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.dataset.row);
        row.classList.add("dragged");
      });
      row.addEventListener("dragover", (event) => {
        if (!dragged || dragged === row || dragged.parentNode !== row.parentNode) return;
        event.preventDefault();
        const box = row.getBoundingClientRect();
        const below = event.clientY > box.top + box.height / 2;
        row.parentNode.insertBefore(dragged, below ? row.nextSibling : row);
      });
      row.addEventListener("drop", (event) => event.preventDefault());
      row.addEventListener("dragend", () => {
        row.draggable = false;
        row.classList.remove("dragged");
        if (dragged) send(list);
        dragged = null;
      });
    }
  }

  function send(list) {
    const form = document.getElementById(list.dataset.order);
    const rows = [...list.querySelectorAll("[data-row]")].map((row) => row.dataset.row);
    form.elements.namedItem("order").value = rows.join(",");
    form.submit();
  }

  function start(root) {
    keepLines(root);
    if (root === document) {
      const forms = [...document.querySelectorAll("main form[method=post]")];
      guard(forms.filter((form) => !form.querySelector("[data-keeps]")));
    }
    for (const list of root.querySelectorAll("[data-order]")) order(list);
  }

  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) start(event.target);
  });
})();
