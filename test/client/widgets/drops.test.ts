import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { chosenFiles, isPictureName, plainName } from '../../../client/widgets/drops.ts';
import { markUpload, unfinishedUploads, whileWarning } from '../../../client/widgets/unfinished-uploads.ts';
import { isPlainName } from '../../../server/http/files/contained.ts';

afterEach(() => vi.unstubAllGlobals());

test('a folder is unfinished from the first file to the last, also for the next page', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  expect(unfinishedUploads()).toEqual([]);
  markUpload('trip', true);
  markUpload('cats', true);
  markUpload('trip', true);
  expect(unfinishedUploads()).toEqual(['trip', 'cats']);
  markUpload('trip', false);
  expect(unfinishedUploads()).toEqual(['cats']);
  for (const key of kept.keys()) kept.set(key, '{"not": "a list"}');
  expect(unfinishedUploads()).toEqual([]);
});

test('the browser asks before a page is left while any upload is under way, and not after', async () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const asks = () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  let finish = () => {};
  const first = whileWarning(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  await expect(whileWarning(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(asks()).toBe(true);
  finish();
  await first;
  expect(asks()).toBe(false);
});

test('a name from anywhere becomes one that the server takes, and a plain one stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => isPlainName(plainName(name))),
  );
  fc.assert(fc.property(fc.stringMatching(/^[ .\\/:*?"<>|a-c]*$/), (name) => isPlainName(plainName(name))));
  for (const name of [
    'con',
    'COM1.png',
    '..',
    '',
    '.hidden',
    ' .hidden',
    'a.',
    'a.\u2028',
    ' b ',
    'x'.repeat(500),
  ])
    expect(isPlainName(plainName(name)), name).toBe(true);
  for (const name of ['cat.jpg', 'Ferien 2024', '猫.png', 'a-b_c.d'])
    expect(plainName(name)).toBe(name.normalize('NFC'));
});

test('pictures are told by their endings, in any case', () => {
  expect(['a.JPG', 'b.jpeg', 'c.png', 'd.webp', 'e.tif', 'f.avif'].every(isPictureName)).toBe(true);
  expect(['a.txt', 'png', 'a.png.zip', 'a.svg'].some(isPictureName)).toBe(false);
});

test('files of a chosen folder keep their places in it', () => {
  const file = (name: string, path = '') =>
    Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: path });
  const chosen = chosenFiles([file('a.png', 'cats/a.png'), file('b.png', 'cats/deep/b.png')]);
  expect(chosen.folder).toBe('cats');
  expect(chosen.files.map(({ path }) => path)).toEqual(['cats/a.png', 'cats/deep/b.png']);
  expect(chosenFiles([file('a.png')])).toMatchObject({ files: [{ path: 'a.png' }] });
  expect(chosenFiles([file('a.png')]).folder).toBeUndefined();
});
