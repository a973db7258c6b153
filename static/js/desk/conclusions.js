/* A conclusion is written without this file as well; with it, the live preview shows and
   keeps the place that is edited, sections are put in order by dragging, and standard
   text goes in at the cursor. */

import { keepPreviewInPlace } from "./live-preview.js";
import { makeOutlineSortable } from "./ordering.js";
import { insertAtCursor, searchOnEnter } from "./standard-text.js";

keepPreviewInPlace();
makeOutlineSortable();
insertAtCursor({ html: "put", text: "text", used: "used" });
searchOnEnter("find_passage", (field) => field.form.elements.namedItem("find_now").click());
