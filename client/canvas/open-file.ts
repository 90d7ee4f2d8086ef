import { chooseFiles } from '../ui/browser-files.ts';

/** Lets the user choose a workflow file, a shared one with its pictures, or a picture with a workflow, and opens it. */
export function openFile(): void {
  chooseFiles(
    async ([file]) => {
      if (!file) return;
      // Imported on use, because drop.ts is loaded only with the canvas.
      const { openFiles } = await import('./drop.ts');
      await openFiles([{ path: file.name, file }]);
    },
    { accept: '.json,.png,.zip,.patchbay,application/json,image/png,application/zip' },
  );
}
