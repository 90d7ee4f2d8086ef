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

/** Downloads what an address of this server sends, under its own name if `name` is empty. Nothing of it is held in memory. */
export function downloadFrom(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
