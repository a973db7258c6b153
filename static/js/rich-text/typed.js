/* Text as people type it: an empty line between paragraphs, "- " and "1. " for lists,
   as consultations/documents/rich_text/plain_text.py reads it. */

import { htmlOfBlocks, withLists } from "./blocks.js";

const BULLET = /^([ \t]*)(?:[-*•·▪◦]|o(?=\t)|(\d{1,4})[.)])[ \t]+(?=\S)/;

/** Return the HTML of typed text. Without any empty line each line is a paragraph. */
export function htmlOfTyped(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  if (lines.length === 1) return htmlOfBlocks(paragraph(lines));
  const chunks = chunksOf(lines);
  return htmlOfBlocks(withLists(chunks.flatMap(blocksOfChunk)));
}

function chunksOf(lines) {
  const filled = lines.filter((line) => line.trim());
  const ends = lines.join("\n").trim();
  if (!/\n[ \t]*\n/.test(ends)) {
    return filled.some((line) => BULLET.test(line)) ? [filled] : filled.map((l) => [l]);
  }
  return ends.split(/\n[ \t]*\n/).map((chunk) => chunk.split("\n"));
}

function blocksOfChunk(lines) {
  const blocks = [];
  let words = [];
  let item = null;
  const end = () => {
    if (item) blocks.push({ ...item, blocks: paragraph(words) });
    else blocks.push(...paragraph(words));
    words = [];
  };
  for (const line of lines.filter((each) => each.trim())) {
    const found = line.match(BULLET);
    if (found) {
      end();
      item = itemOf(found);
    }
    words.push(found ? line.slice(found[0].length) : line);
  }
  end();
  return blocks;
}

function itemOf([, indent, number]) {
  const level = 1 + indent.replaceAll("\t", "    ").length;
  return { level, ordered: number !== undefined, numbers: [Number(number)] };
}

function paragraph(lines) {
  const text = lines.map((line) => line.trim()).join(" ");
  return text ? [{ runs: [{ text }] }] : [];
}
