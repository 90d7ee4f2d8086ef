import { z } from 'zod';

/** The version of the file format that this code writes. It migrates older files and refuses newer ones. */
export const WORKFLOW_VERSION = 1;

const id = z.string().min(1).max(200);
const point = z.looseObject({ x: z.number(), y: z.number() });
const size = z.looseObject({ width: z.number(), height: z.number() });

/** Any value of JSON. A description of the format refers to it by its id; `meta` would copy it, and it refers to itself. */
export const jsonSchema = z.json().register(z.globalRegistry, { id: 'Json' });

/** One end of an edge: a node and one of its ports, by name. */
const endSchema = z.strictObject({ node: id, port: id });

/** `bypass` passes matching inputs through; `mute` leaves out the node and every node that needs it. */
export const NODE_MODES = ['active', 'bypass', 'mute'] as const;

const nodeSchema = z.looseObject({
  id,
  /** `category/name`. This installation may not have the type. */
  type: id,
  title: z.string().max(500).optional(),
  mode: z.enum(NODE_MODES).optional(),
  /** A missing param has its default value. */
  params: z.record(z.string(), jsonSchema).optional(),
  position: point.optional(),
  size: size.optional(),
  collapsed: z.boolean().optional(),
});

const edgeSchema = z.looseObject({ id: id.optional(), from: endSchema, to: endSchema });

const groupSchema = z.looseObject({
  id,
  title: z.string().max(500),
  color: z.string().max(50).optional(),
  position: point,
  size,
});

const noteSchema = z.looseObject({
  id,
  text: z.string().max(100_000),
  color: z.string().max(50).optional(),
  position: point,
  size: size.optional(),
});

const inputSchema = z.looseObject({
  /** The name that callers use: `--input query=cat.jpg`. */
  name: id,
  node: id,
  param: id,
  title: z.string().max(500).optional(),
  help: z.string().max(5_000).optional(),
});

const outputSchema = z.looseObject({
  name: id,
  node: id,
  port: id,
  title: z.string().max(500).optional(),
  help: z.string().max(5_000).optional(),
});

/** The file format. Unknown keys are kept, because people or newer versions may have added them. */
export const workflowSchema = z.looseObject({
  format: z.literal('patchbay'),
  version: z.literal(WORKFLOW_VERSION),
  name: z.string().max(500).optional(),
  description: z.string().max(100_000).optional(),
  nodes: z.array(nodeSchema),
  edges: z.array(edgeSchema),
  groups: z.array(groupSchema).optional(),
  notes: z.array(noteSchema).optional(),
  inputs: z.array(inputSchema).optional(),
  outputs: z.array(outputSchema).optional(),
});

/** A saved workflow: data, never code. */
export type Workflow = z.infer<typeof workflowSchema>;
/** A node of a workflow. */
export type WorkflowNode = Workflow['nodes'][number];
/** A wire from an output port to an input port. */
export type WorkflowEdge = Workflow['edges'][number];
/** A param that callers can set by name. */
export type WorkflowInput = NonNullable<Workflow['inputs']>[number];
/** A result that callers can get by name. */
export type WorkflowOutput = NonNullable<Workflow['outputs']>[number];
/** See {@link NODE_MODES}. */
export type NodeMode = (typeof NODE_MODES)[number];
