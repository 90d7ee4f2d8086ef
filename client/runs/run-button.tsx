/** Run, with run to here, auto-run and cancel beside it. */
export function RunButton() {
  return null;
}
