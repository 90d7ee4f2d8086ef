import { rm, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import type { ImportLabels, LabelExport, LabelSet } from '../contract/labels.ts';
import { fileMessage } from '../contract/messages/files.ts';
import { dataFolder } from '../data-folder.ts';
import { exportText } from '../labels/export.ts';
import { importLabels } from '../labels/import.ts';
import { openLabelStore } from '../labels/store.ts';
import { packageRoot } from '../package-root.ts';
import { hashFiles, picturesIn } from '../runner/picture-files.ts';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { createPathResolver } from '../runtime/files/paths.ts';
import { createRuntime } from '../runtime/index.ts';
import { setFileName } from '../runtime/labels/set-file.ts';
import { lockFolder } from '../store/folder-guard.ts';
import { counted, cut, pad, plainText } from './columns.ts';
import { spoken } from './places.ts';
import { print, printLine } from './print.ts';
import { EXIT } from './usage.ts';

const NAME_CELLS = 30;

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);
const folderOfSets = () => join(dataFolder(), 'labels');

/** The paths of this command: relative ones start in the current folder. */
const pathsHere = () =>
  createPathResolver({
    workflowDir: process.cwd(),
    samplesDir: join(packageRoot, 'workflows', 'samples'),
    uploadsDir: join(dataFolder(), 'files'),
  });

const factsOf = ({ categories, labelled, ruledOut }: LabelSet): string => {
  const marks = ruledOut === 0 ? '' : `, ${counted(ruledOut, 'picture')} with a category that was ruled out`;
  return `${categories.length} ${categories.length === 1 ? 'category' : 'categories'}, ${counted(labelled, 'picture')}${marks}`;
};

/** `patchbay labels list`: lists the label sets. */
export async function listLabelsCommand(options: { json: boolean }): Promise<number> {
  const items = await openLabelStore(folderOfSets(), { readOnly: true }).list();
  if (options.json) await json({ items });
  else if (items.length === 0)
    printLine(
      'There are no category sets. Create one in the studio, or with "patchbay labels import NAME FOLDER".',
    );
  for (const set of options.json ? [] : items)
    printLine(
      `${pad(cut(plainText(set.name), NAME_CELLS), NAME_CELLS)} ${set.problem ? spoken(set.problem.message) : factsOf(set)}`,
    );
  return items.some(({ problem }) => problem) ? EXIT.failed : EXIT.completed;
}

/** `patchbay labels show NAME`: lists the categories of a set. @throws PatchbayError `labels.not-found`, `labels.unreadable` */
export async function showLabelsCommand(name: string, options: { json: boolean }): Promise<number> {
  const set = await openLabelStore(folderOfSets(), { readOnly: true }).get(name);
  if (options.json) await json(set);
  else {
    for (const { name: category, count, key } of set.categories)
      printLine(
        `${pad(cut(plainText(category), NAME_CELLS), NAME_CELLS)} ${pad(String(count), 8, 'start')}${key === null ? '' : `  key ${key}`}`,
      );
    printLine(`${plainText(set.name)}: ${factsOf(set)}, revision ${set.revision}.`);
  }
  return EXIT.completed;
}

/** The options of `patchbay labels export`. */
export interface ExportLabelsOptions {
  readonly format?: Exclude<LabelExport, 'zip'>;
  readonly folder?: string;
  readonly separator: 'comma' | 'semicolon' | 'tab';
  readonly excel: boolean;
}

function formatOf(file: string | undefined): Exclude<LabelExport, 'zip'> {
  const ending = extname(file ?? '').toLowerCase();
  if (ending === '.csv' || ending === '.tsv') return 'csv';
  return ending === '.jsonl' ? 'metadata-jsonl' : 'json';
}

/** `patchbay labels export NAME [FILE]`: writes a set to a file, or prints it. */
export async function exportLabelsCommand(
  name: string,
  file: string | undefined,
  options: ExportLabelsOptions,
): Promise<number> {
  const set = await openLabelStore(folderOfSets(), { readOnly: true }).content(name);
  // The mark for Excel is for a file; other programs read what is printed.
  const excel = options.excel && file !== undefined;
  const parts = exportText(set, name, options.format ?? formatOf(file), { ...options, excel }, pathsHere());
  if (file === undefined) for await (const part of parts) await print(Buffer.from(part).toString('utf8'));
  else {
    const path = resolve(file);
    const bytes = await writeFileAtomic(path, parts);
    printLine(`Wrote ${path} (${bytes} bytes).`);
  }
  return EXIT.completed;
}

/** The options of `patchbay labels import`. */
export interface ImportLabelsOptions {
  readonly from?: ImportLabels['from'];
  readonly folder?: string;
  readonly column?: string;
  readonly categoryFolder: ImportLabels['labelFolder'];
  readonly keep: boolean;
  readonly json: boolean;
}

async function sourceOf(path: string): Promise<ImportLabels['from']> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new PatchbayError(fileMessage('file.not-found', { path }));
  if (found.isDirectory()) return 'subfolders';
  const ending = extname(path).toLowerCase();
  return ending === '.json' ? 'json' : ending === '.jsonl' || ending === '.ndjson' ? 'jsonl' : 'csv';
}

/**
 * `patchbay labels import NAME PATH`: adds the labels of a file or folder to a set.
 * @throws PatchbayError `data.in-use` while a server runs, `labels.*`, `file.*`
 */
export async function importLabelsCommand(
  name: string,
  path: string,
  options: ImportLabelsOptions,
): Promise<number> {
  const folder = dataFolder();
  const paths = pathsHere();
  const from = options.from ?? (await sourceOf(await paths.resolve(path)));
  const unlock = await lockFolder(folder);
  const store = openLabelStore(folderOfSets());
  const runtime = await createRuntime({
    device: 'cpu',
    dataFolder: folder,
    modelFolders: [],
    samplesFolder: join(packageRoot, 'workflows', 'samples'),
    workflowFolder: process.cwd(),
    outFolder: process.cwd(),
    cache: true,
  });
  try {
    const { images } = runtime.services.outside;
    const { signal } = new AbortController();
    const isKnown = (await store.list()).some((set) => set.name === name.normalize('NFC'));
    if (!isKnown) await store.create(name);
    const imported = await importLabels(
      store,
      name,
      {
        ...{ from, path, labelFolder: options.categoryFolder, replace: !options.keep },
        ...(options.folder !== undefined && { folder: options.folder }),
        ...(options.column !== undefined && { column: options.column }),
      },
      {
        ...paths,
        hashes: (files) => hashFiles(images, files, { signal, alive: () => {} }),
        pictures: (place, labelFolder) => picturesIn(images, place, labelFolder, signal),
      },
    ).catch(async (error: unknown) => {
      // A set that was made for this import is not left behind empty.
      if (!isKnown)
        await store.remove(name, () => rm(join(folderOfSets(), setFileName(name.normalize('NFC')))));
      throw error;
    });
    await store.close();
    const { undo: _, ...document } = imported;
    if (options.json) await json(document);
    else {
      const { labelled, same, kept, ruledOut, added, skipped } = imported;
      printLine(
        `${counted(labelled, 'picture')} got a category, ${same} had it already${kept > 0 ? `, ${kept} kept another one` : ''}${ruledOut > 0 ? `, ${ruledOut} left out because a person ruled it out` : ''}. ${counted(added.length, 'new category', 'new categories')}.`,
      );
      for (const { name: left, line, message } of skipped.first.slice(0, 10))
        console.error(
          `Left out ${plainText(left)}${line === undefined ? '' : ` (line ${line})`}: ${spoken(message)}`,
        );
      if (skipped.total > 10) console.error(`Left out ${skipped.total} in all.`);
    }
    return imported.skipped.total > 0 ? EXIT.partial : EXIT.completed;
  } finally {
    await runtime.dispose();
    unlock();
  }
}
