/** Tabs, the run button, the form view, search and settings. */
export function TopBar() {
  return null;
}
