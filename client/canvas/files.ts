/** Lets the user keep a text as a file. */
export function saveFile({ name, text }: { readonly name: string; readonly text: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download begins later than the click; a minute is enough for any browser.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Lets the user choose a workflow file, or a picture that carries one, and opens it. */
export function openFile(): void {
  const field = document.createElement('input');
  field.type = 'file';
  field.accept = '.json,.png,application/json,image/png';
  field.onchange = async () => {
    const file = field.files?.[0];
    if (!file) return;
    const { openFiles } = await import('./drop.ts');
    await openFiles([{ path: file.name, file }]);
  };
  field.click();
}
