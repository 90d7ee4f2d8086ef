// Longer than others: the one place where every message is described, and the one server file the client imports.
import { z } from 'zod';
import { argSchema, saidSchema } from '../nodes/sdk/messages.ts';
import { workflowSchema } from '../workflows/workflow.ts';

/** Most events, runs or workflows on one page. */
export const MAX_PAGE = 500;
/** Largest JSON body, in bytes. */
export const MAX_JSON_BYTES = 8 * 1024 * 1024;
/** Longest edge a thumbnail may be asked for, in pixels. */
export const MAX_THUMBNAIL = 2048;

const id = z.string().min(1).max(200);
const count = z.int().min(0);
const time = z.iso.datetime();
const json = z.json();

/** A message: its code, the values it speaks of, and its English text. */
const message = { code: z.string(), args: z.record(z.string(), argSchema).optional(), message: z.string() };

/** The same in a row that an older version may have stored with a text alone. */
const told = { ...message, code: z.string().default('text') };

/** What went wrong: a stable code, a sentence, and where there is one its place. */
export const problemSchema = z
  .object({
    ...message,
    nodeId: z.string().optional(),
    port: z.string().optional(),
    param: z.string().optional(),
    expected: z.string().optional(),
    got: z.string().optional(),
    nodes: z.array(z.string()).readonly().optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemMessage = z.infer<typeof problemSchema>;

/** The one shape of every answer that is not a success. */
export const errorSchema = z
  .object({
    error: z.object({
      ...message,
      /** All problems of a workflow, where that is what is wrong. */
      problems: z.array(problemSchema).optional(),
      /** The revision there is, after a conflict. */
      revision: z.int().optional(),
    }),
  })
  .meta({ id: 'Error' });
export type ErrorMessage = z.infer<typeof errorSchema>;

/** `interrupted`: the server ended while the run was under way, and it was not resumed. */
export const RUN_STATES = [
  'queued',
  'running',
  'completed',
  'partial',
  'failed',
  'cancelled',
  'interrupted',
] as const;
/** Where a run stands. */
export type RunState = (typeof RUN_STATES)[number];
export const runStateSchema = z.enum(RUN_STATES);

/** States that a run does not leave. */
export const FINAL_STATES: readonly RunState[] = [
  'completed',
  'partial',
  'failed',
  'cancelled',
  'interrupted',
];

/** A run, without its workflow and results. */
export const runSchema = z
  .object({
    id,
    status: runStateSchema,
    workflowId: id.nullable(),
    workflowRevision: z.int().nullable(),
    name: z.string(),
    targets: z.array(id).nullable(),
    cache: z.boolean(),
    /** Automatic runs of one place, such as an open tab; null for a run that was asked for. */
    series: id.nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    /** Milliseconds from start to end, as the engine counts. */
    ms: z.number().nullable(),
    /** How often it was started; more than once when a server ended under it. */
    attempts: count,
    lastSeq: count,
    /** The first problem's sentence of a run that did not complete. */
    message: z.string().nullable(),
  })
  .meta({ id: 'Run' });
export type RunMessage = z.infer<typeof runSchema>;

const cacheReason = z.object({
  hit: z.boolean(),
  reason: z.string(),
  ...told,
});
const skippedItem = z.object({ name: z.string(), path: z.string().optional(), reason: saidSchema });

const nodeOutcome = z.object({
  status: z.enum(['done', 'cached', 'failed', 'skipped', 'cancelled']),
  ms: z.number(),
  cache: cacheReason.optional(),
  error: problemSchema.optional(),
  skipped: z.array(skippedItem).optional(),
});

/** A run with its workflow and what came out of it. */
export const runDetailSchema = runSchema
  .extend({
    workflow: workflowSchema,
    problems: z.array(problemSchema),
    nodes: z.record(z.string(), nodeOutcome),
    /** Results by the name the workflow gives them, or `node.port`. */
    outputs: z.record(z.string(), json),
    /** What its nodes show, by node. */
    views: z.record(z.string(), json),
    /** Files its nodes wrote; each is at `/api/runs/ID/files/PATH`. */
    files: z.array(z.object({ path: z.string(), bytes: count })),
  })
  .meta({ id: 'RunDetail' });
export type RunDetailMessage = z.infer<typeof runDetailSchema>;

/** What comes with the end of a run to those who watch it: how its nodes did, what they show, and the files they wrote. */
export const runResultsSchema = runDetailSchema.pick({ nodes: true, views: true, files: true });
export type RunResultsMessage = z.infer<typeof runResultsSchema>;

const envelope = { runId: id, seq: z.int().min(1), at: time };
const nodeEvent = { ...envelope, nodeId: id };

/** What happened in a run. `seq` starts at 1 and has no gaps, across restarts too. */
export const runEventSchema = z
  .discriminatedUnion('type', [
    z.object({ ...envelope, type: z.literal('runQueued') }),
    z.object({
      ...envelope,
      type: z.literal('runStarted'),
      nodes: z.array(id),
      device: z.string(),
      /** 2 and up: what earlier attempts said of nodes no longer counts. */
      attempt: z.int().min(1),
    }),
    /** The server ended under it; it waits for another attempt. */
    z.object({ ...envelope, type: z.literal('runRequeued'), ...told }),
    z.object({ ...nodeEvent, type: z.literal('nodeStarted'), cache: cacheReason }),
    z.object({
      ...nodeEvent,
      type: z.literal('nodeProgressed'),
      done: z.number(),
      total: z.number().optional(),
    }),
    z.object({ ...nodeEvent, type: z.literal('nodePreviewed'), view: json }),
    z.object({ ...nodeEvent, type: z.literal('nodeWarned'), ...told }),
    z.object({
      ...nodeEvent,
      type: z.literal('nodeCached'),
      cache: cacheReason,
      ms: z.number(),
      skipped: z.array(skippedItem).optional(),
    }),
    z.object({
      ...nodeEvent,
      type: z.literal('nodeFinished'),
      ms: z.number(),
      skipped: z.array(skippedItem).optional(),
    }),
    z.object({ ...nodeEvent, type: z.literal('nodeFailed'), ms: z.number(), error: problemSchema }),
    z.object({ ...nodeEvent, type: z.literal('nodeSkipped'), because: z.string(), ...told }),
    z.object({
      ...envelope,
      type: z.literal('runFinished'),
      status: runStateSchema,
      ms: z.number(),
      problems: z.array(problemSchema),
    }),
  ])
  .meta({ id: 'RunEvent' });
export type RunEventMessage = z.infer<typeof runEventSchema>;

/** The queue, as everyone may see it. */
export const queueSchema = z
  .object({
    paused: z.boolean(),
    running: z.array(id),
    /** The next ones, in order; at most a hundred. */
    queued: z.array(id),
    queuedTotal: count,
  })
  .meta({ id: 'Queue' });
export type QueueMessage = z.infer<typeof queueSchema>;

/** How exactly a model's weights are kept. */
export const precisionSchema = z.enum(['fp32', 'fp16', 'q8', 'q4']);

/** A model on its way. `stopped` goes on when it is asked for again. */
export const downloadSchema = z
  .object({
    /** Its name under `/api/models/downloads`. */
    key: z.string(),
    /** What workflows will call the model. */
    id: z.string(),
    title: z.string(),
    repo: z.string(),
    revision: z.string().nullable(),
    precision: precisionSchema.nullable(),
    state: z.enum(['waiting', 'resolving', 'downloading', 'done', 'failed', 'stopped']),
    doneBytes: count,
    /** 0 until it is known. */
    totalBytes: count,
    bytesPerSecond: count,
    secondsLeft: count.nullable(),
    /** Why it failed, and what to do. */
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'Download' });
export type DownloadMessage = z.infer<typeof downloadSchema>;

/** The body of `POST /api/models/downloads`: an id of the catalogue, or any repository of the hub. */
export const fetchModelSchema = z
  .strictObject({
    id: z.string().min(1).max(300).optional(),
    /** owner/name, or the address of its page. */
    repo: z.string().min(1).max(300).optional(),
    /** A branch, a tag or a commit. */
    revision: z.string().min(1).max(200).optional(),
    /** The most exact there is, when it is not said. */
    precision: precisionSchema.optional(),
  })
  .refine(({ id: named, repo }) => (named === undefined) !== (repo === undefined), 'Give either id or repo.')
  .meta({ id: 'FetchModel' });

/** A model as it is listed: one that is here, or one of the catalogue that can be fetched. */
export const modelSchema = z
  .looseObject({
    id: z.string(),
    title: z.string(),
    family: z.string(),
    /** Why it cannot be used. */
    problem: saidSchema.optional(),
    /** Where it is; absent for what is built in, or not here. */
    folder: z.string().optional(),
    /** Not here: it can be fetched. */
    available: z.literal(true).optional(),
    /** Fetched: it can be deleted, and what it was fetched from is known. */
    fetched: z.object({ repo: z.string(), revision: z.string(), commit: z.string() }).optional(),
    /** Of all its files. */
    bytes: count.optional(),
    /** Precisions that are here, or that can be fetched. */
    precisions: z.array(z.string()).optional(),
    license: z.string().optional(),
    /** What it is good for, in a sentence. */
    summary: z.string().optional(),
    /** What was measured of its very files, or of others of its family, against what; see models/parity.ts. Absent where nothing was. */
    parity: z
      .discriminatedUnion('of', [
        z.object({
          of: z.literal('files'),
          /** The tests of this project, or the export that made the files. */
          by: z.enum(['tests', 'export']),
          against: z.string(),
          /** The worst of all outputs. */
          precisions: z
            .array(z.object({ precision: precisionSchema, cosine: z.number(), maxAbs: z.number() }))
            .readonly(),
        }),
        z.object({
          of: z.literal('family'),
          against: z.array(z.string()).readonly(),
          cases: count,
          outputs: z.array(z.string()).readonly(),
          vectors: count,
          cosine: z.number(),
          maxAbs: z.number(),
          pixels: z.object({ values: count, different: count }).optional(),
          texts: z.object({ count, different: count }).optional(),
        }),
      ])
      .optional(),
  })
  .meta({ id: 'Model' });
export type ModelMessage = z.infer<typeof modelSchema>;

/** What checking a model found. */
export const modelReportSchema = z
  .object({
    id: z.string(),
    ok: z.boolean(),
    hash: z.string().optional(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), ...message })).readonly(),
  })
  .meta({ id: 'ModelReport' });
export type ModelReportMessage = z.infer<typeof modelReportSchema>;

// -- Socket.IO ------------------------------------------------------------------------------------------------------

/** `run:watch`: events of this run after `afterSeq`, those that were missed first. Answered with {@link watchAckSchema}. */
export const watchSchema = z.object({ runId: id, afterSeq: count.default(0) });
/** `run:unwatch`. */
export const unwatchSchema = z.object({ runId: id });
export const watchAckSchema = z.union([
  z.object({ ok: z.literal(true), lastSeq: count }),
  z.object({ ok: z.literal(false), error: errorSchema.shape.error }),
]);
export type WatchAck = z.infer<typeof watchAckSchema>;

/** What a client may send. */
export interface ClientMessages {
  'run:watch': (message: z.input<typeof watchSchema>, ack: (answer: WatchAck) => void) => void;
  'run:unwatch': (message: z.input<typeof unwatchSchema>, ack?: (answer: { ok: boolean }) => void) => void;
}

/** What the server sends. */
export interface ServerMessages {
  /** `results` come with `runFinished`, unless they are large: then they are asked for at `/api/runs/ID`. */
  'run:event': (event: RunEventMessage, results?: RunResultsMessage) => void;
  'queue:changed': (queue: QueueMessage) => void;
  /** All downloads of models there are. */
  'downloads:changed': (downloads: readonly DownloadMessage[]) => void;
  /** Other models are here than before. */
  'models:changed': () => void;
}

// -- HTTP -----------------------------------------------------------------------------------------------------------

/** `?limit=&cursor=`: pages are disjoint and stay so while new entries come. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  cursor: z.string().max(200).optional(),
});

/** One page; `next` is the cursor of the following one, null after the last. */
export const pageOf = <T extends z.ZodType>(entry: T) =>
  z.object({ items: z.array(entry), next: z.string().nullable() });

/** The body of `POST /api/runs`. */
export const submitSchema = z
  .strictObject({
    workflow: workflowSchema,
    /** Values for the workflow's named inputs. */
    inputs: z.record(z.string().max(200), json).optional(),
    /** Run only what these nodes need. */
    targets: z.array(id).min(1).max(10_000).optional(),
    /** Whether kept results may be used. */
    cache: z.boolean().default(true),
    /** Before all others that wait. */
    front: z.boolean().default(false),
    /** For runs that start by themselves: lists show the newest of a series, and the others are forgotten soon. */
    series: id.optional(),
    /** The saved workflow it comes from, for lists and filters. */
    workflowId: id.optional(),
  })
  .meta({ id: 'Submit' });

/** The body of `POST /api/workflows/:id/run`. */
export const runSavedSchema = z
  .strictObject({
    inputs: z.record(z.string().max(200), json).default({}),
    targets: z.array(id).min(1).max(10_000).optional(),
    cache: z.boolean().default(true),
    front: z.boolean().default(false),
    /** `sync` answers when the run has ended, `async` at once. */
    mode: z.enum(['sync', 'async']).default('sync'),
    /** How long `sync` waits, in seconds; then the answer is that of `async`. */
    timeout: z.number().min(0).max(600).default(300),
  })
  .meta({ id: 'RunSaved' });

export const runsQuerySchema = pageQuerySchema.extend({
  /** One or several states, separated by commas. */
  status: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(runStateSchema).max(RUN_STATES.length))
    .optional(),
  workflowId: id.optional(),
});

export const eventsQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});

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
export type WorkflowEntryMessage = z.infer<typeof workflowEntrySchema>;

export const savedWorkflowSchema = workflowEntrySchema
  .extend({ workflow: workflowSchema })
  .meta({ id: 'SavedWorkflow' });

export const createWorkflowSchema = z
  .strictObject({ workflow: workflowSchema })
  .meta({ id: 'CreateWorkflow' });

export const updateWorkflowSchema = z
  .strictObject({
    workflow: workflowSchema,
    /** The revision that was edited; another one in the store is a conflict (409). */
    revision: z.int().min(1),
  })
  .meta({ id: 'UpdateWorkflow' });

export const validateSchema = z
  .strictObject({ workflow: workflowSchema, targets: z.array(id).min(1).max(10_000).optional() })
  .meta({ id: 'Validate' });

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
export type AssetMessage = z.infer<typeof assetSchema>;

/** `GET /api/files`: `path` as workflows write it; without one, the places that may be looked into. */
export const filesQuerySchema = z.object({ path: z.string().max(4000).default('') });
/** `POST /api/files`: where the file goes, below the folder for uploads. */
export const uploadQuerySchema = z.object({ path: z.string().min(1).max(1000) });

/** What is in a folder of the server's machine; a path that is a file has only itself. */
export const folderSchema = z
  .object({
    /** As a workflow writes it; empty for the list of places. */
    path: z.string(),
    /** The folder above; empty for the list of places, null there. */
    parent: z.string().nullable(),
    folders: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        /** What a place is, in the list of places. */
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
    /** There is more than is listed. */
    more: z.boolean(),
  })
  .meta({ id: 'Folder' });
export type FolderMessage = z.infer<typeof folderSchema>;

/** An uploaded file that has a place in a folder. */
export const uploadedSchema = z
  .object({
    /** As a workflow writes it. */
    path: z.string(),
    /** The uppermost folder that was named, or the folder for uploads. */
    folder: z.string(),
  })
  .meta({ id: 'Uploaded' });
export type UploadedMessage = z.infer<typeof uploadedSchema>;

export const thumbnailQuerySchema = z.object({
  edge: z.coerce.number().int().min(16).max(MAX_THUMBNAIL).default(256),
});

const embeddingInput = z.union([
  z.string().max(100_000),
  z.strictObject({ text: z.string().max(100_000) }),
  /** `data:image/png;base64,...`, or `asset:HASH`. */
  z.strictObject({ image: z.string().max(MAX_JSON_BYTES) }),
]);

/** The body of `POST /v1/embeddings`: OpenAI's, with pictures besides texts. */
export const embeddingsRequestSchema = z
  .looseObject({
    model: z.string().min(1).max(200),
    input: z.union([embeddingInput, z.array(embeddingInput).min(1).max(2048)]),
    encoding_format: z.enum(['float', 'base64']).default('float'),
    /** Only the model's own size is possible. */
    dimensions: z.int().min(1).optional(),
  })
  .meta({ id: 'EmbeddingsRequest' });

export const embeddingsResponseSchema = z
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

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    uptimeMs: z.number(),
    /** Longest stretches in which this process did nothing else, in milliseconds, over the last minute. */
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
export type HealthMessage = z.infer<typeof healthSchema>;
