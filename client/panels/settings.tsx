/** Theme and language. */
export function SettingsMenu() {
  return null;
}
