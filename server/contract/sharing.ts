import { z } from 'zod';
import { count } from './basics.ts';

/** What is at a path of a workflow. */
export const pathFactsSchema = z
  .object({
    /** The path as it was asked for. */
    path: z.string(),
    /** The same path so that it names no folder of this computer, where it can; see `sample:`, `uploads:` and `~/`. */
    written: z.string(),
    kind: z.enum(['file', 'folder', 'missing', 'forbidden']),
    /** How many files it is, and how large they are together, if that was asked for. */
    files: count.optional(),
    bytes: count.optional(),
  })
  .meta({ id: 'PathFacts' });
/** What is at a path of a workflow. */
export type PathFacts = z.infer<typeof pathFactsSchema>;

/** The body of `POST /api/files/inspect`. */
export const inspectPathsSchema = z
  .strictObject({
    paths: z.array(z.string().max(4000)).max(2000),
    /** Whether to count files and bytes, which takes longer for large folders. */
    sizes: z.boolean().default(false),
  })
  .meta({ id: 'InspectPaths' });

/** The body of `POST /api/files/same`. */
export const sameUploadsSchema = z
  .strictObject({
    /** The wished name of the folder. */
    name: z.string().min(1).max(200),
    files: z.array(z.object({ path: z.string().max(1000), bytes: count })).max(20_000),
    /** Folders whose upload was cut off: some of the files suffice, if there are no others. */
    unfinished: z.array(z.string().max(200)).max(100).default([]),
  })
  .meta({ id: 'SameUploads' });

/** A label set of a shared workflow, and the name that it has here. */
export const adoptedSetSchema = z.object({ name: z.string(), as: z.string() }).meta({ id: 'AdoptedSet' });
/** A label set of a shared workflow, and the name that it has here. */
export type AdoptedSet = z.infer<typeof adoptedSetSchema>;

/** A shared workflow that was opened: its files are in the uploads. */
export const openedShareSchema = z
  .object({
    /** The folder of its files, where its relative paths start; `uploads:...`. */
    folder: z.string(),
    /** The text of the workflow file. */
    workflow: z.string(),
    /** Its label sets. One whose name another set had got a new name, which the workflow uses. */
    sets: z.array(adoptedSetSchema).readonly(),
  })
  .meta({ id: 'OpenedShare' });
