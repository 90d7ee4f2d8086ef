import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asMessage, englishOf, type Said } from '../../../nodes/sdk/index.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { imageWorld } from './image-world.ts';

const root = temporaryFolder();
const { images, pool } = imageWorld(root);
afterAll(() => pool.dispose());
const { signal } = new AbortController();

/** Makes empty files: a scan does not open them. */
function make(folder: string, ...paths: string[]): string {
  for (const path of paths) {
    mkdirSync(dirname(join(root, folder, path)), { recursive: true });
    writeFileSync(join(root, folder, path), path);
  }
  return join(root, folder);
}

async function pathsOf(folder: string, options = {}): Promise<string[]> {
  const { items } = await images.folder(folder, { recursive: true, labels: true, signal, ...options });
  return items.map(({ path }) => path);
}

describe('a folder of pictures', () => {
  const mixed = make(
    'mixed',
    'b.jpg',
    'B.PNG',
    'a10.webp',
    'a2.webp',
    'é.gif',
    'z.tiff',
    'notes.txt',
    'weights.onnx',
    '.hidden.jpg',
    'x.svg',
    'noending',
    'cats/1.jpeg',
    'cats/deep/2.avif',
    'dogs/1.jfif',
    '.git/3.jpg',
    'Cats/0.jpg',
  );

  it('is listed in the order of code units, the same everywhere', async () => {
    expect(await pathsOf(mixed)).toEqual([
      'B.PNG',
      'Cats/0.jpg',
      'a10.webp',
      'a2.webp',
      'b.jpg',
      'cats/1.jpeg',
      'cats/deep/2.avif',
      'dogs/1.jfif',
      'z.tiff',
      'é.gif',
    ]);
  });

  it('is listed without its subfolders when not recursive', async () => {
    expect(await pathsOf(mixed, { recursive: false })).toEqual([
      'B.PNG',
      'a10.webp',
      'a2.webp',
      'b.jpg',
      'z.tiff',
      'é.gif',
    ]);
  });

  it('gives each picture its first subfolder as label', async () => {
    const { items } = await images.folder(mixed, { recursive: true, labels: true, signal });
    expect(items.filter(({ label }) => label !== undefined).map(({ label, path }) => [label, path])).toEqual([
      ['Cats', 'Cats/0.jpg'],
      ['cats', 'cats/1.jpeg'],
      ['cats', 'cats/deep/2.avif'],
      ['dogs', 'dogs/1.jfif'],
    ]);
    const plain = await images.folder(mixed, { recursive: true, labels: false, signal });
    expect(plain.items.every((item) => !('label' in item))).toBe(true);
  });

  it.each([
    ['top', ['train', 'train', 'train', undefined]],
    ['nearest', ['train', 'cat', 'tabby', undefined]],
    ['second', [undefined, 'cat', 'cat', undefined]],
  ] as const)('takes its labels from the %s folder', async (labelFolder, want) => {
    const folder = make('split', 'train/cat/1.jpg', 'train/cat/tabby/2.jpg', 'train/3.jpg', 'x.jpg');
    const { items } = await images.folder(folder, { recursive: true, labels: true, labelFolder, signal });
    expect(items.map(({ label }) => label)).toEqual(want);
  });

  it('holds every file that is a picture by its first bytes, whatever its name', async () => {
    const jpeg = Buffer.from('\xff\xd8\xff\xe0.', 'latin1');
    const folder = make('names', 'real.jpg', 'notes.txt', 'movie.mp4');
    const names = ['a.jpe', 'b.mpo', 'c.jpg_large', 'd.heic', 'e.HEIC', 'f', 'g.bmp', 'h.jpg~', 'i.txt'];
    for (const name of names) writeFileSync(join(folder, name), jpeg);
    writeFileSync(join(folder, 'j.bmp'), 'BM......');
    writeFileSync(join(folder, 'k.photo'), '\0\0\0\x18ftypheic\0\0\0\0mif1heic');
    const warnings: string[] = [];
    const onWarn = (said: Said) => warnings.push(englishOf(said));
    expect(await pathsOf(folder, { onWarn })).toEqual(
      [...names.filter((n) => n !== 'e.HEIC'), 'e.HEIC', 'real.jpg'].sort(),
    );
    expect(warnings).toEqual(['2 files have a format that Patchbay does not read: .bmp, .photo.']);
    expect(await pathsOf(folder, { glob: '*.jpe' })).toEqual(['a.jpe']);
  });

  it.each([
    ['*.webp', ['a10.webp', 'a2.webp']],
    ['*.{png,gif}', ['B.PNG', 'é.gif']],
    ['cats/**', ['Cats/0.jpg', 'cats/1.jpeg', 'cats/deep/2.avif']],
    ['**/1.*', ['cats/1.jpeg', 'dogs/1.jfif']],
    [
      '!(*.webp)',
      ['B.PNG', 'Cats/0.jpg', 'b.jpg', 'cats/1.jpeg', 'cats/deep/2.avif', 'dogs/1.jfif', 'z.tiff', 'é.gif'],
    ],
  ])('is filtered by %s', async (glob, want) => {
    expect(await pathsOf(mixed, { glob })).toEqual(want);
  });

  it('is cut at the limit, in order', async () => {
    expect(await pathsOf(mixed, { limit: 2 })).toEqual(['B.PNG', 'Cats/0.jpg']);
    expect(await pathsOf(mixed, { limit: 0 })).toEqual([]);
  });

  it('follows every link once, even in circles, and lists broken ones with a reason', async () => {
    const looped = make('looped', 'a/1.jpg', 'b/2.jpg');
    symlinkSync('..', join(looped, 'a/up'));
    symlinkSync('../b', join(looped, 'a/across'));
    symlinkSync('../a/1.jpg', join(looped, 'b/link.jpg'));
    symlinkSync('nowhere.jpg', join(looped, 'broken.jpg'));
    const { items, skipped } = await images.folder(looped, { recursive: true, labels: true, signal });
    expect(items.map(({ path }) => path)).toEqual(['a/1.jpg', 'a/across/2.jpg', 'a/across/link.jpg']);
    expect(skipped).toEqual([
      {
        name: 'broken.jpg',
        path: 'broken.jpg',
        reason: {
          code: 'image.broken-link',
          message: 'The link points to a file that does not exist.',
        },
      },
    ]);
  });

  it('lists a link that leads to itself, and everything else in its folder', async () => {
    const folder = make('itself', 'a.jpg');
    symlinkSync('self', join(folder, 'self'));
    symlinkSync('self.jpg', join(folder, 'self.jpg'));
    const { items, skipped } = await images.folder(folder, { recursive: true, labels: true, signal });
    expect(items.map(({ path }) => path)).toEqual(['a.jpg']);
    expect(skipped.map(({ path, reason, passing }) => [path, asMessage(reason).code, passing])).toEqual([
      ['self', 'image.circular-link', undefined],
      ['self.jpg', 'image.circular-link', undefined],
    ]);
  });

  // Other systems keep names as text.
  it.skipIf(process.platform !== 'linux')(
    'leaves out names that are not text, for a reason that stays, but not a name with the sign for such names',
    async () => {
      const folder = make('mangled', 'a.jpg', 'sign\ufffd.jpg', 'sub/b.jpg');
      const bytes = (name: string) => Buffer.from(`${folder}/${name}`, 'latin1');
      writeFileSync(bytes('caf\xe9.jpg'), '');
      writeFileSync(bytes('notes\xe9.txt'), '');
      mkdirSync(bytes('caf\xe9'));
      const { items, skipped } = await images.folder(folder, { recursive: true, labels: true, signal });
      expect(items.map(({ path }) => path)).toEqual(['a.jpg', 'sign\ufffd.jpg', 'sub/b.jpg']);
      expect(skipped.map(({ path, reason, passing }) => [path, asMessage(reason).code, passing])).toEqual([
        ['caf\ufffd', 'image.name-not-text', undefined],
        ['caf\ufffd.jpg', 'image.name-not-text', undefined],
      ]);
    },
  );

  it('warns once about files that match the pattern and have a format that is not read', async () => {
    const folder = make('kinds', 'a.jpg', 'b.HEIC', 'c.heic', 'sub/d.svg', 'sub/e', 'notes.txt', '.f');
    const told = async (more: object) => {
      const warnings: string[] = [];
      const onWarn = (said: Said) => warnings.push(englishOf(said));
      await images.folder(folder, { recursive: true, labels: true, signal, onWarn, ...more });
      return warnings;
    };
    expect(await told({})).toEqual([
      '4 files have a format that Patchbay does not read: .heic, .svg, no file extension.',
    ]);
    expect(await told({ glob: '*.svg' })).toEqual(['1 file has a format that Patchbay does not read: .svg.']);
    expect(await told({ recursive: false, glob: '*.jpg' })).toEqual([]);
  });

  it('is listed without the folders that programs keep for themselves, which are counted in one line', async () => {
    const folder = make(
      'synology',
      'trip/p.jpg',
      'trip/@eaDir/p.jpg/SYNOPHOTO_THUMB_M.jpg',
      'cats/@EADIR/x.jpg',
      '#recycle/x.jpg',
      '$RECYCLE.BIN/S-1-5-21/x.png',
      '.@__thumb/x.png',
      'Catalog Previews.lrdata/0/x.png',
      'Family.photoslibrary/resources/x.png',
      '__MACOSX/trip/x.png',
      '.Trash-1000/files/x.png',
      'Thumbs/x.png',
      'thumbsy/x.png',
      'recycle/x.png',
    );
    const warnings: string[] = [];
    const onWarn = (said: Said) => warnings.push(englishOf(said));
    expect(await pathsOf(folder, { onWarn })).toEqual(['recycle/x.png', 'thumbsy/x.png', 'trip/p.jpg']);
    expect(warnings).toEqual([
      'Passed over 8 folders in which programs keep thumbnails, previews or deleted files: #recycle, $RECYCLE.BIN, @EADIR, @eaDir, Catalog Previews.lrdata, Family.photoslibrary, …. Turn on *Housekeeping folders* to load them.',
    ]);
    expect(await pathsOf(folder, { housekeeping: true })).toHaveLength(13);
    // A folder that somebody names is read.
    expect(await pathsOf(join(folder, '#recycle'))).toEqual(['x.jpg']);
    const before = await images.fingerprint(folder);
    make('synology', '@eaDir/new.jpg/THUMB.jpg');
    make('synology', 'trip/@eaDir/another.jpg');
    expect(await images.fingerprint(folder, { housekeeping: true })).not.toBe(before);
  });

  it('can be nested deeper than a call stack allows', async () => {
    const deep = join(root, 'deep');
    const path = `${'d/'.repeat(1500)}x.jpg`;
    mkdirSync(join(deep, dirname(path)), { recursive: true });
    writeFileSync(join(deep, path), '');
    expect(await pathsOf(deep)).toEqual([path]);
  });

  it('fails with a sentence when it is missing or a file', async () => {
    const options = { recursive: true, labels: false, signal };
    await expect(images.folder(join(root, 'gone'), options)).rejects.toMatchObject({
      code: 'folder.not-found',
      message: `Folder ${join(root, 'gone')} was not found. Check the path.`,
    });
    await expect(images.folder(join(mixed, 'b.jpg'), options)).rejects.toMatchObject({
      code: 'folder.is-file',
      message: `${join(mixed, 'b.jpg')} is a file. Choose the folder that contains it.`,
    });
  });

  it('is no longer listed once the run is cancelled', async () => {
    await expect(
      images.folder(mixed, { recursive: true, labels: true, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'run.cancelled' });
  });
});

describe('a single picture', () => {
  it('carries its path, size and time', async () => {
    const folder = make('single', 'x.jpg');
    writeFileSync(join(folder, 'x.jpg'), Buffer.from('\xff\xd8\xff\xe0.', 'latin1'));
    utimesSync(join(folder, 'x.jpg'), 1000, 1000);
    expect(await images.file('single/x.jpg')).toEqual({
      kind: 'image',
      name: 'x.jpg',
      path: 'x.jpg',
      source: { kind: 'file', path: join(folder, 'x.jpg'), size: 5, mtimeMs: 1_000_000 },
    });
    await expect(images.file('single/y.jpg')).rejects.toMatchObject({ code: 'image.not-found' });
    await expect(images.file('single')).rejects.toMatchObject({ code: 'image.is-folder' });
  });

  it.each([
    ['empty.jpg', '', 'image.empty', 'The picture file is empty. Copy it again.'],
    [
      'photo.heic',
      '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
      'image.heic',
      'Patchbay does not read HEIC pictures. Export the picture as JPEG.',
    ],
    [
      'notes.jpg',
      'dear diary',
      'image.unknown-format',
      'This file is not a picture that Patchbay can read. It reads JPEG, PNG, WebP, GIF, TIFF and AVIF.',
    ],
  ])('%s is refused at once by its first bytes', async (name, content, code, message) => {
    writeFileSync(join(make('heads', name), name), Buffer.from(content, 'latin1'));
    await expect(images.file(`heads/${name}`)).rejects.toMatchObject({ code, message });
  });

  it('a path without a picture fails, with the nearest sample or the node for web addresses', async () => {
    make('pets', 'cat.jpg');
    await expect(images.file('nowhere/y.jpg')).rejects.toMatchObject({
      message: 'Picture nowhere/y.jpg was not found. Check the path.',
    });
    await expect(images.file('sample:pets/cta.jpg')).rejects.toMatchObject({
      code: 'image.not-found',
      message:
        'Picture sample:pets/cta.jpg was not found. Check the path. Did you mean "sample:pets/cat.jpg"?',
    });
    await expect(images.file('https://example.com/cat.jpg')).rejects.toMatchObject({
      code: 'image.is-address',
      message: 'https://example.com/cat.jpg is a web address, not a file. Use *Load URL* for web addresses.',
    });
  });
});

describe('a fingerprint', () => {
  it('changes only with files in the folder that match the pattern', async () => {
    const folder = make('watched', 'a.jpg', 'sub/b.png');
    const seen = [await images.fingerprint(folder)];
    make('watched', 'notes.txt');
    expect(await images.fingerprint(folder)).toBe(seen[0]);
    make('watched', 'c.jpg');
    seen.push(await images.fingerprint(folder));
    utimesSync(join(folder, 'a.jpg'), 2000, 2000);
    seen.push(await images.fingerprint(folder));
    rmSync(join(folder, 'sub/b.png'));
    seen.push(await images.fingerprint(folder));
    rmSync(folder, { recursive: true });
    seen.push(await images.fingerprint(folder));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('covers the same files as the listing', async () => {
    const folder = make('bounded', 'a.jpg', 'sub/b.png');
    const flat = await images.fingerprint(folder, { recursive: false });
    const jpg = await images.fingerprint(folder, { glob: '*.jpg' });
    make('bounded', 'sub/c.png');
    expect(await images.fingerprint(folder, { recursive: false })).toBe(flat);
    expect(await images.fingerprint(folder, { glob: '*.jpg' })).toBe(jpg);
  });
});
