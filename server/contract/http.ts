import { z } from 'zod';
import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
import type { ValueInfo } from '../../nodes/sdk/infer.ts';
import { messageSchema } from '../../nodes/sdk/messages.ts';
import { workflowSchema } from '../../workflows/workflow.ts';
import { count, id, pageOf, problemSchema, storedId, time } from './basics.ts';
import { downloadSchema, fetchModelSchema, modelReportSchema, modelSchema } from './models.ts';
import {
  queueSchema,
  RUN_STATES,
  runDetailSchema,
  runEventSchema,
  runRequestSchema,
  runStateSchema,
  runSummarySchema,
} from './run.ts';

/** Most events, runs or workflows on one page. */
export const MAX_PAGE = 500;
/** Largest JSON body, in bytes. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;
/** Longest edge of a thumbnail, in pixels. */
export const MAX_THUMBNAIL = 2048;

// -- Messages --------------------------------------------------------------------------------------------------------

/** `?limit=&cursor=`: no entry is on two pages, also while new entries arrive. */
const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  cursor: z.string().max(200).optional(),
});

/** The body of `POST /api/workflows/:id/run`. */
const runSavedSchema = runRequestSchema
  .pick({ inputs: true, targets: true, useCache: true, front: true })
  .extend({
    /** `sync` answers when the run has ended, `async` at once. */
    mode: z.enum(['sync', 'async']).default('sync'),
    /** How long `sync` waits, in seconds; after that it answers as `async` does. */
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
  })
  .meta({ id: 'WorkflowEntry' });
/** A saved workflow in a list. */
export type WorkflowEntry = z.infer<typeof workflowEntrySchema>;

const savedWorkflowSchema = workflowEntrySchema
  .extend({ workflow: workflowSchema })
  .meta({ id: 'SavedWorkflow' });
/** A saved workflow with what the list says about it. */
export type SavedWorkflow = z.infer<typeof savedWorkflowSchema>;

const createWorkflowSchema = z.strictObject({ workflow: workflowSchema }).meta({ id: 'CreateWorkflow' });
const updateWorkflowSchema = z
  .strictObject({
    workflow: workflowSchema,
    /** The revision that was edited; when the store has another one, the answer is a conflict (409). */
    revision: z.int().min(1),
  })
  .meta({ id: 'UpdateWorkflow' });
const validateSchema = runRequestSchema.pick({ workflow: true, targets: true }).meta({ id: 'Validate' });
const revisionQuery = z.object({ revision: z.coerce.number().int().min(1).optional() });

/** A stored file. */
export const assetSchema = z
  .object({
    /** sha256 of the bytes. As a picture's path in a workflow: `asset:HASH`. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string(),
    /** Found in the bytes, not taken from the sender. */
    type: z.string(),
    size: count,
    createdAt: time,
  })
  .meta({ id: 'Asset' });
/** A stored file. */
export type Asset = z.infer<typeof assetSchema>;

/** A folder of the server's machine; for the path of a file, that file alone. */
const folderSchema = z
  .object({
    /** As a workflow writes it; empty for the list of places. */
    path: z.string(),
    /** The folder above; empty for the list of places, null there. */
    parent: z.string().nullable(),
    folders: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        /** Which place it is, in the list of places. */
        place: z.enum(['samples', 'uploads', 'home']).optional(),
      }),
    ),
    files: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        bytes: count,
        /** Of a picture: its name under `/api/pictures`. */
        ref: z.string().optional(),
      }),
    ),
    /** The folder has more entries than are listed. */
    more: z.boolean(),
  })
  .meta({ id: 'Folder' });
/** A folder of the server's machine. */
export type FolderListing = z.infer<typeof folderSchema>;

/** An uploaded file that has a place in a folder. */
const uploadedSchema = z
  .object({
    /** As a workflow writes it. */
    path: z.string(),
    /** The uppermost folder that was named, or the folder for uploads. */
    folder: z.string(),
  })
  .meta({ id: 'Uploaded' });
/** An uploaded file that has a place in a folder. */
export type Uploaded = z.infer<typeof uploadedSchema>;

/** Where an upload goes, below the folder for uploads. */
const uploadQuery = z.object({ path: z.string().min(1).max(1000) });
const thumbnailQuery = z.object({ edge: z.coerce.number().int().min(16).max(MAX_THUMBNAIL).default(256) });

const devicesSchema = z.object({
  chosen: z.string(),
  devices: z
    .array(
      z.object({
        device: z.string(),
        /** Whether it can be chosen. */
        usable: z.boolean(),
        reason: messageSchema,
        /** Milliseconds that a small encoder's layers took on it. */
        selfTestMs: z.number().optional(),
      }),
    )
    .readonly(),
});
/** Which device is used, and why each other is not. */
export type Devices = z.infer<typeof devicesSchema>;

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    uptimeMs: z.number(),
    /** Longest time in which this process could do nothing else, in milliseconds, over the last minute. */
    loopGapMs: z.number(),
    rssBytes: count,
    sockets: count,
    queue: queueSchema,
    runner: z.looseObject({
      pid: z.int().optional(),
      restarts: count,
      rssBytes: z.number().optional(),
      quarantined: z.array(z.string()),
    }),
    /** What is degraded, in sentences. */
    problems: z.array(problemSchema),
  })
  .meta({ id: 'Health' });
/** How the server is. */
export type Health = z.infer<typeof healthSchema>;

const embeddingInput = z.union([
  z.string().max(100_000),
  z.strictObject({ text: z.string().max(100_000) }),
  /** `data:image/png;base64,...`, or `asset:HASH`. */
  z.strictObject({ image: z.string().max(MAX_JSON_BYTES) }),
]);

/** The body of `POST /v1/embeddings`: OpenAI's, with pictures besides texts. */
const embeddingsRequestSchema = z
  .looseObject({
    model: z.string().min(1).max(200),
    input: z.union([embeddingInput, z.array(embeddingInput).min(1).max(2048)]),
    encoding_format: z.enum(['float', 'base64']).default('float'),
    /** Only the model's own size is possible. */
    dimensions: z.int().min(1).optional(),
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
    /** Tokens are not counted: always 0. */
    usage: z.object({ prompt_tokens: count, total_tokens: count }),
  })
  .meta({ id: 'EmbeddingsResponse' });

// Both are described where node authors read about them; here they only pass through.
const descriptorSchema = z.custom<NodeDescriptor>().meta({ type: 'object' });
const valueInfoSchema = z.custom<ValueInfo>().meta({ type: 'object' });

const listOf = <T extends z.ZodType>(entry: T) => z.object({ items: z.array(entry).readonly() });

// -- Routes ----------------------------------------------------------------------------------------------------------

/** What a route takes and answers; what it does is the server's, in `server/http/routes`. */
export interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As Express reads it: `/api/runs/:id`. */
  readonly path: `/${string}`;
  readonly query?: z.ZodObject;
  /** Of a JSON body. */
  readonly body?: z.ZodObject;
  /** A file, as a form, instead of JSON. */
  readonly upload?: true;
  /** Answers that are a success, by status: JSON, or null for no body and for a file. */
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
      /** One or several states, separated by commas. */
      status: z
        .string()
        .transform((text) => text.split(','))
        .pipe(z.array(runStateSchema).max(RUN_STATES.length))
        .optional(),
      workflowId: storedId.optional(),
    }),
    answers: { 200: pageOf(runSummarySchema) },
  },
  getRun: { method: 'GET', path: '/api/runs/:id', answers: { 200: runDetailSchema } },
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
  moveToFront: { method: 'POST', path: '/api/runs/:id/front', answers: { 200: runSummarySchema } },
  deleteRun: { method: 'DELETE', path: '/api/runs/:id', answers: { 204: null } },

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
  deleteWorkflow: {
    method: 'DELETE',
    path: '/api/workflows/:id',
    query: revisionQuery,
    answers: { 204: null },
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
  getAssetThumbnail: {
    method: 'GET',
    path: '/api/assets/:hash/thumbnail',
    query: thumbnailQuery,
    answers: { 200: null },
  },
  /** `path` as workflows write it; without one, the places that can be looked into. */
  browse: {
    method: 'GET',
    path: '/api/files',
    query: z.object({ path: z.string().max(4000).default('') }),
    answers: { 200: folderSchema },
  },
  uploadFile: {
    method: 'POST',
    path: '/api/files',
    query: uploadQuery,
    upload: true,
    answers: { 201: uploadedSchema },
  },
  deleteUploads: { method: 'DELETE', path: '/api/files', query: uploadQuery, answers: { 204: null } },
  getPicture: { method: 'GET', path: '/api/pictures/:ref', answers: { 200: null } },
  getPictureThumbnail: {
    method: 'GET',
    path: '/api/pictures/:ref/thumbnail',
    query: thumbnailQuery,
    answers: { 200: null },
  },
  getRunFile: { method: 'GET', path: '/api/runs/:id/files/*path', answers: { 200: null } },

  listModels: { method: 'GET', path: '/api/models', answers: { 200: listOf(modelSchema) } },
  listDownloads: { method: 'GET', path: '/api/models/downloads', answers: { 200: listOf(downloadSchema) } },
  startDownload: {
    method: 'POST',
    path: '/api/models/downloads',
    body: fetchModelSchema,
    answers: { 202: downloadSchema },
  },
  stopDownload: { method: 'DELETE', path: '/api/models/downloads/:key', answers: { 204: null } },
  deleteModel: { method: 'DELETE', path: '/api/models/:id', answers: { 204: null } },
  verifyModel: { method: 'POST', path: '/api/models/:id/verify', answers: { 200: modelReportSchema } },

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
/** The names of the parts of a route's path that a caller fills in. */
export type PathParams<N extends RouteName> = Parts<(typeof ROUTES)[N]['path']>;

/** The query of a route, as a caller gives it. */
export type RouteQuery<N extends RouteName> = (typeof ROUTES)[N] extends {
  readonly query: infer Q extends z.ZodType;
}
  ? z.input<Q>
  : never;

/** The JSON body of a route, as a caller sends it. */
export type RouteBody<N extends RouteName> = (typeof ROUTES)[N] extends {
  readonly body: infer B extends z.ZodType;
}
  ? z.input<B>
  : never;

type AnswersOf<N extends RouteName> = (typeof ROUTES)[N]['answers'];
type JsonOf<T> = T extends z.ZodType ? z.output<T> : undefined;
/** The JSON of a route's answer when it is a success; undefined where there is no JSON. */
export type RouteAnswer<N extends RouteName> = JsonOf<AnswersOf<N>[keyof AnswersOf<N>]>;
