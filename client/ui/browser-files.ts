/** How long a downloaded file stays at its address, in milliseconds: the browser begins later than the click. */
const KEPT_MS = 60_000;

/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Lets the user choose files of this computer, or with `folder` all files of a folder. Nothing happens when none is chosen. */
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
