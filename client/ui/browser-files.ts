/** How long a downloaded file keeps its address, in milliseconds: the browser starts the download after the click. */
const KEPT_MS = 60_000;

/** Downloads a file in the browser. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Opens the file dialog; with `folder`, for a whole folder. Does nothing if the user cancels. */
export function chooseFiles(
  onFiles: (files: FileList) => void,
  { accept = '', many = false, folder = false } = {},
): void {
  const field = document.createElement('input');
  field.type = 'file';
  field.multiple = many;
  if (folder) field.webkitdirectory = true;
  else field.accept = accept;
  field.onchange = () => {
    if (field.files && field.files.length > 0) onFiles(field.files);
  };
  field.click();
}

/** Copies a text. @throws if the browser refuses */
export async function copyPlain(text: string): Promise<void> {
  // Over plain HTTP from another computer, the browser has no clipboard. Its old command still works.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (!copied) throw new Error('The browser has no clipboard here.');
}
