import { z } from 'zod';
import { COLUMN_TYPES } from '../../nodes/sdk/collections.ts';
import { count, message, time } from './basics.ts';

/** One version in the history of a collection. */
export const collectionVersionSchema = z
  .object({
    version: z.int().min(1),
    at: time,
    /** How many pictures it has. */
    pictures: count,
    added: count,
    /** Pictures whose file had another content than before. */
    changed: count,
    /** Pictures with another category, other cells or another vector, and pictures that got a vector of another encoder. */
    updated: count,
    removed: count,
    /** The version that it is a copy of, if an older one was restored. */
    restored: z.int().min(1).optional(),
    /** The size of its files in bytes. */
    bytes: count,
  })
  .meta({ id: 'CollectionVersion' });
/** One version in the history of a collection. */
export type CollectionVersion = z.infer<typeof collectionVersionSchema>;

/**
 * How a collection that follows folders is: everything is in, a run adds what is new, or a problem keeps it from that. The folders are
 * looked through again in each of these states. It is `paused` after an older version was restored, until it is told to follow again.
 */
export const FOLLOW_STATES = ['current', 'running', 'problem', 'paused'] as const;

/** A collection in a list. */
export const collectionSchema = z
  .object({
    /** The name for people. It is also its key, and workflows name the collection by it. */
    name: z.string(),
    version: count,
    createdAt: time,
    updatedAt: time,
    /** How many pictures, or texts, it has. */
    pictures: count,
    /** The size of its files in bytes. Files of older versions come on top. */
    bytes: count,
    /** Whose vectors it has; the encoder that was saved last comes first. */
    encoders: z
      .array(
        z
          .object({
            key: z.string(),
            /** The id of the model. */
            encoder: z.string(),
            title: z.string(),
            /** Numbers per vector. */
            dims: count,
            /** How many pictures have a vector of it. */
            count,
          })
          .meta({ id: 'CollectionEncoder' }),
      )
      .readonly(),
    columns: z
      .array(z.object({ name: z.string(), type: z.enum(COLUMN_TYPES) }).meta({ id: 'CollectionColumn' }))
      .readonly(),
    /** Absent unless it follows folders: new pictures in them are added while the server runs, changed ones saved again, gone ones removed. */
    follow: z
      .object({
        /** As its workflow writes them. */
        folders: z.array(z.string()).readonly(),
        state: z.enum(FOLLOW_STATES),
        problem: z.object(message).nullable(),
        /** When the state was found. */
        at: time,
      })
      .meta({ id: 'CollectionFollow' })
      .optional(),
    /** Why the collection cannot be read. All numbers are then 0. */
    problem: z.object(message).optional(),
  })
  .meta({ id: 'Collection' });
/** A collection in a list. */
export type Collection = z.output<typeof collectionSchema>;

/** A collection with its last versions, newest first. */
export const collectionDetailsSchema = collectionSchema
  .extend({
    versions: z
      .array(
        collectionVersionSchema
          // Whether its files are there, so that it can be opened and restored.
          .extend({ kept: z.boolean() })
          .meta({ id: 'ListedCollectionVersion' }),
      )
      .readonly(),
  })
  .meta({ id: 'CollectionDetails' });
/** A collection with its last versions, newest first. */
export type CollectionDetails = z.output<typeof collectionDetailsSchema>;

/** The body of `PUT /api/collections/:name`. */
export const renameCollectionSchema = z
  .strictObject({ name: z.string().max(1000) })
  .meta({ id: 'RenameCollection' });

/** What has happened to a collection, for clients that show it. */
export interface CollectionsNotice {
  readonly name: string;
  readonly version: number;
  readonly change: 'created' | 'changed' | 'renamed' | 'deleted';
  /** The new name, if it was renamed. */
  readonly renamedTo?: string;
}
