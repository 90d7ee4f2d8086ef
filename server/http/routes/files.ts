import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FolderListing } from '../../contract/http.ts';
import type { AssetStore } from '../../runtime/files/assets.ts';
import type { Journal } from '../../store/journal.ts';
import { containedFile, typeOfFile } from '../files/contained.ts';
import { isPicture } from '../files/file-type.ts';
import type { createReceiver } from '../files/receive.ts';
import { inertHeaders, sendFile } from '../files/send-file.ts';
import type { Thumbnail, Thumbnails } from '../files/thumbnails.ts';
import type { Uploader } from '../files/uploads.ts';
import { HttpError, notFound } from '../http-error.ts';
import { answer, type Call, type Route, route } from '../route.ts';

/** What the routes of files need. */
export interface FileRouteDeps {
  readonly journal: Journal;
  readonly assets: AssetStore;
  readonly receive: ReturnType<typeof createReceiver>;
  readonly thumbnails: Thumbnails;
  /** Path of a picture that this server named; undefined for any other name. */
  readonly pictureOf: (reference: string) => string | undefined;
  readonly browse: (path: string) => Promise<FolderListing>;
  readonly uploads: Uploader;
  /** Where a run's nodes may write. */
  readonly outputFolder: (runId: string) => string;
}

const PICTURE = { description: 'The picture.', type: 'image/*' };
const tag = 'Files';

function sendThumbnail(
  { response }: Pick<Call, 'response'>,
  { bytes, type }: Thumbnail,
  immutable: boolean,
): undefined {
  inertHeaders(response, { type, name: 'thumbnail', immutable });
  response.end(bytes);
}

/** `/api/assets`, `/api/files`, `/api/pictures` and the files of runs. */
export function fileRoutes(deps: FileRouteDeps): Route[] {
  const { journal, assets, thumbnails } = deps;
  const known = async (hash: string): Promise<{ hash: string; type: string; name: string }> => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw notFound('asset', hash);
    const asset = journal.assets.get(hash);
    if (asset) return asset;
    // Pictures that a run fetched or made were uploaded by nobody; results name them all the same.
    const type = await typeOfFile(assets.path(hash)).catch(() => undefined);
    if (type === undefined || !isPicture(type)) throw notFound('asset', hash);
    return { hash, type, name: `picture.${type.slice('image/'.length)}` };
  };
  const picture = async (reference: string) => {
    const path = deps.pictureOf(reference);
    if (path === undefined)
      throw new HttpError(404, { code: 'file.not-found', message: 'There is no such picture.' });
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile())
      throw new HttpError(404, { code: 'file.not-found', message: `${basename(path)} is gone.` });
    return { path, version: `${found.size}-${found.mtimeMs}` };
  };

  return [
    route(
      'uploadAsset',
      {
        tag,
        summary: 'Upload a file',
        description:
          'Stored once by its content. In a workflow its path is `asset:HASH`, or `asset:HASH/NAME` to be called so in results. Pictures are shown; any other file is only ever a download.',
        answers: {
          201: { description: 'Stored.' },
          413: { description: 'Larger than this server takes.' },
          507: { description: 'The disk is full.' },
        },
      },
      async ({ request, response }) => {
        const asset = journal.assets.add(await deps.receive(request, response));
        response.location(`/api/assets/${asset.hash}`);
        return answer(201, asset);
      },
    ),
    route(
      'getAsset',
      {
        tag,
        summary: 'Download an uploaded file',
        description: 'With `Range`, a part of it.',
        answers: {
          200: { description: 'The file.', type: 'application/octet-stream' },
          206: { description: 'A part of it.', type: 'application/octet-stream' },
          404: { description: 'There is no such file.' },
        },
      },
      async ({ params, response }) => {
        const { hash, type, name } = await known(params.hash);
        return sendFile(response, assets.path(hash), { type, name, immutable: true });
      },
    ),
    route(
      'getAssetThumbnail',
      {
        tag,
        summary: 'Get a small version of an uploaded picture',
        answers: {
          200: PICTURE,
          404: { description: 'There is no such file.' },
          422: { description: 'It is no picture.' },
        },
      },
      async (call) => {
        const { hash } = await known(call.params.hash);
        return sendThumbnail(call, await thumbnails(`asset:${hash}`, call.query.edge), true);
      },
    ),
    route(
      'browse',
      {
        tag,
        summary: 'Look into a folder of this machine',
        description:
          'Only the sample pictures, the uploads, the folders that the server was told to read from, or, where nobody else may call it, the home folder of whoever runs it. Hidden entries are left out.',
        answers: {
          200: { description: 'What is in it.' },
          403: { description: 'It is outside of the places that may be looked into.' },
          404: { description: 'There is no such folder.' },
        },
      },
      async ({ query }) => answer(200, await deps.browse(query.path)),
    ),
    route(
      'uploadFile',
      {
        tag,
        summary: 'Upload a file into a folder',
        description: 'For folders of pictures, adapters and vectors. No file is ever replaced.',
        answers: {
          201: { description: 'Stored.' },
          400: { description: 'The path is none.' },
          409: { description: 'There is another file of this name.' },
          413: { description: 'Larger than this server takes.' },
        },
      },
      async ({ query, request, response }) =>
        answer(201, await deps.uploads.take(query.path, request, response)),
    ),
    route(
      'deleteUploads',
      {
        tag,
        summary: 'Delete a folder of uploads',
        description:
          'By its name, with all that is in it. Workflows and runs that read from it find it gone.',
        answers: { 204: { description: 'Deleted.' }, 404: { description: 'There is no such folder.' } },
      },
      async ({ query }) => {
        await deps.uploads.remove(query.path);
        return answer(204);
      },
    ),
    route(
      'getPicture',
      {
        tag,
        summary: 'Get a picture of this machine that a result names',
        description: 'Results carry a `ref` beside each `file`; no other file can be asked for.',
        answers: { 200: PICTURE, 404: { description: 'There is no such picture.' } },
      },
      async ({ params, response }) => {
        const { path } = await picture(params.ref);
        const type = await typeOfFile(path);
        if (!isPicture(type))
          throw new HttpError(404, { code: 'file.not-found', message: 'There is no such picture.' });
        return sendFile(response, path, { type, name: basename(path), immutable: false });
      },
    ),
    route(
      'getPictureThumbnail',
      {
        tag,
        summary: 'Get a small version of it',
        answers: { 200: PICTURE, 404: { description: 'There is no such picture.' } },
      },
      async (call) => {
        const { path, version } = await picture(call.params.ref);
        return sendThumbnail(call, await thumbnails(path, call.query.edge, version), false);
      },
    ),
    route(
      'getRunFile',
      {
        tag,
        summary: 'Download a file that a run wrote',
        answers: {
          200: { description: 'The file.', type: 'application/octet-stream' },
          404: { description: 'There is no such file.' },
        },
      },
      async ({ params: { id }, request, response }) => {
        if (!journal.runs.get(id)) throw notFound('run', id);
        // Express gives the parts of a wildcard as a list, decoded once.
        const parts = [request.params.path ?? ''].flat();
        const path = await containedFile(deps.outputFolder(id), parts.join('/'));
        return sendFile(response, path, {
          type: await typeOfFile(path),
          name: basename(path),
          immutable: false,
        });
      },
    ),
  ];
}
