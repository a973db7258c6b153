/* The blocks of a text on their way into the editor, and their HTML.

   A paragraph is { runs }, a run { text, bold, italic, href } or { br: true }; a list
   { ordered, start, items: [blocks] }; a table { rows: [[{ header, blocks }]] }. An
   item of a list that is not put together yet is { level, ordered, numbers, blocks }:
   `numbers` are the numbers its marker can be read as, the likeliest first. */

/** Return blocks in which items that follow one another have become lists. */
export function withLists(blocks) {
  const whole = [];
  let items = [];
  for (const block of [...blocks, null]) {
    if (block?.level) {
      items.push(block);
      continue;
    }
    whole.push(...listsOf(items));
    items = [];
    if (block) whole.push(block);
  }
  return whole;
}

function listsOf(items) {
  const whole = [];
  const open = [];
  for (const item of items) {
    while (open.length && open.at(-1).level > item.level) open.pop();
    if (open.at(-1)?.level === item.level && !continues(open.at(-1).list, item)) {
      open.pop();
    }
    if (open.at(-1)?.level !== item.level) {
      const list = { ordered: item.ordered, start: startOf(item), items: [] };
      (open.at(-1)?.list.items.at(-1) ?? whole).push(list);
      open.push({ list, level: item.level });
    }
    open.at(-1).list.items.push([...item.blocks]);
  }
  return whole;
}

function continues(list, item) {
  if (list.ordered !== item.ordered) return false;
  return !item.ordered || item.numbers.includes(list.start + list.items.length);
}

function startOf(item) {
  if (!item.ordered || item.numbers.includes(1)) return 1;
  const start = item.numbers[0];
  return start > 0 && start < 10000 ? start : 1;
}

/** Return blocks with the words of their tables and lists as plain paragraphs. */
export function flattened(blocks) {
  return blocks.flatMap((block) => {
    if (block.items) return block.items.flatMap(flattened);
    return block.rows ? untabled([block]) : [block];
  });
}

/** Return blocks with the cells of their tables one below the other. */
export function untabled(blocks) {
  return blocks.flatMap((block) => {
    if (block.rows) return block.rows.flat().flatMap((cell) => untabled(cell.blocks));
    if (block.items) return [{ ...block, items: block.items.map(untabled) }];
    return [block];
  });
}

/** Return the HTML of blocks. */
export function htmlOfBlocks(blocks) {
  return blocks.map(htmlOfBlock).join("");
}

function htmlOfBlock(block) {
  if (block.runs) return `<p>${block.runs.map(htmlOfRun).join("")}</p>`;
  if (block.items) {
    const items = block.items.map((item) => `<li>${htmlOfBlocks(item)}</li>`);
    const html = withStarts(items.join(""));
    const start = block.start === 1 ? "" : ` start="${block.start}"`;
    return block.ordered ? `<ol${start}>${html}</ol>` : `<ul>${html}</ul>`;
  }
  const rows = block.rows.map((row) => `<tr>${row.map(htmlOfCell).join("")}</tr>`);
  return `<table><tbody>${rows.join("")}</tbody></table>`;
}

/** Give items that start with a list or a table the paragraph the editor wants there:
    it would break the list in two otherwise. The server drops empty ones. */
export function withStarts(html) {
  return html.replace(/<li>\s*(?=<(?:ul|ol|table)[\s>])/g, "<li><p></p>");
}

function htmlOfCell(cell) {
  const tag = cell.header ? "th" : "td";
  return `<${tag}>${htmlOfBlocks(cell.blocks)}</${tag}>`;
}

function htmlOfRun(run) {
  if (run.br) return "<br>";
  let html = escaped(run.text);
  if (run.italic) html = `<em>${html}</em>`;
  if (run.bold) html = `<strong>${html}</strong>`;
  return run.href ? `<a href="${escaped(run.href)}">${html}</a>` : html;
}

function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
