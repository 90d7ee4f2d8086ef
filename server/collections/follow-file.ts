import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { type Workflow, workflowSchema } from '../../workflows/workflow.ts';
import { message, storedId, time } from '../contract/basics.ts';
import { FOLLOW_STATES } from '../contract/collections.ts';
import { collectionMessage } from '../contract/messages/collections.ts';
import { writeFileAtomic } from '../runtime/files/atomic.ts';
import { readRegular } from '../runtime/files/regular-file.ts';

// A collection that follows its folders has a file `follow.json` with the workflow that made it. So it goes with the collection when
// that is renamed, deleted or restored, and stays when the run it was taken from is forgotten.

const FORMAT = 'patchbay-follow';
const FORMAT_VERSION = 1;

const followSchema = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  workflow: workflowSchema,
  workflowId: storedId.nullable(),
  /** The node of the workflow that saves the collection. */
  node: z.string(),
  /** What was in the folders when the last run began; null before the first. */
  seen: z.string().nullable(),
  state: z.enum(FOLLOW_STATES),
  problem: z.object(message).nullable(),
  /** What the last run could not do; it stays true until something in the folders changes. Absent in files of before. */
  left: z.object(message).nullable().default(null),
  /** When the state was found. */
  at: time,
});
/** How a collection follows its folders. */
export type Follow = z.infer<typeof followSchema>;

/** A folder of pictures that a collection follows: the params of its node that say which files belong to it. */
export interface FollowedFolder {
  /** As the workflow writes it. */
  readonly path: string;
  readonly recursive: boolean;
  readonly housekeeping: boolean;
  readonly glob: string | undefined;
}

const pathOf = (folder: string) => join(folder, 'follow.json');

/** The follow file of a collection; undefined if it follows nothing. @throws PatchbayError `collection.follow-unreadable` */
export async function readFollow(folder: string, name: string): Promise<Follow | undefined> {
  const file = pathOf(folder);
  try {
    return followSchema.parse(JSON.parse(await readRegular(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PatchbayError(collectionMessage('collection.follow-unreadable', { name, file }), { cause });
  }
}

/** Writes the follow file of a collection. */
export const writeFollow = (folder: string, follow: Omit<Follow, 'format' | 'formatVersion'>) =>
  writeFileAtomic(
    pathOf(folder),
    Buffer.from(`${JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION, ...follow })}\n`),
  );

/** Stops following until it is asked for again; nothing if the collection follows nothing. */
export async function pauseFollow(folder: string, name: string): Promise<void> {
  const follow = await readFollow(folder, name);
  if (follow)
    await writeFollow(folder, { ...follow, state: 'paused', problem: null, at: new Date().toISOString() });
}

/** Ends following. */
export const removeFollow = (folder: string) => rm(pathOf(folder), { force: true });

/** The node of a workflow that saves a collection; undefined if none does. */
export const savingNode = ({ nodes }: Workflow, name: string) =>
  nodes.find(
    ({ type, mode = 'active', params }) =>
      type === 'collection/save' &&
      mode === 'active' &&
      typeof params?.collection === 'string' &&
      params.collection.trim().normalize('NFC') === name,
  );

/** The folders whose pictures reach a node. */
export function foldersOf({ nodes, edges }: Workflow, node: string): FollowedFolder[] {
  const reached = new Set([node]);
  for (const id of reached) for (const { from, to } of edges) if (to.node === id) reached.add(from.node);
  return nodes
    .filter(
      ({ id, type, mode = 'active' }) => reached.has(id) && type === 'image/load-folder' && mode === 'active',
    )
    .map(({ params = {} }) => ({
      path: String(params.path ?? ''),
      recursive: params.recursive !== false,
      housekeeping: params.housekeeping === true,
      glob: typeof params.glob === 'string' && params.glob !== '' ? params.glob : undefined,
    }));
}

/**
 * The workflow as it is run for a collection: it saves it under its present name, and takes out pictures whose file is gone, as a
 * collection that follows a folder has what is in the folder.
 */
export const workflowFor = (
  { workflow, node }: Pick<Follow, 'workflow' | 'node'>,
  name: string,
): Workflow => ({
  ...workflow,
  nodes: workflow.nodes.map((one) => {
    if (one.id !== node) return one;
    const others = one.params?.others === 'all' ? 'all' : 'gone';
    return { ...one, params: { ...one.params, collection: name, others, existing: 'add' } };
  }),
});
