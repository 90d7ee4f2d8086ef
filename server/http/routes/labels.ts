import { pipeline } from 'node:stream/promises';
import { messageOf, PatchbayError } from '../../../nodes/sdk/index.ts';
import type { Message } from '../../../nodes/sdk/messages.ts';
import type { LabelChange, LabelsChanged, PictureHash } from '../../contract/labels.ts';
import { labelMessage } from '../../contract/messages/labels.ts';
import type { HashedChange } from '../../labels/changes.ts';
import { exportedFile, exportPictures, exportText } from '../../labels/export.ts';
import { importLabels, type PictureFinder } from '../../labels/import.ts';
import { setPictures } from '../../labels/pictures.ts';
import type { LabelStore } from '../../labels/store.ts';
import type { Trash } from '../../trash/trash.ts';
import { inertHeaders } from '../files/send-file.ts';
import { answer, type Route, route } from '../route.ts';
import { sendZip } from '../zip.ts';
import { DELETED, IN_TRASH } from './runs.ts';

/** The parts that the routes of label sets use. */
export interface LabelRouteDeps {
  readonly labels: LabelStore;
  readonly trash: Trash;
  readonly pictures: PictureFinder;
  /** The path behind the `ref` of a picture; undefined if this server did not make it. */
  readonly pictureOf: (ref: string) => string | undefined;
  /** The `ref` of a picture by its absolute path. */
  readonly refOf: (file: string) => string;
  /** The path of a stored picture. */
  readonly assetPath: (hash: string) => string;
}

/** A picture as a request names it. */
type Named = Pick<LabelChange, 'ref' | 'path'>;

const ASSET = /^asset:([0-9a-f]{64})(?:\/|$)/;

/** `/api/label-sets` and `/api/pictures/hashes`. */
export function labelRoutes(deps: LabelRouteDeps): Route[] {
  const { labels, trash, pictures, pictureOf } = deps;
  const tag = 'Label sets';
  const missing = { description: 'There is no such set.' };
  const taken = { description: 'There is another set of this name.' };

  /** The absolute path of a picture, or what is wrong with its name. */
  async function fileOf({
    ref,
    path,
  }: Named): Promise<{ readonly file: string } | { readonly problem: Message }> {
    if (ref !== undefined) {
      const file = pictureOf(ref);
      return file === undefined ? { problem: labelMessage('labels.unknown-ref') } : { file };
    }
    const asset = ASSET.exec(path!)?.[1];
    if (asset !== undefined) return { file: `asset:${asset}` };
    try {
      return { file: await pictures.resolve(path!) };
    } catch (error) {
      if (error instanceof PatchbayError) return { problem: messageOf(error) };
      throw error;
    }
  }

  /** The hashes of pictures, in order, with their paths as workflows write them. */
  async function hashed(named: readonly Named[]): Promise<PictureHash[]> {
    const files = await Promise.all(named.map(fileOf));
    const asked = files.flatMap((one) => ('file' in one ? [one.file] : []));
    const answers = asked.length === 0 ? [] : await pictures.hashes(asked);
    let next = 0;
    return files.map((one): PictureHash => {
      const known = 'file' in one ? answers[next++]! : one;
      if ('problem' in known) {
        const { code, args, message } = known.problem;
        return { hash: null, code, ...(args && { args }), message };
      }
      const { file } = one as { readonly file: string };
      return { hash: known.hash, path: file.startsWith('asset:') ? file : pictures.written(file) };
    });
  }

  return [
    route(
      'listLabelSets',
      {
        tag,
        summary: 'List the label sets, by name',
        description:
          'A label set says which category a picture has. A picture is known by the hash of its file, so it keeps its category when it is moved. A set whose file cannot be read has a `problem`.',
        answers: { 200: { description: 'All sets, with the number of pictures of each category.' } },
      },
      async () => answer(200, { items: await labels.list() }),
    ),
    route(
      'createLabelSet',
      {
        tag,
        summary: 'Create a label set',
        answers: {
          201: { description: 'The set.' },
          409: taken,
          422: { description: 'The name cannot be the name of a file, or a category is there twice.' },
        },
      },
      async ({ body, response }) => {
        const { name, categories = [] } = await body();
        const edits = categories.map((category) => ({ op: 'add', ...category }) as const);
        const set = await labels.create(name, edits);
        response.location(`/api/label-sets/${encodeURIComponent(set.name)}`);
        return answer(201, set);
      },
    ),
    route(
      'getLabelSet',
      {
        tag,
        summary: 'Get a label set without its labels',
        answers: { 200: { description: 'The set.' }, 404: missing },
      },
      async ({ params }) => answer(200, await labels.get(params.name)),
    ),
    route(
      'renameLabelSet',
      {
        tag,
        summary: 'Rename a label set',
        description: 'Workflows that name the set by its old name do not find it any more.',
        answers: { 200: { description: 'The set.' }, 404: missing, 409: taken },
      },
      async ({ params, body }) => answer(200, await labels.rename(params.name, (await body()).name)),
    ),
    route(
      'deleteLabelSet',
      {
        tag,
        summary: 'Delete a label set',
        description: `The pictures stay. ${IN_TRASH}`,
        answers: {
          200: DELETED,
          404: missing,
        },
      },
      async ({ params }) => {
        const name = params.name.normalize('NFC');
        return answer(200, await labels.remove(name, () => trash.addLabels(name)));
      },
    ),
    route(
      'listLabels',
      {
        tag,
        summary: 'List the labels of a set',
        description:
          'With `after`, only the entries that changed after this revision, also those that were cleared (`category` is null). To follow a set, ask again with the `revision` of the first page.',
        answers: {
          200: { description: 'One page, in the order in which the pictures were first seen.' },
          404: missing,
        },
      },
      async ({ params, query }) => answer(200, await labels.labels(params.name, query)),
    ),
    route(
      'listLabelPictures',
      {
        tag,
        summary: 'List the pictures of a set',
        description:
          'With or without a category, in the order in which they were first seen. A stored picture has an `asset`, a file a `ref`. A picture that is gone has neither; it keeps its category.',
        answers: { 200: { description: 'One page.' }, 404: missing },
      },
      async ({ params, query: { limit, cursor = '0' } }) =>
        answer(
          200,
          await setPictures(
            await labels.content(params.name),
            { from: Number(cursor), limit },
            pictures,
            deps.refOf,
          ),
        ),
    ),
    route(
      'changeLabels',
      {
        tag,
        summary: 'Change labels and categories in one revision',
        description:
          'First the `edits` of categories, then the `changes` of pictures. A picture is named by its `hash`, the `ref` of a result, or a `path` as workflows write it. The last write of a picture counts. The answer comes when everything is on the disk. Send each body of `undo` back to undo it.',
        answers: {
          200: { description: 'What is different now.' },
          404: missing,
          422: { description: 'A category does not exist, or exists already. Nothing has changed.' },
        },
      },
      async ({ params, body }) => {
        const { edits, changes = [], by } = await body();
        // Without pictures to hash, an unknown set is noticed in the same way.
        await labels.get(params.name);
        const open = changes.filter(({ hash }) => hash === undefined);
        const found = await hashed(open);
        const skipped: LabelsChanged['skipped'][number][] = [];
        const known: HashedChange[] = [];
        let next = 0;
        for (const [at, { ref: _, hash, ...change }] of changes.entries()) {
          if (hash !== undefined) known.push({ ...change, hash });
          else {
            const one = found[next++]!;
            if (one.hash !== null) known.push({ ...change, hash: one.hash, path: one.path });
            else {
              const { hash: __, ...problem } = one;
              skipped.push({ at, ...problem });
            }
          }
        }
        const { undo, ...changed } = await labels.change(params.name, {
          ...(edits && { edits }),
          ...(by && { by }),
          changes: known,
        });
        return answer(200, { ...changed, skipped, undo: undo ?? [] });
      },
    ),
    route(
      'importLabels',
      {
        tag,
        summary: 'Add the labels of a file or folder to a set',
        description:
          'Everything is one revision. Categories that the set does not have are added. A row whose picture cannot be read is left out and named in `skipped`.',
        answers: {
          200: { description: 'What is different now.' },
          404: { description: 'There is no such set, file or folder.' },
          413: { description: 'The file is too large.' },
          422: { description: 'The file cannot be read. Nothing has changed.' },
        },
      },
      async ({ params, body }) =>
        answer(200, await importLabels(labels, params.name, await body(), pictures)),
    ),
    route(
      'exportLabels',
      {
        tag,
        summary: 'Download a label set as a file',
        description:
          'As JSON with everything, as a table, as metadata for Hugging Face data sets, or with its pictures.',
        answers: {
          200: { description: 'The file.', type: 'application/octet-stream' },
          404: { description: 'There is no such set, or no picture for an archive.' },
        },
      },
      async ({ params, query, response }) => {
        const { format, ...options } = query;
        const name = params.name.normalize('NFC');
        const set = await labels.content(name);
        const file = exportedFile(name, format);
        if (format === 'zip')
          return sendZip(response, file.name, exportPictures(set, name, pictures, deps.assetPath));
        const text = exportText(set, name, format, options, pictures)[Symbol.asyncIterator]();
        // The first part comes before the headers, so that an error can still be told.
        const first = await text.next();
        inertHeaders(response, { ...file, immutable: false });
        await pipeline(async function* () {
          if (!first.done) yield first.value;
          for (let part = await text.next(); !part.done; part = await text.next()) yield part.value;
        }, response).catch(() => response.destroy());
        return undefined;
      },
    ),
    route(
      'hashPictures',
      {
        tag,
        summary: 'Get the hashes of pictures',
        description:
          'Of pictures that results name with `ref`, or workflows with a path. Files that were hashed before are not read again.',
        answers: { 200: { description: 'One answer for each picture, in the same order.' } },
      },
      async ({ body }) => answer(200, { items: await hashed((await body()).pictures) }),
    ),
  ];
}
