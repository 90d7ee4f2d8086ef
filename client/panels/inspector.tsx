/** The selection, and help as its second tab. */
export function Inspector() {
  return null;
}
