import { z } from 'zod';
import { count, storedId, time } from './basics.ts';

/** How many days the trash keeps what was deleted. */
export const TRASH_DAYS = 7;

/** The kinds of things that go to the trash when they are deleted. */
export const trashKindSchema = z
  .enum(['run', 'workflow', 'uploads', 'asset', 'model', 'labels', 'collection'])
  .meta({ id: 'TrashKind' });
/** The kinds of things that go to the trash when they are deleted. */
export type TrashKind = z.infer<typeof trashKindSchema>;

/** What is deleted together with one object. */
const extent = {
  kind: trashKindSchema,
  /** The id of the run, workflow or model, the name of the folder of uploads the label set or the collection, or the hash of the uploaded file. */
  key: z.string(),
  /** The name for people; empty if it has none. */
  title: z.string(),
  /** How many files it has: outputs of the run, uploads, files of the model. */
  files: count,
  /** The size of these files in bytes, with those that a model shares with the Hugging Face cache. */
  bytes: count,
  /** For a workflow: how many saved versions it has. */
  revisions: count.optional(),
  /** When the run or workflow was made. */
  createdAt: time.optional(),
};

/** Something deleted that can still be restored. */
export const trashEntrySchema = z
  .object({ id: z.string(), ...extent, deletedAt: time, expiresAt: time })
  .meta({ id: 'TrashEntry' });
/** Something deleted that can still be restored. */
export type TrashEntry = z.infer<typeof trashEntrySchema>;

/** The trash, newest first, with its size. */
export const trashListSchema = z
  .object({ items: z.array(trashEntrySchema).readonly(), files: count, bytes: count })
  .meta({ id: 'TrashList' });
/** The trash, newest first, with its size. */
export type TrashList = z.infer<typeof trashListSchema>;

/** What a deletion would take away. */
export const deletionSchema = z
  .object({
    ...extent,
    /** The saved workflows that name these uploads, this file, this model, this label set or this collection: how many, and the names of the first five. */
    usedBy: z.object({ total: count, names: z.array(z.string()).readonly() }),
  })
  .meta({ id: 'Deletion' });
/** What a deletion would take away. */
export type Deletion = z.infer<typeof deletionSchema>;

/** The query of the route that says what a deletion would take away. */
export const deletionQuery = z.object({ kind: trashKindSchema, key: storedId });
