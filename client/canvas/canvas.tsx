/** The canvas of the workflow that is edited. */
export function Canvas() {
  return null;
}
