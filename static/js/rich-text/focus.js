/* The library's own `focus` waits for the next frame, and a key pressed until then goes
   elsewhere. These do it at once. */

/** Give the text the focus, and return a chain of commands that keeps it in view. */
export function begin(editor) {
  editor.view.focus();
  return editor.chain().scrollIntoView();
}

/** Give the text the focus, with the cursor after its last letter. */
export function beginAtEnd(editor) {
  const { constructor: AnySelection } = editor.state.selection; // all kinds have atEnd
  return begin(editor)
    .command(({ tr }) => Boolean(tr.setSelection(AnySelection.atEnd(tr.doc))))
    .run();
}
