/* What the editor can hold: what the server stores (consultations/documents/rich_text/markup.py)
   and nothing more, so that nothing it writes is refused and no attribute strays in. */

const ADDRESS = /^(?:https?:\/\/[^\s<>"]+|mailto:[^\s<>"@]+@[^\s<>"@]+)$/i;

/** True for an address that a link may have. */
export function isAddress(text) {
  return ADDRESS.test(text);
}

/** Return the extensions of an editor; `library` is django-prose-editor's module. */
export function extensionsOf(library) {
  return [
    library.Document,
    library.Paragraph,
    library.Text,
    library.HardBreak,
    library.Bold,
    library.Italic,
    link(library),
    library.BulletList,
    numberedList(library),
    library.ListItem,
    table(library),
    library.TableRow,
    library.TableCell.extend({ addAttributes: noSpans }),
    library.TableHeader.extend({ addAttributes: noSpans }),
    library.UndoRedo,
    library.Gapcursor,
    library.Dropcursor.configure({ color: false, class: "rich-text-drop" }),
    library.TrailingNode,
  ];
}

/* An address and no more: the library's own link takes target, rel, class and title
   along, and makes links of words by itself. */
function link({ Mark }) {
  return Mark.create({
    name: "link",
    priority: 1000,
    inclusive: false,
    keepOnSplit: false,
    addAttributes: () => ({ href: { default: null } }),
    parseHTML: () => [
      {
        tag: "a[href]",
        getAttrs: (element) =>
          /^(?:https?:\/\/|mailto:)/i.test(element.getAttribute("href")) ? null : false,
      },
    ],
    renderHTML: ({ HTMLAttributes }) => ["a", { href: HTMLAttributes.href }, 0],
  });
}

/* Typing "4. " starts a list at 4; the library's own node writes a type attribute. */
function numberedList({ OrderedList, wrappingInputRule }) {
  return OrderedList.extend({
    addAttributes: () => ({
      start: {
        default: 1,
        parseHTML: (element) => {
          const start = Number(element.getAttribute("start") ?? 1);
          return Number.isInteger(start) && start > 0 && start < 10000 ? start : 1;
        },
      },
    }),
    addNodeView: null,
    addProseMirrorPlugins: null,
    addInputRules() {
      return [
        wrappingInputRule({
          find: /^([1-9]\d{0,3})\.\s$/,
          type: this.type,
          getAttributes: (match) => ({ start: Number(match[1]) }),
          joinPredicate: (match, node) =>
            node.childCount + node.attrs.start === Number(match[1]),
        }),
      ];
    },
  });
}

/* No widths, no wrapper; Tab in the last cell leaves the table and adds no row, or
   nobody without a mouse could get out. */
function table({ Table }) {
  return Table.extend({
    renderHTML: () => ["table", {}, ["tbody", 0]],
    addNodeView: null,
    addKeyboardShortcuts() {
      return {
        ...this.parent?.(),
        Tab: () => this.editor.commands.goToNextCell(),
        "Shift-Tab": () => this.editor.commands.goToPreviousCell(),
      };
    },
  });
}

/* prosemirror-tables reads these of every cell; here they never differ. */
function noSpans() {
  const one = { default: 1, rendered: false, parseHTML: () => 1 };
  return {
    colspan: one,
    rowspan: one,
    colwidth: { default: null, rendered: false, parseHTML: () => null },
  };
}
