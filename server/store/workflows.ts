import { PatchbayError } from '../../nodes/sdk/index.ts';
import type { Page } from '../contract/basics.ts';
import type { WorkflowEntry } from '../contract/http.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { pageFrom, placeOf } from './cursor.ts';
import { newId } from './ids.ts';
import { pictureIn } from './run-rows.ts';
import { type Database, isDamaged } from './sqlite.ts';

/** How many revisions of each workflow are kept. */
const KEPT_REVISIONS = 100;

/** A checked workflow as text, with the facts that lists show. */
export interface WorkflowText {
  readonly text: string;
  readonly name: string;
  readonly description: string;
  readonly nodes: number;
}

/** A saved workflow with its JSON text. */
export type StoredWorkflow = WorkflowEntry & { readonly text: string };

/** The error for a workflow that someone else has saved in the meantime. */
export class RevisionConflict extends PatchbayError {
  /** The current revision. */
  readonly revision: number;

  constructor(revision: number) {
    super({
      ...storageMessage('workflow.conflict', { revision }),
      got: String(revision),
    });
    this.revision = revision;
  }
}

/** Workflows with their revisions. */
export interface WorkflowStore {
  create(workflow: WorkflowText): WorkflowEntry;
  /** @throws RevisionConflict unless `revision` is the current one. @returns undefined if the workflow does not exist */
  update(id: string, revision: number, workflow: WorkflowText): WorkflowEntry | undefined;
  /**
   * The current revision, or an earlier one that is still kept.
   * @throws PatchbayError `workflow.unreadable` if it is damaged
   */
  get(id: string, revision?: number): StoredWorkflow | undefined;
  revisions(id: string): readonly { readonly revision: number; readonly createdAt: string }[];
  /** Last used first, without damaged ones. */
  list(options: { readonly limit: number; readonly cursor?: string }): Page<WorkflowEntry>;
  /** Notes that somebody opened it. @returns whether it exists */
  use(id: string): boolean;
  /** @returns whether it existed. @throws RevisionConflict if `revision` is given and not the current one */
  remove(id: string, revision?: number): boolean;
}

interface Row {
  readonly ord: number;
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly description: string;
  readonly nodes: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly used_at: number;
}

/** A row of the list. */
interface ListedRow extends Row {
  readonly thumbnail: unknown;
}

const isTime = (time: unknown) => typeof time === 'number' && Math.abs(time) <= 8.64e15;

/** Whether a row can be shown. A damaged name can: it shows what is left of it. */
const isSound = (row: Row) =>
  /^wf_[0-9a-z]{25}$/.test(row.id) &&
  Number.isSafeInteger(row.revision) &&
  Number.isSafeInteger(row.nodes) &&
  typeof row.name === 'string' &&
  typeof row.description === 'string' &&
  isTime(row.created_at) &&
  isTime(row.updated_at) &&
  isTime(row.used_at);

const unreadable = (id: string, revision: number) =>
  new PatchbayError(storageMessage('workflow.unreadable', { id, revision }));

const entryOf = (row: Row, thumbnail: unknown): WorkflowEntry => ({
  id: row.id,
  name: row.name,
  description: row.description,
  revision: row.revision,
  nodes: row.nodes,
  createdAt: new Date(row.created_at).toISOString(),
  updatedAt: new Date(row.updated_at).toISOString(),
  usedAt: new Date(row.used_at).toISOString(),
  thumbnail: pictureIn(thumbnail),
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The workflows of a journal. */
export function workflowStore(db: Database): WorkflowStore {
  const byId = db.prepare<Row>('SELECT * FROM workflows WHERE id = ?');
  const thumbnailOf = (id: string) =>
    `(SELECT thumbnail FROM runs WHERE workflow_id = ${id} AND thumbnail IS NOT NULL ORDER BY runs.ord DESC LIMIT 1)`;
  const page = db.prepare<ListedRow>(
    `SELECT *, ${thumbnailOf('workflows.id')} AS thumbnail FROM workflows
      WHERE (used_at, ord) < (?, ?) ORDER BY used_at DESC, ord DESC LIMIT ?`,
  );
  const thumbnail = db.prepare<{ thumbnail: unknown }>(`SELECT ${thumbnailOf('?')} AS thumbnail`);
  const use = db.prepare('UPDATE workflows SET used_at = ? WHERE id = ?');
  const insert = db.prepare(
    'INSERT INTO workflows (id, revision, name, description, nodes, created_at, updated_at, used_at) VALUES (?, 1, ?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare(
    'UPDATE workflows SET revision = ?, name = ?, description = ?, nodes = ?, updated_at = ?, used_at = ? WHERE ord = ?',
  );
  const addRevision = db.prepare('INSERT INTO workflow_revisions VALUES (?, ?, ?, ?)');
  const forget = db.prepare('DELETE FROM workflow_revisions WHERE workflow = ? AND revision <= ?');
  const body = db.prepare<{ body: string }>(
    'SELECT body FROM workflow_revisions WHERE workflow = ? AND revision = ?',
  );
  const revisions = db.prepare<{ revision: number; created_at: number }>(
    'SELECT revision, created_at FROM workflow_revisions WHERE workflow = ? ORDER BY revision DESC',
  );
  const remove = db.prepare('DELETE FROM workflows WHERE ord = ?');

  return {
    create: ({ text, name, description, nodes }) =>
      db.transaction('durable', () => {
        const now = Date.now();
        const id = newId('wf', now);
        insert.run(id, name, description, nodes, now, now, now);
        const row = byId.get(id) as Row;
        addRevision.run(row.ord, 1, text, now);
        return entryOf(row, null);
      }),
    update: (id, revision, { text, name, description, nodes }) =>
      db.transaction('durable', () => {
        const row = byId.get(id);
        if (!row) return undefined;
        if (row.revision !== revision) throw new RevisionConflict(row.revision);
        const now = Date.now();
        update.run(revision + 1, name, description, nodes, now, now, row.ord);
        addRevision.run(row.ord, revision + 1, text, now);
        forget.run(row.ord, revision + 1 - KEPT_REVISIONS);
        return entryOf(byId.get(id) as Row, thumbnail.get(id)?.thumbnail);
      }),
    get(id, revision) {
      const row = byId.get(id);
      const found = row && body.get(row.ord, revision ?? row.revision);
      if (row && found && (isDamaged(found) || !isSound(row) || !isJson(found.body)))
        throw unreadable(id, revision ?? row.revision);
      if (!found) return undefined;
      const entry = entryOf({ ...row, revision: revision ?? row.revision }, thumbnail.get(id)?.thumbnail);
      return { ...entry, text: found.body };
    },
    revisions(id) {
      const row = byId.get(id);
      return (row ? revisions.all(row.ord) : [])
        .filter(({ created_at }) => isTime(created_at))
        .map((one) => ({
          revision: one.revision,
          createdAt: new Date(one.created_at).toISOString(),
        }));
    },
    list: ({ limit, cursor }) =>
      pageFrom(
        page.all(...(cursor === undefined ? [Number.MAX_SAFE_INTEGER, 0] : placeOf(cursor, 2)), limit + 1),
        limit,
        (row) => (isSound(row) ? entryOf(row, row.thumbnail) : undefined),
        ({ used_at, ord }) => [used_at, ord],
      ),
    use: (id) => db.transaction('fast', () => use.run(Date.now(), id) > 0),
    remove: (id, revision) =>
      db.transaction('durable', () => {
        const row = byId.get(id);
        if (!row) return false;
        if (revision !== undefined && revision !== row.revision) throw new RevisionConflict(row.revision);
        return remove.run(row.ord) > 0;
      }),
  };
}
