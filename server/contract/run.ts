import { z } from 'zod';
import { saidSchema } from '../../nodes/sdk/messages.ts';
import { workflowSchema } from '../../workflows/workflow.ts';
import { count, id, json, type OmitEach, problemSchema, storedMessage, time } from './basics.ts';

// -- What is asked ---------------------------------------------------------------------------------------------------

/**
 * What a run is asked for: the body of `POST /api/runs`. All layers speak of a request by these names; a layer that needs more
 * adds to it (see {@link RunTask}).
 */
export const runRequestSchema = z
  .strictObject({
    workflow: workflowSchema,
    /** Values for the workflow's named inputs. */
    inputs: z.record(z.string().max(200), json).optional(),
    /** Run only what these nodes need; all terminal nodes and named outputs when absent. */
    targets: z.array(id).min(1).max(10_000).readonly().optional(),
    /** Whether earlier results may be used. The results of this run are kept either way. */
    useCache: z.boolean().default(true),
    /** Put the run before all others that wait. */
    front: z.boolean().default(false),
    /** For runs that start by themselves: lists show the newest of a series, and the others are forgotten soon. */
    series: id.optional(),
    /** The saved workflow it comes from, for lists and filters. */
    workflowId: id.optional(),
  })
  .meta({ id: 'RunRequest' });
/** A checked request, with its defaults. */
export type RunRequest = z.output<typeof runRequestSchema>;
/** A request as a client sends it. */
export type RunRequestBody = z.input<typeof runRequestSchema>;

/** The part of a request that says what is computed. Its named inputs are in the workflow's params by then. */
export type RunTask = Pick<RunRequest, 'workflow' | 'targets' | 'useCache'>;

// -- How it stands and how it ends -----------------------------------------------------------------------------------

/**
 * How a run can end by itself. `partial`: some terminal nodes have results and some have none, or a result lacks items that the
 * next run may be able to read.
 */
export const RUN_ENDS = ['completed', 'partial', 'failed', 'cancelled'] as const;
/** See {@link RUN_ENDS}. */
export type RunEnd = (typeof RUN_ENDS)[number];

/** States that a run does not leave. `interrupted`: the server ended during the run, and the run was not resumed. */
export const FINAL_STATES = [...RUN_ENDS, 'interrupted'] as const;
/** All states of a run. */
export const RUN_STATES = ['queued', 'running', ...FINAL_STATES] as const;
/** How a run stands. */
export type RunState = (typeof RUN_STATES)[number];
export const runStateSchema = z.enum(RUN_STATES);

/** Whether a run in this state has ended. */
export const isFinal = (state: RunState): boolean => state !== 'queued' && state !== 'running';

/** How a node can end. `skipped`: it did not run, because a node before it has no result. */
export const NODE_ENDS = ['done', 'cached', 'failed', 'skipped', 'cancelled'] as const;
/** See {@link NODE_ENDS}. */
export type NodeEnd = (typeof NODE_ENDS)[number];

/**
 * Why a node's result was taken from the cache: `memory`, `disk`, `shared` (an equal node of the run), `unneeded` (every node
 * that needs it had a result). Or what changed: `new`, `params`, `inputs`, `outside`, `version`, `device`, `never`, `off`,
 * `evicted`.
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
/** Why a node's result was taken from the cache, or was not. */
export type CacheReason = z.infer<typeof cacheReasonSchema>;

/**
 * An item, mostly a picture, that a node left out and why. In code and on the screen such items are "left out"; the key in JSON
 * is `skipped`, as in the values of nodes and in `patchbay run --json`.
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

/** How one node ended. */
export const nodeOutcomeSchema = z.object({
  status: z.enum(NODE_ENDS),
  /** Milliseconds it ran; 0 for a node that did not run. */
  ms: z.number(),
  cache: cacheReasonSchema.optional(),
  error: problemSchema.optional(),
  skipped: leftOut,
});
/** How one node ended. */
export type NodeOutcome = z.infer<typeof nodeOutcomeSchema>;

/** What came out of a run: all that is kept of its end besides its state. */
export const runResultSchema = z.object({
  problems: z.array(problemSchema).readonly(),
  nodes: z.record(z.string(), nodeOutcomeSchema),
  /** Results by the name the workflow gives them, or `node.port`. */
  outputs: z.record(z.string(), json),
  /** What its nodes show, by node; see `view.ts`. */
  views: z.record(z.string(), json),
  /** Files its nodes wrote; each is at `/api/runs/ID/files/PATH`. */
  files: z.array(z.object({ path: z.string(), bytes: count })).readonly(),
});
/** What came out of a run. */
export type RunResult = z.infer<typeof runResultSchema>;

/** What clients that watch a run get with its end: how its nodes did, what they show, and the files they wrote. */
export type WatchedResult = Pick<RunResult, 'nodes' | 'views' | 'files'>;

// -- What the server tells of it -------------------------------------------------------------------------------------

/** A run in a list, without its workflow and result. */
export const runSummarySchema = z
  .object({
    id,
    status: runStateSchema,
    workflowId: id.nullable(),
    workflowRevision: z.int().nullable(),
    name: z.string(),
    targets: z.array(id).readonly().nullable(),
    /** Whether earlier results may be used: `useCache` of its request. */
    cache: z.boolean(),
    /** Automatic runs of one place, such as an open tab; null for a run that somebody asked for. */
    series: id.nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    /** Milliseconds from start to end, as the engine counts. */
    ms: z.number().nullable(),
    /** How many times it was started; more than once when the server ended during the run. */
    attempts: count,
    /** The number of its last event. */
    lastSeq: count,
    /** The English text of the first problem of a run that did not complete. */
    message: z.string().nullable(),
    /** The first problem itself; null also for runs of older versions. */
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'Run' });
/** A run in a list. */
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A run with its workflow and its result, which is empty until the run has ended. */
export const runDetailSchema = runSummarySchema
  .extend({ workflow: workflowSchema, ...runResultSchema.shape })
  .meta({ id: 'RunDetail' });
/** A run with its workflow and its result. */
export type RunDetail = z.infer<typeof runDetailSchema>;

const ofRun = { runId: id, seq: z.int().min(1), at: time };
const ofNode = { ...ofRun, nodeId: id };

/** What happened in a run. The journal numbers events: `seq` starts at 1 and has no gaps, across restarts too. */
export const runEventSchema = z
  .discriminatedUnion('type', [
    z.object({ ...ofRun, type: z.literal('runQueued') }),
    z.object({
      ...ofRun,
      type: z.literal('runStarted'),
      nodes: z.array(id).readonly(),
      device: z.string(),
      /** From 2 on, the nodes begin anew: events of earlier attempts say nothing about them. */
      attempt: z.int().min(1),
    }),
    /** The server ended during the run; the run waits for another attempt. */
    z.object({ ...ofRun, type: z.literal('runRequeued'), ...storedMessage }),
    z.object({ ...ofNode, type: z.literal('nodeStarted'), cache: cacheReasonSchema }),
    z.object({
      ...ofNode,
      type: z.literal('nodeProgressed'),
      done: z.number(),
      /** Only when it is another than in the event before. */
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
/** What happened in a run, with its number in the journal. */
export type RunEvent = z.infer<typeof runEventSchema>;
/** An event before it is in the journal, which gives it its run, number and time. */
export type RunEventBody = OmitEach<RunEvent, 'runId' | 'seq' | 'at'>;

/** The queue, as everyone may see it. */
export const queueSchema = z
  .object({
    paused: z.boolean(),
    running: z.array(id).readonly(),
    /** The next ones, in order; at most a hundred. */
    queued: z.array(id).readonly(),
    queuedTotal: count,
  })
  .meta({ id: 'Queue' });
/** The queue, as everyone may see it. */
export type QueueState = z.infer<typeof queueSchema>;
