import { expect, test } from 'vitest';
import { findFiles } from '../../../client/widgets/find-files.ts';
import type { FolderListing } from '../../../server/contract/http.ts';

/** Folders by path: the names of their folders and files. */
const DISK: Readonly<Record<string, { folders: string[]; files: string[] }>> = {
  '~': { folders: ['Cats', 'deep', 'locked'], files: ['cat.png', 'dog.png'] },
  '~/Cats': { folders: [], files: ['1.png'] },
  '~/deep': { folders: ['deeper'], files: ['BigCat.PNG'] },
  '~/deep/deeper': { folders: ['deep'], files: ['concat.csv'] },
};

const list = async (path: string, find = ''): Promise<FolderListing> => {
  const found = DISK[path];
  if (!found) throw new Error('not readable');
  const entry = (name: string) => ({ name, path: `${path}/${name}` });
  const fits = ({ name }: { name: string }) => name.toLowerCase().includes(find.toLowerCase());
  return {
    path,
    parent: '',
    folders: found.folders.map(entry).filter(fits),
    files: found.files.map((name) => ({ ...entry(name), bytes: 1 })).filter(fits),
    more: false,
  };
};

test('a search looks here first, then below, and passes over what it cannot read', async () => {
  const steps: [string[], number][] = [];
  await findFiles(await list('~'), 'cat', list, ({ folders, files }, looked) =>
    steps.push([[...folders, ...files].map(({ path }) => path), looked]),
  );
  expect(steps[0]).toEqual([['~/Cats', '~/cat.png'], 1]);
  expect(steps.at(-1)).toEqual([['~/Cats', '~/cat.png', '~/deep/BigCat.PNG', '~/deep/deeper/concat.csv'], 6]);
});

test('a search ends when it has found enough, and says that there is more', async () => {
  const files = Array.from({ length: 500 }, (_, n) => ({ name: `cat ${n}`, path: `~/cat ${n}`, bytes: 1 }));
  let last: FolderListing | undefined;
  let asked = 0;
  const root: FolderListing = {
    path: '~',
    parent: '',
    folders: [{ name: 'x', path: '~/x' }],
    files,
    more: false,
  };
  await findFiles(
    root,
    'CAT',
    async () => {
      asked += 1;
      return root;
    },
    (found) => {
      last = found;
    },
  );
  expect([last?.files.length, last?.more, asked]).toEqual([200, true, 0]);
});
