import { z } from 'zod';
import { saidSchema } from '../../nodes/sdk/messages.ts';
import { workflowSchema } from '../../workflows/workflow.ts';
import { count, id, json, type OmitEach, problemSchema, storedId, storedMessage, time } from './basics.ts';
import type { PictureSource } from './view.ts';

// -- Requests --------------------------------------------------------------------------------------------------------

/**
 * A request for a run: the body of `POST /api/runs`. All layers use these names. A layer that needs more fields extends
 * this type, see {@link RunTask}.
 */
export const runRequestSchema = z
  .strictObject({
    workflow: workflowSchema,
    /** Values for the workflow's named inputs. */
    inputs: z.record(z.string().max(200), json).optional(),
    /** The nodes whose results to compute. If absent, all terminal nodes and named outputs. */
    targets: z.array(id).min(1).max(10_000).readonly().optional(),
    /** Whether results of earlier runs may be used. The results of this run are stored in either case. */
    useCache: z.boolean().default(true),
    /**
     * Whether to run the part of a workflow with problems that can run. Nodes with problems, and those that depend on them, are
     * left out. A workflow of which nothing can run is refused in either case.
     */
    partial: z.boolean().default(false),
    /** Whether to put the run at the front of the queue. */
    front: z.boolean().default(false),
    /** For automatic runs. Lists show only the newest run of a series, and older ones are deleted soon. */
    series: storedId.optional(),
    /** The saved workflow that the run belongs to, for lists and filters. */
    workflowId: storedId.optional(),
  })
  .meta({ id: 'RunRequest' });
/** A checked request, with its defaults. */
export type RunRequest = z.output<typeof runRequestSchema>;
/** A request as a client sends it. */
export type RunRequestBody = z.input<typeof runRequestSchema>;

/** The part of a request that decides what is computed. Its named inputs are already in the params of the workflow. */
export type RunTask = Pick<RunRequest, 'workflow' | 'targets' | 'useCache' | 'partial'>;

// -- States and results ----------------------------------------------------------------------------------------------

/**
 * How a run can end by itself. `partial`: some of what was asked for has a result and some has none, or a result lacks items
 * that the next run may be able to read. A node with a problem that shows nothing and leads nowhere is not missed.
 */
export const RUN_ENDS = ['completed', 'partial', 'failed', 'cancelled'] as const;
/** See {@link RUN_ENDS}. */
export type RunEnd = (typeof RUN_ENDS)[number];

/** The final states of a run. `interrupted`: the server stopped during the run, and the run was not resumed. */
export const FINAL_STATES = [...RUN_ENDS, 'interrupted'] as const;
/** All states of a run. */
export const RUN_STATES = ['queued', 'running', ...FINAL_STATES] as const;
/** The state of a run. */
export type RunState = (typeof RUN_STATES)[number];
export const runStateSchema = z.enum(RUN_STATES);

/** Whether a run in this state has ended. */
export const isFinal = (state: RunState): boolean => state !== 'queued' && state !== 'running';

/** How a node can end. `skipped`: it did not run, because it has a problem or a node before it has no result. */
export const NODE_ENDS = ['done', 'cached', 'failed', 'skipped', 'cancelled'] as const;
/** See {@link NODE_ENDS}. */
export type NodeEnd = (typeof NODE_ENDS)[number];

/**
 * Why a result came from the cache: `memory`, `disk`, `shared` (an equal node of the same run had it) or `unneeded`
 * (all nodes that need it already had results). Or why it was computed: `new`, `params`, `inputs`, `outside`, `version`
 * or `device` changed, `never` or `off` forbids the cache, `evicted` (it was dropped from the cache).
 */
export const CACHE_REASONS = [
  'memory',
  'disk',
  'shared',
  'unneeded',
  'new',
  'params',
  'inputs',
  'outside',
  'version',
  'device',
  'never',
  'off',
  'evicted',
] as const;

export const cacheReasonSchema = z.object({
  hit: z.boolean(),
  reason: z.enum(CACHE_REASONS),
  ...storedMessage,
});
/** Why the result of a node came from the cache or was computed. */
export type CacheReason = z.infer<typeof cacheReasonSchema>;

/**
 * An item, usually a picture, that a node left out, and the reason. Code and texts call such items "left out". The key
 * in JSON is `skipped`, as in the values of nodes and in `patchbay run --json`.
 */
export const leftOutSchema = z.object({
  name: z.string(),
  path: z.string().optional(),
  reason: saidSchema,
  /** The reason may be gone by the next run; see `Skipped` of the sdk. */
  passing: z.literal(true).optional(),
});
/** See {@link leftOutSchema}. */
export type LeftOut = z.infer<typeof leftOutSchema>;
const leftOut = z.array(leftOutSchema).readonly().optional();

/** Where to load a picture from; see {@link PictureSource}. */
export const pictureSourceSchema = z.union([
  z.object({ asset: z.string() }),
  z.object({ ref: z.string() }),
]) satisfies z.ZodType<PictureSource>;

/** How one node ended. */
export const nodeOutcomeSchema = z.object({
  status: z.enum(NODE_ENDS),
  /** How long the node ran, in milliseconds; 0 if it did not run. */
  ms: z.number(),
  cache: cacheReasonSchema.optional(),
  /** Why it failed or did not run. If the problem is at another node, `nodeId` is that node. */
  error: problemSchema.optional(),
  skipped: leftOut,
});
/** How one node ended. */
export type NodeOutcome = z.infer<typeof nodeOutcomeSchema>;

/** The result of a run: everything that is stored about its end except its state. */
export const runResultSchema = z.object({
  problems: z.array(problemSchema).readonly(),
  nodes: z.record(z.string(), nodeOutcomeSchema),
  /** Results by their name in the workflow, or by `node.port`. */
  outputs: z.record(z.string(), json),
  /** The views of its nodes, by node; see `view.ts`. */
  views: z.record(z.string(), json),
  /** The files that its nodes wrote. Each is at `/api/runs/ID/files/PATH`. */
  files: z.array(z.object({ path: z.string(), bytes: count })).readonly(),
});
/** The result of a run. */
export type RunResult = z.infer<typeof runResultSchema>;

/** The part of a result that clients get when a run ends: the outcomes of its nodes, its views and its files. */
export type WatchedResult = Pick<RunResult, 'nodes' | 'views' | 'files'>;

// -- Runs as clients see them ----------------------------------------------------------------------------------------

/** A run in a list, without its workflow and result. */
export const runSummarySchema = z
  .object({
    id,
    status: runStateSchema,
    workflowId: id.nullable(),
    workflowRevision: z.int().nullable(),
    /** The name of its workflow. */
    name: z.string(),
    /** The name that a user gave the run; null without one. */
    title: z.string().nullable(),
    /** Whether the run stays until a user deletes it, however many come after it. */
    pinned: z.boolean(),
    /** What it asked for: its texts, or the file name of its picture; null if it has none, and for runs of older versions. */
    query: z.string().nullable(),
    /** The folder of pictures that it read, as its workflow writes it; null likewise. */
    folder: z.string().nullable(),
    /** A picture that stands for the run: that of its query, otherwise its first result. */
    thumbnail: pictureSourceSchema.nullable(),
    /** How many pictures its main view has; null without one. */
    pictures: count.nullable(),
    targets: z.array(id).readonly().nullable(),
    /** Whether results of earlier runs may be used. */
    useCache: z.boolean(),
    /** Whether the valid part of a workflow with problems may run. */
    partial: z.boolean(),
    /** The series of automatic runs, for example those of one open tab; null for a run that a user started. */
    series: id.nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    /** How long the run took, in milliseconds, as measured by the engine. */
    ms: z.number().nullable(),
    /** How many times it was started. More than once if the server stopped during the run. */
    attempts: count,
    /** The number of its last event. */
    lastSeq: count,
    /** The English text of the first problem of a run that did not complete. */
    message: z.string().nullable(),
    /** The first problem as a whole; null also for runs of older versions. */
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'Run' });
/** A run in a list. */
export type RunSummary = z.infer<typeof runSummarySchema>;

/** What a user can change about a run: the body of `PUT /api/runs/:id`. What is absent stays. */
export const runChangeSchema = z
  .strictObject({
    pinned: z.boolean().optional(),
    /** An empty title is none. */
    title: z.string().max(500).optional(),
  })
  .meta({ id: 'RunChange' });
/** What a user can change about a run. */
export type RunChange = z.infer<typeof runChangeSchema>;

/** A run with its workflow and its result. The result is empty until the run has ended. */
export const runDetailSchema = runSummarySchema
  .extend({ workflow: workflowSchema, ...runResultSchema.shape })
  .meta({ id: 'RunDetail' });
/** A run with its workflow and its result. */
export type RunDetail = z.infer<typeof runDetailSchema>;

const ofRun = { runId: id, seq: z.int().min(1), at: time };
const ofNode = { ...ofRun, nodeId: id };

/** An event of a run. In the journal `seq` starts at 1 and has no gaps, even after a restart of the server. */
export const runEventSchema = z
  .discriminatedUnion('type', [
    z.object({ ...ofRun, type: z.literal('runQueued') }),
    z.object({
      ...ofRun,
      type: z.literal('runStarted'),
      nodes: z.array(id).readonly(),
      device: z.string(),
      /** From the second attempt on, all nodes start again. Earlier events do not apply to them. */
      attempt: z.int().min(1),
    }),
    /** The server stopped during the run. The run waits for another attempt. */
    z.object({ ...ofRun, type: z.literal('runRequeued'), ...storedMessage }),
    z.object({ ...ofNode, type: z.literal('nodeStarted'), cache: cacheReasonSchema }),
    z.object({
      ...ofNode,
      type: z.literal('nodeProgressed'),
      done: z.number(),
      /** Absent if the node does not know it. Events of older versions have it only if it changed. */
      total: z.number().optional(),
    }),
    z.object({ ...ofNode, type: z.literal('nodePreviewed'), view: json }),
    z.object({ ...ofNode, type: z.literal('nodeWarned'), ...storedMessage }),
    z.object({
      ...ofNode,
      type: z.literal('nodeCached'),
      cache: cacheReasonSchema,
      ms: z.number(),
      skipped: leftOut,
    }),
    z.object({ ...ofNode, type: z.literal('nodeFinished'), ms: z.number(), skipped: leftOut }),
    z.object({ ...ofNode, type: z.literal('nodeFailed'), ms: z.number(), error: problemSchema }),
    /** `because` is the node where the problem is, which can be the node itself. */
    z.object({ ...ofNode, type: z.literal('nodeSkipped'), because: z.string(), ...storedMessage }),
    z.object({
      ...ofRun,
      type: z.literal('runFinished'),
      status: runStateSchema,
      ms: z.number(),
      problems: z.array(problemSchema).readonly(),
    }),
  ])
  .meta({ id: 'RunEvent' });
/** An event of a run, with its number in the journal. */
export type RunEvent = z.infer<typeof runEventSchema>;
/** An event without its run, number and time, which the journal adds. */
export type RunEventBody = OmitEach<RunEvent, 'runId' | 'seq' | 'at'>;

/** The state of the queue. */
export const queueSchema = z
  .object({
    paused: z.boolean(),
    running: z.array(id).readonly(),
    /** The first queued runs, in order; at most a hundred. */
    queued: z.array(id).readonly(),
    queuedTotal: count,
  })
  .meta({ id: 'Queue' });
/** The state of the queue. */
export type QueueState = z.infer<typeof queueSchema>;
