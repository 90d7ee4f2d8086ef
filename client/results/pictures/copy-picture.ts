import type { PictureSource } from '../../../server/contract/view.ts';
import { pictureUrl } from '../../ui/api/files.ts';

async function asPng(source: PictureSource): Promise<Blob> {
  const response = await fetch(pictureUrl(source));
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const picture = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  picture.close();
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Puts a picture on the clipboard, as PNG, which is all that browsers take. Undefined in browsers that cannot. */
export const copyPicture: ((source: PictureSource) => Promise<void>) | undefined =
  typeof ClipboardItem === 'undefined' || typeof navigator?.clipboard?.write !== 'function'
    ? undefined
    : // The promise goes in as it is: Safari allows only this right after a click.
      (source) => navigator.clipboard.write([new ClipboardItem({ 'image/png': asPng(source) })]);
