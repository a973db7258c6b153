/* What comes out of Word, Outlook, Excel or a page, as paragraphs, lists and tables.

   Word writes lists as paragraphs of the style mso-list, with the marker in a span that
   says mso-list:Ignore; its browser version puts each item into a list of its own. What
   cannot be kept is not dropped in silence: `notes` says so in sentences. */

import { flattened, htmlOfBlocks, untabled, withLists } from "./blocks.js";
import { isAddress } from "./schema.js";

const UNSEEN = new Set(
  "base head link meta noscript script style template title xml".split(" "),
);
const PICTURES = new Set("canvas embed iframe img object picture svg video".split(" "));
const BLOCKS = new Set(
  `address article aside blockquote body caption center dd details div dl dt fieldset
  figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend main nav p pre
  section summary`.split(/\s+/),
);

const NOTES = {
  pictures: "Pictures were not pasted. Attach the pictures as files.",
  raised:
    "Superscript and subscript were pasted as plain text. " +
    "Check numbers such as 10² and footnote marks.",
  struck:
    "Struck-through text was pasted as plain text. " +
    "Delete any text you do not need.",
  deleted: "Text deleted in Word’s tracked changes was not pasted.",
  comments: "Word’s comments in the margin were not pasted.",
  merged: "Merged cells were split.",
  nested: "A table inside a table was pasted as paragraphs.",
  lettered: "Lists with letters or Roman numerals were pasted as 1, 2, 3.",
};

/** Return { html, notes }: the HTML of what was pasted, and what was not kept. */
export function cleaned(html, { inTable = false } = {}) {
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  const reading = new Reading();
  reading.children(page.body, {});
  let blocks = reading.finish();
  if (inTable && blocks.length > 1 && blocks.some((block) => block.rows)) {
    reading.notes.add("nested");
    blocks = untabled(blocks);
  }
  return {
    html: htmlOfBlocks(blocks),
    notes: Object.keys(NOTES)
      .filter((note) => reading.notes.has(note))
      .map((note) => NOTES[note]),
  };
}

/* Under our Content-Security-Policy a parser reports every style it meets, in documents
   that are never shown too. */
function withoutStyles(html) {
  return html
    .replace(/<style[\s>][\s\S]*?<\/style\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
}

class Reading {
  constructor(notes = new Set(), isInTable = false) {
    this.notes = notes;
    this.isInTable = isInTable;
    this.blocks = [];
    this.runs = [];
  }

  finish() {
    this.endParagraph();
    return withLists(this.blocks);
  }

  /* Read an element apart from what is around it: an item or a cell. */
  within(element, marks, isInTable = this.isInTable) {
    const inner = new Reading(this.notes, isInTable);
    inner.children(element, marks);
    return inner.finish();
  }

  endParagraph(item = null) {
    const runs = trimmed(this.runs);
    this.runs = [];
    if (!runs.length) return;
    this.blocks.push(item ? { ...item, blocks: [{ runs }] } : { runs });
  }

  children(node, marks) {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) this.words(child.data, marks);
      else if (child.nodeType === Node.ELEMENT_NODE) this.element(child, marks);
    }
  }

  words(text, marks) {
    this.runs.push({ ...marks, text: text.replace(/[ \t\r\n\f]+/g, " ") });
  }

  element(element, marks) {
    const name = element.localName;
    if (this.isLeftOut(element, name)) return;
    if (name === "br") this.lineBreak(element);
    else if (/mso-tab-count/i.test(styleOf(element))) this.words(" ", marks);
    else if (name === "ul" || name === "ol") this.list(element, marks);
    else if (name === "table") this.table(element, marks);
    else if (BLOCKS.has(name)) this.paragraph(element, marked(element, marks));
    else this.children(element, marked(element, marks));
  }

  isLeftOut(element, name) {
    const style = styleOf(element);
    const classes = element.getAttribute("class") ?? "";
    const isStruck = /line-through/i.test(style) || name === "s" || name === "strike";
    if (isStruck && !element.querySelector("del")) this.notes.add("struck");
    if (name === "sup" || name === "sub" || /vertical-align:\s*(super|sub)/i.test(style)) {
      this.notes.add("raised");
    }
    if (PICTURES.has(name) || name === "v:imagedata") this.notes.add("pictures");
    if (name === "del") this.notes.add("deleted");
    const isComment =
      /mso-element:\s*comment-list/i.test(style) ||
      /\bmso(comanchor|commentreference)\b/i.test(classes);
    if (isComment) this.notes.add("comments");
    return (
      isComment ||
      name === "del" ||
      UNSEEN.has(name) ||
      PICTURES.has(name) ||
      /(^|;)\s*(display:\s*none|mso-hide:\s*all)/i.test(style) ||
      /mso-list:\s*ignore/i.test(style) ||
      /\bEOP\b/.test(classes)
    );
  }

  lineBreak(element) {
    if (/page-break-before/i.test(styleOf(element))) this.endParagraph();
    else this.runs.push({ br: true });
  }

  paragraph(element, marks) {
    this.endParagraph();
    const item = itemOf(element);
    if (item?.isLettered) this.notes.add("lettered");
    if (item?.words) this.words(`${item.words} `, marks);
    this.children(element, marks);
    this.endParagraph(item?.words ? null : item);
  }

  list(element, marks) {
    this.endParagraph();
    const ordered = element.localName === "ol";
    const start = Number(element.getAttribute("start") ?? 1) || 1;
    if (ordered && /^[ai]$/i.test(element.getAttribute("type") ?? "")) {
      this.notes.add("lettered");
    }
    const list = { ordered, start: start > 0 && start < 10000 ? start : 1, items: [] };
    let count = 0;
    for (const child of element.childNodes) {
      const isItem = child.localName === "li";
      const level = isItem ? Number(child.dataset.ariaLevel) : 0;
      const blocks = isItem
        ? this.within(child, marked(child, marks))
        : this.within(wrapped(child), marks);
      if (!isItem && !blocks.length) continue;
      if (level) {
        const numbers = [list.start + count];
        this.blocks.push({ level, ordered, numbers, blocks });
      } else if (isItem || !list.items.length) list.items.push(blocks);
      else list.items.at(-1).push(...blocks);
      count += 1;
    }
    const hasWords = list.items.some((item) => item.length);
    if (hasWords) this.blocks.push(list);
  }

  table(element, marks) {
    this.endParagraph();
    if (element.caption) this.paragraph(element.caption, marks);
    const rows = this.grid(element, marks);
    if (!rows.flat().some((cell) => cell.blocks.length)) return;
    if (this.isInTable) {
      this.notes.add("nested");
      this.blocks.push(...untabled([{ rows }]));
    } else this.blocks.push({ rows });
  }

  /* Cells that spanned several become one cell and empty ones beside and below it. */
  grid(element, marks) {
    const grid = Array.from(element.rows, () => []);
    Array.from(element.rows).forEach((row, y) => {
      let x = 0;
      for (const cell of row.cells) {
        while (grid[y][x]) x += 1;
        const across = Math.min(Math.max(cell.colSpan, 1), 100);
        const down = Math.min(Math.max(cell.rowSpan, 1), grid.length - y);
        if (across > 1 || down > 1) this.notes.add("merged");
        const header = cell.localName === "th" || row.parentNode.localName === "thead";
        for (let dy = 0; dy < down; dy += 1) {
          for (let dx = 0; dx < across; dx += 1) {
            grid[y + dy][x + dx] ??= { header, blocks: [] };
          }
        }
        const blocks = this.within(cell, marked(cell, marks), true);
        grid[y][x].blocks = header ? flattened(blocks) : blocks;
        x += across;
      }
    });
    const width = Math.max(0, ...grid.map((row) => row.length));
    return grid
      .filter((row) => row.length)
      .map((row) => Array.from({ length: width }, (_, x) => row[x] ?? emptyCell()));
  }
}

function emptyCell() {
  return { header: false, blocks: [] };
}

/* What stands in a list outside of its items: a deeper list, as Outlook writes it. */
function wrapped(node) {
  const parent = node.ownerDocument.createElement("div");
  parent.append(node.cloneNode(true));
  return parent;
}

function styleOf(element) {
  return element.getAttribute("data-style") ?? "";
}

function marked(element, marks) {
  const style = styleOf(element);
  const name = element.localName;
  const next = { ...marks };
  const weight = style.match(/(?:^|;)\s*font-weight:\s*(\w+)/i)?.[1].toLowerCase();
  const slant = style.match(/(?:^|;)\s*font-style:\s*(\w+)/i)?.[1].toLowerCase();
  if (name === "b" || name === "strong") next.bold = true;
  if (name === "i" || name === "em") next.italic = true;
  if (weight) next.bold = /^(bold|bolder|[6-9]00)$/.test(weight);
  if (slant) next.italic = /^(italic|oblique)$/.test(slant);
  if (/^h[1-6]$/.test(name)) next.bold = true;
  const href = name === "a" ? addressOf(element) : "";
  if (href) next.href = href;
  return next;
}

function addressOf(element) {
  const href = (element.getAttribute("href") ?? "").trim().replaceAll(" ", "%20");
  return isAddress(href) ? href : "";
}

/* The item that a paragraph of Word is, or null. A number of several parts, as of a
   clause, or one with words in it cannot be the number of a list here: it is kept as
   words. So is every number of a heading. */
function itemOf(element) {
  const level = styleOf(element).match(/mso-list:\s*l\d+\s+level(\d)/i);
  if (!level) return null;
  const shown = markerOf(element).replace(/[\s\u00a0]+/g, " ").trim();
  const item = { level: Number(level[1]), ordered: false, numbers: [] };
  if (/^h[1-6]$/.test(element.localName)) return shown ? { ...item, words: shown } : null;
  const number = shown.match(/^[([]?(\d{1,4})[.)\]:]?$/);
  if (number) return { ...item, ordered: true, numbers: [Number(number[1])] };
  const letters = shown.match(/^[([]?([a-z]{1,5})[.)\]]$/i);
  const numbers = letters ? numbersOf(letters[1].toLowerCase()) : [];
  if (numbers.length) return { ...item, ordered: true, numbers, isLettered: true };
  return /[\p{L}\p{N}]/u.test(shown) && shown !== "o" ? { ...item, words: shown } : item;
}

function markerOf(element) {
  for (const span of element.querySelectorAll("[data-style]")) {
    if (/mso-list:\s*ignore/i.test(styleOf(span))) return span.textContent;
  }
  return "";
}

/* "i" is one, or the ninth letter. */
function numbersOf(letters) {
  const numbers = [];
  if (/^m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$/.test(letters)) {
    numbers.push(roman(letters));
  }
  if (/^(.)\1*$/.test(letters)) {
    numbers.push(letters.charCodeAt(0) - 96 + 26 * (letters.length - 1));
  }
  return numbers;
}

function roman(letters) {
  const values = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };
  return [...letters].reduce((sum, letter, index) => {
    const value = values[letter];
    return sum + (value < values[letters[index + 1]] ? -value : value);
  }, 0);
}

/* Word fills empty paragraphs and the ends of lines with no-break spaces. */
function trimmed(runs) {
  const kept = runs
    .map((run) =>
      run.br ? run : { ...run, text: run.text.replace(/[ \u00a0]{2,}/g, " ") },
    )
    .filter((run) => run.br || run.text);
  const isBlank = (run) => run.br || /^[ \u00a0]*$/.test(run.text);
  while (kept.length && isBlank(kept[0])) kept.shift();
  while (kept.length && isBlank(kept.at(-1))) kept.pop();
  if (!kept.length) return kept;
  kept[0] = { ...kept[0], text: kept[0].text.replace(/^[ \u00a0]+/, "") };
  const last = kept.length - 1;
  kept[last] = { ...kept[last], text: kept[last].text.replace(/[ \u00a0]+$/, "") };
  return kept;
}
