import { z } from 'zod';
import { count, message, time } from './basics.ts';

/** The most pictures in one label set. */
export const MAX_LABELS = 500_000;
/** The most categories in one label set. */
export const MAX_CATEGORIES = 500;
/** The most pictures in one request that changes a set, and the most labels on one page. */
export const MAX_CHANGES = 10_000;
/** The most changes of categories in one request. */
const MAX_EDITS = 2000;
const MAX_CATEGORY_NAME = 200;
const MAX_PATH = 4000;

/** Colours that are easy to tell apart on light and dark ground, for categories without a colour of their own. */
export const LABEL_COLORS = [
  '#2f7ed8',
  '#e8590c',
  '#2b9348',
  '#c2255c',
  '#7048e8',
  '#b08900',
  '#0c8599',
  '#9c36b5',
  '#5c7f11',
  '#d6336c',
  '#495fd0',
  '#8d6e63',
] as const;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const categoryId = z.string().regex(/^[0-9a-z]{1,40}$/);
const color = z.string().regex(/^#[0-9a-f]{6}$/);
const key = z.int().min(1).max(9);
// biome-ignore lint/suspicious/noControlCharactersInRegex: names are shown on one line, and written into CSV files.
const plainLine = /^[^\u0000-\u001f\u007f]+$/;
const categoryName = z
  .string()
  .trim()
  .min(1)
  .max(MAX_CATEGORY_NAME)
  .regex(plainLine)
  // The name of a category is compared, also with the names of folders, which macOS writes in another form.
  .normalize('NFC');
const place = z.int().min(0).max(MAX_CATEGORIES);

/** Who set a label: a person, the folder of the picture, a model, or an imported file. `name` is their name. */
export const labelAuthorSchema = z
  .strictObject({ kind: z.enum(['person', 'folder', 'model', 'file']), name: z.string().max(200).optional() })
  .meta({ id: 'LabelAuthor' });
/** Who set a label. */
export type LabelAuthor = z.infer<typeof labelAuthorSchema>;

/** A category of a label set. Their order is their order in the list. */
export const labelCategorySchema = z
  .object({
    /** Stays the same when the category is renamed. */
    id: categoryId,
    name: categoryName,
    color,
    /** The key that sets it, 1 to 9; null for none. No two categories have the same key. */
    key: key.nullable(),
  })
  .meta({ id: 'LabelCategory' });
/** A category of a label set. */
export type LabelCategory = z.output<typeof labelCategorySchema>;

/** What a set says about one picture. */
export const labelSchema = z
  .object({
    /** The sha256 of the picture file. */
    hash,
    /** Where the picture was last seen, as workflows write it; null if that is not known. */
    path: z.string().max(MAX_PATH).nullable(),
    /** The id of its category; null for none. An entry with null and without marks was cleared. */
    category: categoryId.nullable(),
    /** "Not this": the ids of the categories that a person ruled out. */
    not: z.array(categoryId).max(MAX_CATEGORIES).readonly(),
    by: labelAuthorSchema,
    /** When it was set. */
    at: time,
    /** The revision of the set that this entry came with. */
    revision: z.int().min(1),
  })
  .meta({ id: 'Label' });
/** What a set says about one picture. */
export type Label = z.output<typeof labelSchema>;

/** A label set in a list: everything except its labels. */
export const labelSetSchema = z
  .object({
    /** The name for people. It is also its key, and workflows name the set by it. */
    name: z.string(),
    /** Rises with every change, by 1. */
    revision: count,
    createdAt: time,
    updatedAt: time,
    categories: z
      .array(
        labelCategorySchema
          .extend({
            /** How many pictures have it. */
            count,
          })
          .meta({ id: 'CountedCategory' }),
      )
      .readonly(),
    /** How many pictures have a category. */
    labelled: count,
    /** How many pictures have a category that was ruled out. */
    ruledOut: count,
    /** Why the file of the set cannot be read. All numbers are then 0. */
    problem: z.object(message).optional(),
  })
  .meta({ id: 'LabelSet' });
/** A label set in a list: everything except its labels. */
export type LabelSet = z.output<typeof labelSetSchema>;

const newCategory = {
  name: categoryName,
  /** One of a palette if absent. */
  color: color.optional(),
  /** The next free key if absent. Another category that has it loses it. */
  key: key.nullable().optional(),
};

/** One change of the categories of a set. */
export const labelEditSchema = z
  .discriminatedUnion('op', [
    z.strictObject({
      op: z.literal('add'),
      ...newCategory,
      /** Given to undo a deletion. */
      id: categoryId.optional(),
      /** Its position, counted from 0; the end if absent. */
      place: place.optional(),
    }),
    z.strictObject({
      op: z.literal('change'),
      id: categoryId,
      name: categoryName.optional(),
      color: newCategory.color,
      key: newCategory.key,
      place: place.optional(),
    }),
    /** Gives the pictures and marks of `id` to `into`, and removes `id`. */
    z.strictObject({ op: z.literal('merge'), id: categoryId, into: categoryId }),
    /** Removes a category. Its pictures have none afterwards. */
    z.strictObject({ op: z.literal('delete'), id: categoryId }),
  ])
  .meta({ id: 'LabelEdit' });
/** One change of the categories of a set. */
export type LabelEdit = z.output<typeof labelEditSchema>;

/** One change of what a set says about a picture. What is absent stays as it is. */
export const labelChangeSchema = z
  .strictObject({
    hash: hash.optional(),
    /** The `ref` of a picture in a result. */
    ref: z.string().max(8000).optional(),
    /**
     * The picture as workflows write it, also `asset:HASH`. Beside `hash`: where the picture was last seen, or null if the set shall
     * not know that; a picture without a place, category and marks no longer belongs to the set.
     */
    path: z.string().min(1).max(MAX_PATH).nullable().optional(),
    category: categoryId.nullable().optional(),
    not: z.array(categoryId).max(MAX_CATEGORIES).optional(),
    /** Categories to rule out besides those that are ruled out already. A picture that has one of them has none afterwards. */
    alsoNot: z.array(categoryId).max(MAX_CATEGORIES).optional(),
    by: labelAuthorSchema.optional(),
    /** When it was set, for imports and to undo; now if absent. */
    at: time.optional(),
  })
  .refine(({ hash, ref, path }) => (hash ?? ref ?? path) != null, { path: ['hash'] })
  .meta({ id: 'LabelChange' });
/** One change of what a set says about a picture. */
export type LabelChange = z.output<typeof labelChangeSchema>;

/** The body of `POST /api/label-sets/:name/changes`. The edits come first. All of it is one revision. */
export const labelChangesSchema = z
  .strictObject({
    edits: z.array(labelEditSchema).max(MAX_EDITS).optional(),
    changes: z.array(labelChangeSchema).max(MAX_CHANGES).optional(),
    /** Who sets the labels of all changes that do not say it; a person if absent. */
    by: labelAuthorSchema.optional(),
  })
  .meta({ id: 'LabelChanges' });
/** Changes of one revision. */
export type LabelChanges = z.output<typeof labelChangesSchema>;

/** Bodies for `POST /api/label-sets/:name/changes` that undo a change, to send in this order. */
const undo = z.array(labelChangesSchema).readonly();

/** The answer to {@link labelChangesSchema}. */
export const labelsChangedSchema = z
  .object({
    revision: count,
    set: labelSetSchema,
    /** The present entry of each changed picture, in the order of the request, without those in `skipped`. */
    labels: z.array(labelSchema).readonly(),
    /** Changes whose picture cannot be read, by their position in `changes`. All others are kept. */
    skipped: z.array(z.object({ at: count, ...message })).readonly(),
    undo,
  })
  .meta({ id: 'LabelsChanged' });
/** The answer to changes of a set. */
export type LabelsChanged = z.output<typeof labelsChangedSchema>;

const setName = z.string().max(1000);

/** The body of `POST /api/label-sets`. */
export const createLabelSetSchema = z
  .strictObject({
    name: setName,
    categories: z.array(z.strictObject(newCategory)).max(MAX_CATEGORIES).optional(),
  })
  .meta({ id: 'CreateLabelSet' });

/** The body of `PUT /api/label-sets/:name`. */
export const renameLabelSetSchema = z.strictObject({ name: setName }).meta({ id: 'RenameLabelSet' });

/** The query of `GET /api/label-sets/:name/labels`. */
export const labelsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_CHANGES).default(MAX_CHANGES),
  cursor: z.string().max(20).optional(),
  /** Only entries that changed after this revision. */
  after: z.coerce.number().int().min(0).default(0),
  /** Only pictures of this category. */
  category: categoryId.optional(),
});

/** The kinds of files and folders that labels can be imported from. */
export const LABEL_SOURCES = ['csv', 'jsonl', 'json', 'subfolders', 'imagefolder', 'folder'] as const;

/** The body of `POST /api/label-sets/:name/import`. */
export const importLabelsSchema = z
  .strictObject({
    /**
     * `csv` and `jsonl`: a picture and its category in each row. `json`: the file of a label set. `subfolders`: the name of a
     * subfolder is the category. `imagefolder`: `metadata.csv` or `metadata.jsonl` with `file_name`, as Hugging Face data sets have.
     * `folder`: all pictures of a folder and its subfolders, without a category; those that the set has keep theirs.
     */
    from: z.enum(LABEL_SOURCES),
    /** The file or folder, as workflows write it. */
    path: z.string().min(1).max(MAX_PATH).optional(),
    /** The content of the file, instead of `path`. */
    text: z.string().optional(),
    /** The name of the file that `text` comes from. */
    name: z.string().max(200).optional(),
    /** The folder where relative paths in the file start; the folder of `path` if absent. */
    folder: z.string().min(1).max(MAX_PATH).optional(),
    /** The column with the category; `category`, `label`, `class` or the only other one if absent. */
    column: z.string().max(200).optional(),
    /** For `subfolders`: which one names the category. */
    labelFolder: z.enum(['top', 'nearest', 'second']).default('top'),
    /** Whether pictures that have another category get the new one. */
    replace: z.boolean().default(true),
    by: labelAuthorSchema.optional(),
  })
  .meta({ id: 'ImportLabels' });
/** What to import, and how. */
export type ImportLabels = z.output<typeof importLabelsSchema>;

/** The answer to {@link importLabelsSchema}. */
export const labelsImportedSchema = z
  .object({
    revision: count,
    set: labelSetSchema,
    /** How many pictures got another category than before. */
    labelled: count,
    /** How many pictures the set did not have before. */
    pictures: count,
    /** How many pictures had this category already. */
    same: count,
    /** How many pictures kept another category, because `replace` is false. */
    kept: count,
    /** How many pictures were left as they are, because a person has ruled this category out for them. */
    ruledOut: count,
    /** The names of the new categories. */
    added: z.array(z.string()).readonly(),
    /** Rows and pictures that were left out: how many, and the first of them. */
    skipped: z.object({
      total: count,
      first: z.array(z.object({ name: z.string(), line: count.optional(), ...message })).readonly(),
    }),
    /** As for changes; null for a large import. */
    undo: undo.nullable(),
  })
  .meta({ id: 'LabelsImported' });
/** What an import changed. */
export type LabelsImported = z.output<typeof labelsImportedSchema>;

/** The kinds of files that a set can be exported to. */
export const LABEL_EXPORTS = ['json', 'csv', 'metadata-csv', 'metadata-jsonl', 'zip'] as const;
/** The kinds of files that a set can be exported to. */
export type LabelExport = (typeof LABEL_EXPORTS)[number];

/** The query of `GET /api/label-sets/:name/export`. */
export const exportLabelsQuery = z.object({
  /**
   * `json`: the whole set in one file, to import it elsewhere. `csv`: a table for people. `metadata-csv` and `metadata-jsonl`: with
   * `file_name` and `label`, as Hugging Face data sets have. `zip`: the pictures in a folder for each category, with a
   * `metadata.csv`.
   */
  format: z.enum(LABEL_EXPORTS).default('json'),
  /** For `csv`: whether it begins with a byte order mark, so that Excel shows all letters. */
  excel: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true'),
  /** For `csv`: the character between columns. */
  separator: z.enum(['comma', 'semicolon', 'tab']).default('comma'),
  /** The folder where the paths of `metadata-csv` and `metadata-jsonl` start; only pictures in it are written. */
  folder: z.string().max(MAX_PATH).optional(),
});

/** The body of `POST /api/pictures/hashes`. */
export const hashPicturesSchema = z
  .strictObject({
    pictures: z
      .array(
        z.union([
          z.strictObject({ ref: z.string().max(8000) }),
          z.strictObject({ path: z.string().min(1).max(MAX_PATH) }),
        ]),
      )
      .max(MAX_CHANGES),
  })
  .meta({ id: 'HashPictures' });

/** The hash of a picture and its path as workflows write it, or why it has none. */
export const pictureHashSchema = z
  .union([z.object({ hash, path: z.string() }), z.object({ hash: z.null(), ...message })])
  .meta({ id: 'PictureHash' });
/** The hash of a picture and its path as workflows write it, or why it has none. */
export type PictureHash = z.output<typeof pictureHashSchema>;

/** A page of the labels of a set, with the revision that it was read at. */
export const labelsPageSchema = z.object({
  items: z.array(labelSchema).readonly(),
  next: z.string().nullable(),
  revision: count,
});
/** A page of the labels of a set, with the revision that it was read at. */
export type LabelsPage = z.output<typeof labelsPageSchema>;

/** The query of `GET /api/label-sets/:name/pictures`. */
export const labelPicturesQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(500),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});

/** A picture of a set. It is gone if it has neither an `asset` nor a `ref`. */
export const labelPictureSchema = z
  .object({
    hash,
    /** Its name for people. */
    title: z.string(),
    /** Where it is, or where it was last seen, as workflows write it. */
    path: z.string().nullable(),
    /** The hash of a stored picture. */
    asset: hash.optional(),
    /** The absolute path of a picture that is a file on the server's machine, and its `ref`. */
    file: z.string().optional(),
    ref: z.string().optional(),
  })
  .meta({ id: 'LabelPicture' });
/** A picture of a set. */
export type LabelPicture = z.output<typeof labelPictureSchema>;

/** A page of the pictures of a set. */
export const labelPicturesPageSchema = z.object({
  items: z.array(labelPictureSchema).readonly(),
  next: z.string().nullable(),
  /** How many pictures the set has. */
  total: count,
});
/** A page of the pictures of a set. */
export type LabelPicturesPage = z.output<typeof labelPicturesPageSchema>;

/** What has happened to a set, for clients that follow it. */
export interface LabelsNotice {
  readonly name: string;
  readonly revision: number;
  readonly change: 'created' | 'changed' | 'renamed' | 'deleted';
  /** The new name, if it was renamed. */
  readonly renamedTo?: string;
}
