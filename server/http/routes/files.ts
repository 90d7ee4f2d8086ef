import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { safeName } from '../../../nodes/sdk/index.ts';
import type { FolderListing } from '../../contract/http.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { uploadMessage } from '../../contract/messages/uploads.ts';
import type { AssetStore } from '../../runtime/files/assets.ts';
import type { Journal } from '../../store/journal.ts';
import type { Trash } from '../../trash/trash.ts';
import { createArchives } from '../files/archives.ts';
import { containedFile, typeOfFile } from '../files/contained.ts';
import { isPicture } from '../files/file-type.ts';
import type { createReceiver } from '../files/receive.ts';
import { inertHeaders, sendFile } from '../files/send-file.ts';
import type { Thumbnail, Thumbnails } from '../files/thumbnails.ts';
import type { Uploader } from '../files/uploads.ts';
import { HttpError, notFound } from '../http-error.ts';
import { answer, type Call, type Route, route } from '../route.ts';
import type { ShowFolder } from '../show-folder.ts';
import { LEFT_OUT, sendZip } from '../zip.ts';
import { DELETED, IN_TRASH } from './runs.ts';

/** The parts that the routes of files use. */
export interface FileRouteDeps {
  readonly journal: Journal;
  readonly assets: AssetStore;
  readonly receive: ReturnType<typeof createReceiver>;
  readonly thumbnails: Thumbnails;
  /** The path of a picture by the name that this server gave it; undefined for any other name. */
  readonly pictureOf: (reference: string) => string | undefined;
  readonly browse: (path: string, find: string) => Promise<FolderListing>;
  readonly uploads: Uploader;
  readonly showFolder: ShowFolder;
  readonly trash: Trash;
  /** The folder that the nodes of a run can write to. */
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
  const archives = createArchives();
  const known = async (hash: string): Promise<{ hash: string; type: string; name: string }> => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw notFound('asset', hash);
    const asset = journal.assets.get(hash);
    if (asset) return asset;
    // Results also name pictures that a run downloaded or made. The journal has no record of those.
    const type = await typeOfFile(assets.path(hash)).catch(() => undefined);
    if (type === undefined || !isPicture(type)) throw notFound('asset', hash);
    return { hash, type, name: `picture.${type.slice('image/'.length)}` };
  };
  const picture = async (reference: string) => {
    const path = deps.pictureOf(reference);
    if (path === undefined) throw new HttpError(404, uploadMessage('picture.not-found'));
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw new HttpError(404, fileMessage('file.not-found', { path: basename(path) }));
    return { path, version: `${found.size}-${found.mtimeMs}` };
  };

  return [
    route(
      'uploadAsset',
      {
        tag,
        summary: 'Upload a file',
        description:
          'The server stores equal files once. In a workflow the path is `asset:HASH`, or `asset:HASH/NAME` to show this name in results. Browsers show pictures and download all other files.',
        answers: {
          201: { description: 'Stored.' },
          413: { description: 'The file is larger than the server accepts.' },
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
        description: 'With a `Range` header, a part of it.',
        answers: {
          200: { description: 'The file.', type: 'application/octet-stream' },
          206: { description: 'A part of the file.', type: 'application/octet-stream' },
          404: { description: 'There is no such file.' },
        },
      },
      async ({ params, response }) => {
        const { hash, type, name } = await known(params.hash);
        return sendFile(response, assets.path(hash), { type, name, immutable: true });
      },
    ),
    route(
      'deleteAsset',
      {
        tag,
        summary: 'Delete an uploaded file',
        description: `Also a picture that a run downloaded or made. Workflows that name it and runs that show it miss it from then on. ${IN_TRASH}`,
        answers: {
          200: DELETED,
          404: { description: 'There is no such file.' },
        },
      },
      async ({ params }) => {
        const { hash, name } = await known(params.hash);
        return answer(200, await deps.trash.addAsset(hash, name));
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
          422: { description: 'The file is not a picture.' },
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
        summary: 'List a folder of this machine',
        description:
          'Only the sample pictures, the uploads, the folders of --read-from, and, if only this machine can reach the server, the home folder of its user. Hidden entries are left out.',
        answers: {
          200: { description: 'The entries of the folder.' },
          403: { description: 'The folder is outside the places that clients can browse.' },
          404: { description: 'There is no such folder.' },
        },
      },
      async ({ query }) => answer(200, await deps.browse(query.path, query.find)),
    ),
    route(
      'uploadFile',
      {
        tag,
        summary: 'Upload a file into a folder',
        description: 'For folders of pictures, adapters and vectors. An upload never replaces a file.',
        answers: {
          201: { description: 'Stored.' },
          400: { description: 'The path is not valid.' },
          409: { description: 'Another file has this name.' },
          413: { description: 'The file is larger than the server accepts.' },
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
        description: `By its name, with all its files. Workflows and runs that read from it will fail. ${IN_TRASH}`,
        answers: {
          200: DELETED,
          404: { description: 'There is no such folder.' },
        },
      },
      async ({ query }) => {
        return answer(200, await deps.uploads.remove(query.path, deps.trash.addUploads));
      },
    ),
    route(
      'showFolder',
      {
        tag,
        summary: "Show a folder on the desktop of the server's computer",
        description:
          'Opens the file manager with the folder, with the folder of the file, or with the folder of the files that a run wrote. Only if nobody else can reach the server, and only for folders that workflows can read. It opens no files.',
        answers: {
          204: { description: 'Shown.' },
          403: { description: 'The client is not on this computer, or workflows cannot read the folder.' },
          404: { description: 'There is no such file or folder.' },
          409: { description: 'The computer has no desktop, or no file manager.' },
        },
      },
      async ({ query, request }) => {
        if (query.run !== undefined && !journal.runs.get(query.run)) throw notFound('run', query.run);
        const path =
          query.run !== undefined
            ? deps.outputFolder(query.run)
            : query.ref === undefined
              ? query.path
              : deps.pictureOf(query.ref);
        if (path === undefined) throw new HttpError(404, uploadMessage('picture.not-found'));
        await deps.showFolder.show(path, request);
        return answer(204);
      },
    ),
    route(
      'getPicture',
      {
        tag,
        summary: 'Get a picture of this machine that a result refers to',
        description: 'Results have a `ref` beside each `file`. The server sends no other file.',
        answers: { 200: PICTURE, 404: { description: 'There is no such picture.' } },
      },
      async ({ params, response }) => {
        const { path } = await picture(params.ref);
        const type = await typeOfFile(path);
        if (!isPicture(type))
          throw new HttpError(404, uploadMessage('picture.changed', { name: basename(path) }));
        return sendFile(response, path, { type, name: basename(path), immutable: false });
      },
    ),
    route(
      'getPictureThumbnail',
      {
        tag,
        summary: 'Get a small version of such a picture',
        answers: { 200: PICTURE, 404: { description: 'There is no such picture.' } },
      },
      async (call) => {
        const { path, version } = await picture(call.params.ref);
        return sendThumbnail(call, await thumbnails(path, call.query.edge, version), false);
      },
    ),
    route(
      'prepareArchive',
      {
        tag,
        summary: 'Choose pictures for an archive',
        description:
          'The `ref` or `asset` of pictures in results. The answer names the archive, which can be downloaded for an hour.',
        answers: {
          201: { description: 'The name of the archive.' },
          404: { description: 'The server does not know one of the pictures.' },
        },
      },
      async ({ body }) => {
        const { name, pictures } = await body();
        const entries = pictures.map((picture) => {
          const path = 'ref' in picture ? deps.pictureOf(picture.ref) : assets.path(picture.asset);
          if (path === undefined) throw new HttpError(404, uploadMessage('picture.not-found'));
          return { name: picture.name, path, isPicture: true } as const;
        });
        return answer(201, { id: archives.add({ name: `${safeName(name, 'pictures')}.zip`, entries }) });
      },
    ),
    route(
      'getArchive',
      {
        tag,
        summary: 'Download pictures as one archive',
        description: `Their files, unchanged. ${LEFT_OUT} in the archive lists those that cannot be read.`,
        answers: {
          200: { description: 'The archive.', type: 'application/zip' },
          404: { description: 'There is no such archive, or none of its pictures can be read.' },
        },
      },
      async ({ params: { id }, response }) => {
        const archive = archives.get(id);
        if (!archive) throw new HttpError(404, uploadMessage('zip.not-found'));
        return sendZip(response, archive.name, archive.entries);
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
