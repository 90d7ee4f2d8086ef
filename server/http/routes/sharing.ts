import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseWorkflow } from '../../../workflows/parse.ts';
import { uploadMessage } from '../../contract/messages/uploads.ts';
import type { LabelStore } from '../../labels/store.ts';
import { createAssetStore } from '../../runtime/files/assets.ts';
import {
  inspectPaths,
  packWorkflow,
  type ReadingParams,
  type SharingDeps,
  WORKFLOW_NAME,
} from '../../sharing/pack.ts';
import { adoptSets } from '../../sharing/sets.ts';
import { filesAt } from '../../sharing/survey.ts';
import { unpackShared } from '../../sharing/unpack.ts';
import type { Journal } from '../../store/journal.ts';
import type { StoredWorkflow } from '../../store/workflows.ts';
import { everyFile, isPlainName } from '../files/contained.ts';
import { createReceiver } from '../files/receive.ts';
import { HttpError, notFound } from '../http-error.ts';
import { answer, type Route, route } from '../route.ts';
import { STARTER } from '../starters.ts';
import { sendZip, type ZipEntry } from '../zip.ts';

/** The parts that the routes for sharing use. */
export interface SharingRouteDeps {
  readonly journal: Journal;
  readonly starters: ReadonlyMap<string, StoredWorkflow>;
  readonly paths: SharingDeps;
  readonly params: ReadingParams;
  readonly labels: LabelStore;
  /** The folder that the nodes of a run can write to. */
  readonly outputFolder: (runId: string) => string;
  /** The folder of uploads. */
  readonly uploads: string;
  /** A folder for incomplete files; on the same disk. */
  readonly staging: string;
  /** The largest archive, and the most it may take unpacked. */
  readonly maxArchiveBytes: number;
  readonly maxUnpackedBytes: number;
}

/** How many names of a folder are tried. */
const MAX_TRIES = 50;

const tag = 'Sharing';

/** The workflow's name as the name of a file. */
const fileStem = (name: string) => name.replaceAll(/[\s/\\]+/g, ' ').trim() || 'workflow';

/** `/api/shared`, and the archives of workflows and runs. */
export function sharingRoutes(deps: SharingRouteDeps): Route[] {
  const { journal, starters, paths } = deps;

  async function* ofRun(folder: string, below: string, label: string): AsyncGenerator<ZipEntry> {
    const root = below === '' ? folder : join(folder, ...below.split('/'));
    if ((await stat(root).catch(() => undefined))?.isFile()) yield { name: basename(root), path: root };
    for await (const path of everyFile(root)) yield { name: `${label}/${path}`, path: join(root, path) };
  }

  return [
    route(
      'inspectPaths',
      {
        tag,
        summary: 'Ask what is at the paths of a workflow',
        answers: { 200: { description: 'One answer for each path, in the same order.' } },
      },
      async ({ body }) => {
        const { paths: asked, sizes } = await body();
        return answer(200, { items: await inspectPaths(asked, sizes, paths) });
      },
    ),
    route(
      'sameUploads',
      {
        tag,
        summary: 'Find a folder of uploads with the same files',
        description:
          'By names and sizes; an upload into it compares the contents. Of the folders in `unfinished`, also one that has only some of the files.',
        answers: { 200: { description: 'The name of the folder, or null.' } },
      },
      async ({ body }) => {
        const { name, files, unfinished } = await body();
        if (!isPlainName(name)) return answer(200, { name: null });
        const wanted = new Map(files.map(({ path, bytes }) => [path, bytes]));
        for (let n = 1; n <= MAX_TRIES; n++) {
          const own = n === 1 ? name : `${name}-${n}`;
          const folder = join(deps.uploads, own);
          if (!(await stat(folder).catch(() => undefined))?.isDirectory()) break;
          let same = 0;
          let isSame = true;
          for await (const file of filesAt(folder, async () => false)) {
            isSame = wanted.get(file.name) === file.bytes;
            if (!isSame) break;
            same += 1;
          }
          if (isSame && (same === wanted.size || unfinished.includes(own))) return answer(200, { name: own });
        }
        return answer(200, { name: null });
      },
    ),
    route(
      'zipRunFiles',
      {
        tag,
        summary: 'Download all files that a run wrote, as ZIP',
        answers: {
          200: { description: 'The archive.', type: 'application/zip' },
          404: { description: 'There is no such run, or it wrote no files.' },
        },
      },
      async ({ params: { id }, query, response }) => {
        const run = journal.runs.get(id);
        if (!run) throw notFound('run', id);
        const parts = query.path === '' ? [] : query.path.split('/');
        if (!parts.every(isPlainName)) throw new HttpError(404, uploadMessage('zip.nothing'));
        const label = parts.at(-1) ?? fileStem(run.name);
        return sendZip(response, `${label}.zip`, ofRun(deps.outputFolder(id), query.path, label));
      },
    ),
    route(
      'shareWorkflow',
      {
        tag,
        summary: 'Download a workflow with the files that it reads, as ZIP',
        description:
          'With the label sets that it uses. Its paths are relative in it. Open it in the studio, with `POST /api/shared` or with `patchbay run`.',
        answers: {
          200: { description: 'The archive.', type: 'application/zip' },
          404: { description: 'There is no such workflow.' },
        },
      },
      async ({ params: { id }, query, response }) => {
        const saved = id.startsWith(STARTER) ? starters.get(id) : journal.workflows.get(id, query.revision);
        const { workflow } = saved ? parseWorkflow(saved.text) : {};
        if (!saved || !workflow) throw notFound('workflow', id);
        const pack = await packWorkflow(workflow, deps.params, paths);
        async function* entries(): AsyncGenerator<ZipEntry> {
          yield { name: WORKFLOW_NAME, content: Buffer.from(pack.workflow) };
          yield* pack.sets;
          yield* pack.files;
        }
        return sendZip(response, `${fileStem(saved.name)}.patchbay.zip`, entries());
      },
    ),
    route(
      'openShared',
      {
        tag,
        summary: 'Open a shared workflow',
        description:
          'Unpacks its files into a folder of the uploads, and takes its label sets. The same file is unpacked once. Relative paths of the workflow start in this folder. A label set never replaces another one of its name; `sets` says what each is called here.',
        answers: {
          201: { description: 'The text of the workflow, and the folder of its files.' },
          413: { description: 'The file is larger than the server accepts.' },
          422: { description: 'It is not a shared workflow, or it is not harmless.' },
          507: { description: 'The disk is full.' },
        },
      },
      async ({ request, response }) => {
        const folder = join(deps.staging, randomUUID());
        const store = createAssetStore(folder);
        const receive = createReceiver({ assets: store, folder, maxBytes: deps.maxArchiveBytes });
        try {
          const { hash, name } = await receive(request, response);
          const { uploads, staging, maxUnpackedBytes: maxBytes } = deps;
          const opened = await unpackShared(store.path(hash), { name, hash, uploads, staging, maxBytes });
          const written = paths.written(opened.folder);
          const { workflow, sets } = await adoptSets(opened, written, deps.params.sets, deps.labels);
          return answer(201, { folder: written, workflow, sets });
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    ),
  ];
}
