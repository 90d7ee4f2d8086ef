import { z } from 'zod';
import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { ValueInfo } from '../../nodes/sdk/infer.ts';
import { messageSchema } from '../../nodes/sdk/messages.ts';
import { workflowSchema } from '../../workflows/workflow.ts';
import { count, id, pageOf, problemSchema, storedId, time } from './basics.ts';
import { collectionDetailsSchema, collectionSchema, renameCollectionSchema } from './collections.ts';
import {
  createLabelSetSchema,
  exportLabelsQuery,
  hashPicturesSchema,
  importLabelsSchema,
  labelChangesSchema,
  labelPicturesPageSchema,
  labelPicturesQuery,
  labelSetSchema,
  labelsChangedSchema,
  labelsImportedSchema,
  labelsPageSchema,
  labelsQuery,
  pictureHashSchema,
  renameLabelSetSchema,
} from './labels.ts';
import { downloadSchema, fetchModelSchema, modelReportSchema, modelSchema } from './models.ts';
import { moveListSchema, undoneMovesSchema } from './moves.ts';
import {
  pictureSourceSchema,
  queueSchema,
  RUN_STATES,
  runChangeSchema,
  runDetailSchema,
  runEventSchema,
  runRequestSchema,
  runStateSchema,
  runSummarySchema,
} from './run.ts';
import { inspectPathsSchema, openedShareSchema, pathFactsSchema, sameUploadsSchema } from './sharing.ts';
import { deletionQuery, deletionSchema, trashEntrySchema, trashListSchema } from './trash.ts';

/** The most events, runs or workflows on one page. */
export const MAX_PAGE = 500;
/** The largest JSON body, in bytes. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;
/** The longest edge of a thumbnail, in pixels. */
export const MAX_THUMBNAIL = 2048;

// -- Messages --------------------------------------------------------------------------------------------------------

/** A text for a lookup in the journal; see {@link storedId}. */
const storedText = z.string().refine((text) => !text.includes('\0'), { params: { expected: 'no-nul' } });

/** `?limit=&cursor=`. No entry appears on two pages, even if new entries are added meanwhile. */
const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  cursor: z.string().max(200).optional(),
});

/** The body of `POST /api/workflows/:id/run`. */
const runSavedSchema = runRequestSchema
  .pick({ inputs: true, targets: true, useCache: true, partial: true, front: true })
  .extend({
    /** `sync` answers after the run has ended, `async` answers at once. */
    mode: z.enum(['sync', 'async']).default('sync'),
    /** How long `sync` waits, in seconds. After that it answers like `async`. */
    timeout: z.number().min(0).max(600).default(300),
  })
  .meta({ id: 'RunSaved' });

/** A saved workflow in a list. */
export const workflowEntrySchema = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    revision: z.int().min(1),
    nodes: count,
    createdAt: time,
    updatedAt: time,
    /** When it was last opened, saved or run. */
    usedAt: time,
    /** The picture of its last run that has one. */
    thumbnail: pictureSourceSchema.nullable(),
  })
  .meta({ id: 'WorkflowEntry' });
/** A saved workflow in a list. */
export type WorkflowEntry = z.infer<typeof workflowEntrySchema>;

const savedWorkflowSchema = workflowEntrySchema
  .extend({ workflow: workflowSchema })
  .meta({ id: 'SavedWorkflow' });
/** A saved workflow with its list entry and its content. */
export type SavedWorkflow = z.infer<typeof savedWorkflowSchema>;

const createWorkflowSchema = z.strictObject({ workflow: workflowSchema }).meta({ id: 'CreateWorkflow' });
const updateWorkflowSchema = z
  .strictObject({
    workflow: workflowSchema,
    /** The revision that the client edited. If the store has a newer one, the answer is a conflict (409). */
    revision: z.int().min(1),
  })
  .meta({ id: 'UpdateWorkflow' });
const validateSchema = runRequestSchema.pick({ workflow: true, targets: true }).meta({ id: 'Validate' });
const revisionQuery = z.object({ revision: z.coerce.number().int().min(1).optional() });

/** A stored file. */
export const assetSchema = z
  .object({
    /** The sha256 of the bytes. Workflows name the picture `asset:HASH`. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string(),
    /** Detected from the bytes. The type that the client sent is ignored. */
    type: z.string(),
    size: count,
    createdAt: time,
  })
  .meta({ id: 'Asset' });
/** A stored file. */
export type Asset = z.infer<typeof assetSchema>;

/** A folder on the server's machine. For the path of a file, it contains only this file. */
const folderSchema = z
  .object({
    /** The path as workflows write it; empty for the list of places. */
    path: z.string(),
    /** The path of the parent folder; empty if that is the list of places. In the list of places itself, it is null. */
    parent: z.string().nullable(),
    folders: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        /** In the list of places: which place it is. */
        place: z.enum(['samples', 'uploads', 'home']).optional(),
      }),
    ),
    files: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        bytes: count,
        /** For a picture: its name under `/api/pictures`. */
        ref: z.string().optional(),
      }),
    ),
    /** Whether the folder has more entries than are listed. */
    more: z.boolean(),
  })
  .meta({ id: 'Folder' });
/** A folder on the server's machine. */
export type FolderListing = z.infer<typeof folderSchema>;

/** An uploaded file that keeps its name and path. */
const uploadedSchema = z
  .object({
    /** The path as workflows write it. */
    path: z.string(),
    /** The first folder of the upload's path, or the folder of uploads if the path has none. */
    folder: z.string(),
  })
  .meta({ id: 'Uploaded' });
/** An uploaded file that keeps its name and path. */
export type Uploaded = z.infer<typeof uploadedSchema>;

/** The most pictures in one archive. */
export const MAX_ARCHIVED = 10_000;
const archivedName = z.string().max(4000);
/** Pictures to download as one archive. */
const archiveSchema = z
  .strictObject({
    /** The name of the download, without its extension. */
    name: z.string().max(200),
    pictures: z
      .array(
        z.union([
          /** The name of a picture in the archive, and the `ref` of a result. */
          z.strictObject({ name: archivedName, ref: z.string().max(8000) }),
          z.strictObject({ name: archivedName, asset: assetSchema.shape.hash }),
        ]),
      )
      .min(1)
      .max(MAX_ARCHIVED),
  })
  .meta({ id: 'Archive' });

/** The target path of an upload, relative to the folder of uploads. */
const uploadQuery = z.object({ path: z.string().min(1).max(1000) });
const thumbnailQuery = z.object({ edge: z.coerce.number().int().min(16).max(MAX_THUMBNAIL).default(256) });

const devicesSchema = z.object({
  chosen: z.string(),
  devices: z
    .array(
      z.object({
        device: z.string(),
        /** Whether the device can be chosen. */
        usable: z.boolean(),
        reason: messageSchema,
        /** How many milliseconds the layers of a small encoder took on this device. */
        selfTestMs: z.number().optional(),
      }),
    )
    .readonly(),
});
/** The device in use, and why each other device is not used. */
export type Devices = z.infer<typeof devicesSchema>;

export const healthSchema = z
  .object({
    /** `down`: the data folder is gone, and every write is refused. */
    status: z.enum(['ok', 'degraded', 'down']),
    version: z.string(),
    uptimeMs: z.number(),
    /** The longest time in the last minute for which this process was blocked, in milliseconds. */
    loopGapMs: z.number(),
    /** Whether this server can show folders in a file manager; see `showFolder`. */
    desktop: z.boolean(),
    /** Whether clients must send a token. */
    needsToken: z.boolean(),
    /** The data folder, if it is not the usual one of the system and only this computer can reach the server. */
    dataFolder: z.string().optional(),
    /** The folder of Patchbay, if only this computer can reach the server. */
    programFolder: z.string().optional(),
    rssBytes: count,
    sockets: count,
    queue: queueSchema,
    runner: z.looseObject({
      pid: z.int().optional(),
      restarts: count,
      rssBytes: z.number().optional(),
      quarantined: z.array(z.string()),
    }),
    /** Everything that does not work properly, as messages. */
    problems: z.array(problemSchema),
  })
  .meta({ id: 'Health' });
/** The state of the server. */
export type Health = z.infer<typeof healthSchema>;

/** The longest text that `/v1/embeddings` takes, in characters. */
export const MAX_TEXT = 100_000;

const embeddingInput = z.union([
  /** A text of at most {@link MAX_TEXT} characters, or a picture as below. */
  z.string().max(MAX_JSON_BYTES),
  z.strictObject({ text: z.string().max(MAX_TEXT) }),
  /** `data:image/png;base64,...`, or `asset:HASH`. */
  z.strictObject({ image: z.string().max(MAX_JSON_BYTES) }),
]);

/** The body of `POST /v1/embeddings`: OpenAI's format, which also takes pictures here. */
const embeddingsRequestSchema = z
  .strictObject({
    model: z.string().min(1).max(200),
    input: z.union([embeddingInput, z.array(embeddingInput).min(1).max(2048)]),
    encoding_format: z.enum(['float', 'base64']).default('float'),
    /** Must be the model's own vector size. */
    dimensions: z.int().min(1).optional(),
    /** What all inputs are. Without it, each input shows what it is. */
    modality: z.enum(['text', 'image']).optional(),
    /** Clients of OpenAI's API may name their user. It has no effect. */
    user: z.string().max(1000).optional(),
  })
  .meta({ id: 'EmbeddingsRequest' });

const embeddingsResponseSchema = z
  .object({
    object: z.literal('list'),
    model: z.string(),
    data: z.array(
      z.object({
        object: z.literal('embedding'),
        index: count,
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    /** Always 0, because tokens are not counted. */
    usage: z.object({ prompt_tokens: count, total_tokens: count }),
  })
  .meta({ id: 'EmbeddingsResponse' });

// The SDK describes both types. Here they are only passed on.
const descriptorSchema = z.custom<NodeDescriptor>().meta({ type: 'object' });
const valueInfoSchema = z.custom<ValueInfo>().meta({ type: 'object' });

const listOf = <T extends z.ZodType>(entry: T) => z.object({ items: z.array(entry).readonly() });

// -- Routes ----------------------------------------------------------------------------------------------------------

/** The paths, inputs and answers of a route. Its handler is in `server/http/routes`. */
export interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path in Express's syntax: `/api/runs/:id`. */
  readonly path: `/${string}`;
  readonly query?: z.ZodObject;
  /** The schema of the JSON body. */
  readonly body?: z.ZodObject;
  /** Whether the route takes a file as a form instead of JSON. */
  readonly upload?: true;
  /** The successful answers by status: the schema of the JSON, or null for a file or no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
}

/** Every route of the HTTP interface. */
export const ROUTES = {
  listNodes: { method: 'GET', path: '/api/nodes', answers: { 200: listOf(descriptorSchema) } },
  listDevices: { method: 'GET', path: '/api/devices', answers: { 200: devicesSchema } },
  getHealth: { method: 'GET', path: '/api/health', answers: { 200: healthSchema } },

  submitRun: {
    method: 'POST',
    path: '/api/runs',
    body: runRequestSchema,
    answers: { 202: runSummarySchema, 200: runSummarySchema },
  },
  listRuns: {
    method: 'GET',
    path: '/api/runs',
    query: pageQuery.extend({
      /** One or more states, separated by commas. */
      status: z
        .string()
        .transform((text) => text.split(','))
        .pipe(z.array(runStateSchema).max(RUN_STATES.length))
        .optional(),
      workflowId: storedId.optional(),
      /** Words that the name of the run or of its workflow, its query or its folder contain. */
      search: storedText.max(200).optional(),
      /** Only pinned runs, or only the others. */
      pinned: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
    }),
    answers: { 200: pageOf(runSummarySchema) },
  },
  getRun: { method: 'GET', path: '/api/runs/:id', answers: { 200: runDetailSchema } },
  updateRun: {
    method: 'PUT',
    path: '/api/runs/:id',
    body: runChangeSchema,
    answers: { 200: runSummarySchema },
  },
  listEvents: {
    method: 'GET',
    path: '/api/runs/:id/events',
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(5000).default(1000),
    }),
    answers: { 200: listOf(runEventSchema) },
  },
  cancelRun: { method: 'POST', path: '/api/runs/:id/cancel', answers: { 200: runSummarySchema } },
  stopNode: { method: 'POST', path: '/api/runs/:id/nodes/:node/stop', answers: { 200: runSummarySchema } },
  moveToFront: { method: 'POST', path: '/api/runs/:id/front', answers: { 200: runSummarySchema } },
  deleteRun: { method: 'DELETE', path: '/api/runs/:id', answers: { 200: trashEntrySchema } },

  getQueue: { method: 'GET', path: '/api/queue', answers: { 200: queueSchema } },
  pauseQueue: { method: 'POST', path: '/api/queue/pause', answers: { 200: queueSchema } },
  resumeQueue: { method: 'POST', path: '/api/queue/resume', answers: { 200: queueSchema } },
  clearQueue: {
    method: 'POST',
    path: '/api/queue/clear',
    answers: { 200: z.object({ cancelled: z.int() }) },
  },

  listStarters: { method: 'GET', path: '/api/starters', answers: { 200: listOf(workflowEntrySchema) } },
  listWorkflows: {
    method: 'GET',
    path: '/api/workflows',
    query: pageQuery,
    answers: { 200: pageOf(workflowEntrySchema) },
  },
  createWorkflow: {
    method: 'POST',
    path: '/api/workflows',
    body: createWorkflowSchema,
    answers: { 201: workflowEntrySchema },
  },
  getWorkflow: {
    method: 'GET',
    path: '/api/workflows/:id',
    query: revisionQuery,
    answers: { 200: savedWorkflowSchema },
  },
  listRevisions: {
    method: 'GET',
    path: '/api/workflows/:id/revisions',
    answers: { 200: listOf(z.object({ revision: z.int(), createdAt: time })) },
  },
  updateWorkflow: {
    method: 'PUT',
    path: '/api/workflows/:id',
    body: updateWorkflowSchema,
    answers: { 200: workflowEntrySchema },
  },
  useWorkflow: { method: 'POST', path: '/api/workflows/:id/use', answers: { 204: null } },
  deleteWorkflow: {
    method: 'DELETE',
    path: '/api/workflows/:id',
    query: revisionQuery,
    answers: { 200: trashEntrySchema },
  },
  runWorkflow: {
    method: 'POST',
    path: '/api/workflows/:id/run',
    body: runSavedSchema,
    answers: { 200: runDetailSchema, 202: runSummarySchema },
  },
  validateWorkflow: {
    method: 'POST',
    path: '/api/validate',
    body: validateSchema,
    answers: {
      200: z.object({
        problems: z.array(problemSchema).readonly(),
        /** By node, then by output port. */
        info: z.record(z.string(), z.record(z.string(), valueInfoSchema)),
      }),
    },
  },

  uploadAsset: { method: 'POST', path: '/api/assets', upload: true, answers: { 201: assetSchema } },
  getAsset: { method: 'GET', path: '/api/assets/:hash', answers: { 200: null, 206: null } },
  deleteAsset: { method: 'DELETE', path: '/api/assets/:hash', answers: { 200: trashEntrySchema } },
  getAssetThumbnail: {
    method: 'GET',
    path: '/api/assets/:hash/thumbnail',
    query: thumbnailQuery,
    answers: { 200: null },
  },
  /**
   * Lists the folder at `path`, a path as workflows write it. Without `path`, it lists the places that can be browsed.
   */
  browse: {
    method: 'GET',
    path: '/api/files',
    query: z.object({
      path: z.string().max(4000).default(''),
      /** Lists only entries with this text in their names, in any case. */
      find: z.string().max(200).default(''),
    }),
    answers: { 200: folderSchema },
  },
  uploadFile: {
    method: 'POST',
    path: '/api/files',
    query: uploadQuery,
    upload: true,
    answers: { 201: uploadedSchema },
  },
  deleteUploads: {
    method: 'DELETE',
    path: '/api/files',
    query: uploadQuery,
    answers: { 200: trashEntrySchema },
  },
  /**
   * Shows a folder, or a file in its folder, on the desktop of the server's computer: a `path` as workflows and results write
   * it, or the `ref` of a picture.
   */
  showFolder: {
    method: 'POST',
    path: '/api/files/show',
    /** One of them; `run` means the folder of the files that the run wrote. */
    query: z.object({
      path: z.string().max(4000).optional(),
      ref: z.string().max(8000).optional(),
      run: z.string().max(200).optional(),
    }),
    answers: { 204: null },
  },
  getPicture: { method: 'GET', path: '/api/pictures/:ref', answers: { 200: null } },
  getPictureThumbnail: {
    method: 'GET',
    path: '/api/pictures/:ref/thumbnail',
    query: thumbnailQuery,
    answers: { 200: null },
  },
  /** Says of each path of a workflow what is there, and how to write it for other computers. */
  inspectPaths: {
    method: 'POST',
    path: '/api/files/inspect',
    body: inspectPathsSchema,
    answers: { 200: listOf(pathFactsSchema) },
  },
  /** Finds a folder of uploads that has these files, so that they need not be kept twice. */
  sameUploads: {
    method: 'POST',
    path: '/api/files/same',
    body: sameUploadsSchema,
    answers: { 200: z.object({ name: z.string().nullable() }) },
  },
  /** The files that a run wrote as one archive; with `path`, one file or those of one folder. */
  zipRunFiles: {
    method: 'GET',
    path: '/api/runs/:id/zip',
    query: z.object({ path: z.string().max(4000).default('') }),
    answers: { 200: null },
  },
  /** A workflow with the files that it reads, as one archive. */
  shareWorkflow: {
    method: 'GET',
    path: '/api/workflows/:id/shared',
    query: revisionQuery,
    answers: { 200: null },
  },
  openShared: { method: 'POST', path: '/api/shared', upload: true, answers: { 201: openedShareSchema } },
  /** Names the pictures of an archive. A browser can then download it as a file, which it cannot after a POST. */
  prepareArchive: {
    method: 'POST',
    path: '/api/archives',
    body: archiveSchema,
    answers: { 201: z.object({ id }) },
  },
  getArchive: { method: 'GET', path: '/api/archives/:id', answers: { 200: null } },
  getRunFile: { method: 'GET', path: '/api/runs/:id/files/*path', answers: { 200: null } },

  listCollections: { method: 'GET', path: '/api/collections', answers: { 200: listOf(collectionSchema) } },
  getCollection: {
    method: 'GET',
    path: '/api/collections/:name',
    answers: { 200: collectionDetailsSchema },
  },
  renameCollection: {
    method: 'PUT',
    path: '/api/collections/:name',
    body: renameCollectionSchema,
    answers: { 200: collectionDetailsSchema },
  },
  deleteCollection: {
    method: 'DELETE',
    path: '/api/collections/:name',
    answers: { 200: trashEntrySchema },
  },
  restoreCollectionVersion: {
    method: 'POST',
    path: '/api/collections/:name/versions/:version/restore',
    answers: { 200: collectionDetailsSchema },
  },
  followFolder: {
    method: 'PUT',
    path: '/api/collections/:name/follow',
    answers: { 200: collectionDetailsSchema },
  },
  unfollowFolder: {
    method: 'DELETE',
    path: '/api/collections/:name/follow',
    answers: { 200: collectionDetailsSchema },
  },

  listLabelSets: { method: 'GET', path: '/api/label-sets', answers: { 200: listOf(labelSetSchema) } },
  createLabelSet: {
    method: 'POST',
    path: '/api/label-sets',
    body: createLabelSetSchema,
    answers: { 201: labelSetSchema },
  },
  getLabelSet: { method: 'GET', path: '/api/label-sets/:name', answers: { 200: labelSetSchema } },
  renameLabelSet: {
    method: 'PUT',
    path: '/api/label-sets/:name',
    body: renameLabelSetSchema,
    answers: { 200: labelSetSchema },
  },
  deleteLabelSet: { method: 'DELETE', path: '/api/label-sets/:name', answers: { 200: trashEntrySchema } },
  listLabels: {
    method: 'GET',
    path: '/api/label-sets/:name/labels',
    query: labelsQuery,
    answers: { 200: labelsPageSchema },
  },
  listLabelPictures: {
    method: 'GET',
    path: '/api/label-sets/:name/pictures',
    query: labelPicturesQuery,
    answers: { 200: labelPicturesPageSchema },
  },
  changeLabels: {
    method: 'POST',
    path: '/api/label-sets/:name/changes',
    body: labelChangesSchema,
    answers: { 200: labelsChangedSchema },
  },
  importLabels: {
    method: 'POST',
    path: '/api/label-sets/:name/import',
    body: importLabelsSchema,
    answers: { 200: labelsImportedSchema },
  },
  exportLabels: {
    method: 'GET',
    path: '/api/label-sets/:name/export',
    query: exportLabelsQuery,
    answers: { 200: null },
  },
  /** The hashes of pictures that results or workflows name. */
  hashPictures: {
    method: 'POST',
    path: '/api/pictures/hashes',
    body: hashPicturesSchema,
    answers: { 200: listOf(pictureHashSchema) },
  },

  listModels: { method: 'GET', path: '/api/models', answers: { 200: listOf(modelSchema) } },
  listDownloads: { method: 'GET', path: '/api/models/downloads', answers: { 200: listOf(downloadSchema) } },
  startDownload: {
    method: 'POST',
    path: '/api/models/downloads',
    body: fetchModelSchema,
    answers: { 202: downloadSchema },
  },
  stopDownload: { method: 'DELETE', path: '/api/models/downloads/:key', answers: { 204: null } },
  deleteModel: { method: 'DELETE', path: '/api/models/:id', answers: { 200: trashEntrySchema } },
  unblockModel: { method: 'POST', path: '/api/models/:id/unblock', answers: { 204: null } },
  verifyModel: { method: 'POST', path: '/api/models/:id/verify', answers: { 200: modelReportSchema } },

  listTrash: { method: 'GET', path: '/api/trash', answers: { 200: trashListSchema } },
  describeDeletion: {
    method: 'GET',
    path: '/api/trash/preview',
    query: deletionQuery,
    answers: { 200: deletionSchema },
  },
  restoreTrash: { method: 'POST', path: '/api/trash/:id/restore', answers: { 200: trashEntrySchema } },
  purgeTrash: { method: 'DELETE', path: '/api/trash/:id', answers: { 200: trashEntrySchema } },
  emptyTrash: { method: 'DELETE', path: '/api/trash', answers: { 200: trashListSchema } },

  listMoves: {
    method: 'GET',
    path: '/api/moves',
    answers: { 200: z.object({ items: z.array(moveListSchema).readonly() }) },
  },
  undoMoves: { method: 'POST', path: '/api/moves/:id/undo', answers: { 200: undoneMovesSchema } },

  embed: {
    method: 'POST',
    path: '/v1/embeddings',
    body: embeddingsRequestSchema,
    answers: { 200: embeddingsResponseSchema },
  },
  listUsableModels: {
    method: 'GET',
    path: '/v1/models',
    answers: {
      200: z.object({ object: z.literal('list'), data: z.array(z.looseObject({ id: z.string() })) }),
    },
  },
} as const satisfies Readonly<Record<string, RouteContract>>;

/** The name of a route. */
export type RouteName = keyof typeof ROUTES;

type Parts<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Parts<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
/** The names of the params in a route's path. */
export type PathParams<N extends RouteName> = Parts<(typeof ROUTES)[N]['path']>;

/** The query of a route, as the client writes it. */
export type RouteQuery<N extends RouteName> = (typeof ROUTES)[N] extends {
  readonly query: infer Q extends z.ZodType;
}
  ? z.input<Q>
  : never;

/** The JSON body of a route, as the client sends it. */
export type RouteBody<N extends RouteName> = (typeof ROUTES)[N] extends {
  readonly body: infer B extends z.ZodType;
}
  ? z.input<B>
  : never;

type AnswersOf<N extends RouteName> = (typeof ROUTES)[N]['answers'];
type JsonOf<T> = T extends z.ZodType ? z.output<T> : undefined;
/** The JSON of a route's successful answer; undefined if the answer has no JSON. */
export type RouteAnswer<N extends RouteName> = JsonOf<AnswersOf<N>[keyof AnswersOf<N>]>;
