import { join } from 'node:path';
import { type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
import { openLibrary, versionNumber } from '../collections/library.ts';
import type { Collection } from '../contract/collections.ts';
import { collectionMessage } from '../contract/messages/collections.ts';
import { dataFolder } from '../data-folder.ts';
import { serverOf } from '../server-note.ts';
import { openTrash } from '../trash/trash.ts';
import { counted, cut, pad, plainText } from './columns.ts';
import { sizeText } from './download-bar.ts';
import { spoken } from './places.ts';
import { print, printLine } from './print.ts';
import { EXIT } from './usage.ts';

const NAME_CELLS = 30;

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);
const library = () => openLibrary(join(dataFolder(), 'collections'));
const day = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** How a collection follows its folders, as its server found it last. */
function followText({ follow }: Collection): string {
  if (!follow) return '';
  const { folders, state, problem, at } = follow;
  const said = {
    current: 'everything is in',
    running: 'new pictures are added',
    problem: spoken(problem?.message ?? ''),
    paused: `paused, because a version was restored; "patchbay collections follow" goes on`,
  };
  return `  follows ${folders.map(plainText).join(', ')}: ${said[state]} (${day(at)})`;
}

const factsOf = ({ pictures, bytes, version, updatedAt, encoders }: Collection): string =>
  [
    counted(pictures, 'picture'),
    sizeText(bytes),
    `version ${version} of ${day(updatedAt)}`,
    encoders.map(({ title }) => plainText(title)).join(', '),
  ].join(', ');

/** `patchbay collections list`: lists the collections. */
export async function listCollectionsCommand(options: { json: boolean }): Promise<number> {
  const items = await library().list();
  if (options.json) await json({ items });
  else if (items.length === 0)
    printLine('There are no collections. A workflow makes one with the node "Save to collection".');
  for (const one of options.json ? [] : items) {
    printLine(
      `${pad(cut(plainText(one.name), NAME_CELLS), NAME_CELLS)} ${one.problem ? spoken(one.problem.message) : factsOf(one)}`,
    );
    if (one.follow) printLine(followText(one));
  }
  return items.some(({ problem }) => problem) ? EXIT.failed : EXIT.completed;
}

/** `patchbay collections show NAME`: lists encoders, columns and versions. @throws PatchbayError `collection.not-found` */
export async function showCollectionCommand(name: string, options: { json: boolean }): Promise<number> {
  const one = await library().get(name);
  if (options.json) await json(one);
  else {
    printLine(`${plainText(one.name)}: ${factsOf(one)}`);
    if (one.follow) printLine(followText(one));
    for (const { title, encoder, dims, count } of one.encoders)
      printLine(`  ${plainText(title)} (${plainText(encoder)}): ${count} vectors of ${dims} numbers`);
    const columns = one.columns.map(({ name: column, type }) => `${plainText(column)} (${type})`);
    if (columns.length > 0) printLine(`  columns: ${columns.join(', ')}`);
    for (const {
      version,
      at,
      pictures,
      added,
      changed,
      updated,
      removed,
      restored,
      bytes,
      kept,
    } of one.versions) {
      const change =
        restored === undefined
          ? `${added} added, ${changed} changed, ${updated} updated, ${removed} removed`
          : `version ${restored} restored`;
      printLine(
        `  ${pad(String(version), 5, 'start')}  ${day(at)}  ${counted(pictures, 'picture')}: ${change}, ${sizeText(bytes)}${kept ? '' : ', files deleted'}`,
      );
    }
  }
  return EXIT.completed;
}

/**
 * `patchbay collections restore NAME VERSION`: makes an older version the newest.
 * @throws PatchbayError `collection.not-found`, `collection.no-version`
 */
export async function restoreVersionCommand(
  name: string,
  version: string,
  options: { json: boolean },
): Promise<number> {
  const one = await library().restore(name, versionNumber(version));
  if (options.json) await json(one);
  else
    printLine(
      `"${plainText(one.name)}" is as in version ${version}: ${counted(one.pictures, 'picture')}. This is version ${one.version}.`,
    );
  return EXIT.completed;
}

/** `patchbay collections delete NAME`: moves a collection to the trash. @throws PatchbayError `collection.not-found` */
export async function deleteCollectionCommand(name: string, options: { json: boolean }): Promise<number> {
  const trash = openTrash(dataFolder());
  const entry = await library().remove(name, (folder) => trash.addCollection(name.normalize('NFC'), folder));
  if (options.json) await json(entry);
  else printLine(`Deleted "${plainText(entry.key)}". "patchbay trash restore ${entry.id}" brings it back.`);
  return EXIT.completed;
}

/**
 * `patchbay collections follow NAME` and `unfollow NAME`: asks the server of the data folder, which watches the folders.
 * @throws PatchbayError `collection.no-server`, and what the server answers
 */
export async function followCommand(
  name: string,
  options: { json: boolean; token?: string },
  isOn: boolean,
): Promise<number> {
  const { address } = await serverOf(dataFolder());
  const token = options.token ?? process.env.PATCHBAY_TOKEN;
  const answer =
    address &&
    (await fetch(new URL(`api/collections/${encodeURIComponent(name)}/follow`, address), {
      method: isOn ? 'PUT' : 'DELETE',
      ...(token && { headers: { authorization: `Bearer ${token}` } }),
    }).catch(() => undefined));
  if (!answer) throw new PatchbayError(collectionMessage('collection.no-server'));
  const said = (await answer.json()) as { error?: ErrorDetails } & Collection;
  if (said.error) throw new PatchbayError(said.error);
  if (options.json) await json(said);
  else
    printLine(
      said.follow
        ? `${plainText(said.name)}\n${followText(said)}`
        : `"${plainText(said.name)}" follows no folder any more. Its pictures stay.`,
    );
  return EXIT.completed;
}
