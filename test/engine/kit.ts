// This file is long because it holds the nodes and values that all tests of the engine share.
import {
  type AnyNodeDefinition,
  type DType,
  defineNode,
  type HostTensor,
  type ModelCatalogue,
  type NodeContext,
  param,
  port,
  type Space,
  type TensorHandle,
  type Texts,
} from '../../nodes/sdk/index.ts';
import type { EngineEvent } from '../../server/engine/events.ts';
import { execute } from '../../server/engine/execute.ts';
import type { Executed, ExecuteRequest } from '../../server/engine/execution.ts';
import { createRegistry, type Registry } from '../../server/engine/registry.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import type { DiskStore, EngineServices, ValueCodec } from '../../server/engine/services.ts';
import type { Workflow, WorkflowEdge, WorkflowNode } from '../../workflows/workflow.ts';

/** Texts with one item each. */
export function texts(...lines: string[]): Texts {
  return { kind: 'texts', items: lines.map((text) => ({ kind: 'text', text })) };
}

/** The lines of a value, which must be texts. */
export function lines(value: unknown): string[] | undefined {
  return (value as Texts | undefined)?.items.map((item) => item.text);
}

/** A tensor that counts its holders. It was released if the count is 0 at the end. */
export interface CountedTensor extends TensorHandle<'float32'> {
  holders: number;
}

/**
 * The services of a run without files and models. Tensors are counted, and a lease releases those that nobody retains.
 */
export interface World {
  readonly services: EngineServices;
  readonly tensors: CountedTensor[];
  /** Disk contents by key. */
  readonly files: Map<string, Uint8Array>;
}

export function tensor(values: readonly number[], dims: readonly number[], holders = 0): CountedTensor {
  const data = new Float32Array(values);
  return {
    kind: 'tensor',
    dtype: 'float32',
    dims,
    bytes: data.byteLength,
    holders,
    toHost: () => Promise.resolve({ dtype: 'float32', dims, data }),
    retain() {
      this.holders += 1;
    },
    release() {
      if (this.holders === 0) throw new Error('released more often than held');
      this.holders -= 1;
    },
  };
}

/** Plain JSON with tensors as lists, which is enough for a codec. */
const codec: ValueCodec = {
  async encode(value) {
    const found: TensorHandle[] = [];
    const text = JSON.stringify(value, (_, inner) => {
      if (inner?.kind !== 'tensor') return inner;
      found.push(inner);
      return { tensorAt: found.length - 1 };
    });
    const hosts = await Promise.all(found.map((one) => one.toHost()));
    const tensors = hosts.map((host) => ({ dims: host.dims, values: [...(host.data as Float32Array)] }));
    return [new TextEncoder().encode(JSON.stringify({ text, tensors }))];
  },
  decode(bytes) {
    const { text, tensors } = JSON.parse(new TextDecoder().decode(bytes));
    return JSON.parse(text, (_, inner) => {
      if (inner?.tensorAt === undefined) return inner;
      const { dims, values } = tensors[inner.tensorAt];
      return tensor(values, dims);
    });
  },
};

export const noModels: ModelCatalogue = { describe: () => undefined, ids: () => [] };

export function world(
  options: { disk?: boolean; deviceKey?: string; files?: Map<string, Uint8Array> } = {},
): World {
  const tensors: CountedTensor[] = [];
  const files = options.files ?? new Map<string, Uint8Array>();
  const disk: DiskStore = {
    read: (key) => Promise.resolve(files.get(key)),
    write: async (key, parts) => {
      files.set(key, Buffer.concat(parts));
    },
  };
  const services: EngineServices = {
    device: 'test',
    deviceKey: options.deviceKey ?? 'test',
    models: noModels,
    outside: {} as EngineServices['outside'],
    codec,
    ...(options.disk && { disk }),
    lease(engine) {
      const made: CountedTensor[] = [];
      const ops = {
        tensor(host: HostTensor<DType>) {
          const handle = tensor([...(host.data as Float32Array)], host.dims, 1);
          made.push(handle);
          tensors.push(handle);
          return handle;
        },
      };
      return {
        ctx: { ...engine, ops } as unknown as NodeContext,
        end() {
          for (const handle of made) handle.release();
        },
      };
    },
  };
  return { services, tensors, files };
}

/** How many times each node ran, by id. */
export type Runs = Map<string, number>;

export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

const space: Space = {
  encoder: 'a',
  title: 'A',
  layer: 'embedding',
  projection: 'model',
  pooling: 'model',
  tower: 'image',
  normalized: false,
};

/** Small nodes for tests of the engine. They count their runs. */
export function nodes(runs: Runs) {
  const count = (ctx: NodeContext) => runs.set(ctx.nodeId, (runs.get(ctx.nodeId) ?? 0) + 1);
  const say = defineNode({
    title: 'Say',
    description: 'Gives a text.',
    inputs: {},
    params: {
      text: param.text({ help: 'What to say.', default: 'hello' }),
      times: param.integer({ help: 'How often.', default: 1, min: 0, max: 9 }),
    },
    outputs: { texts: port.texts({ help: 'The text.' }) },
    run: ({ params, ctx }) => {
      count(ctx);
      return { texts: texts(...Array.from({ length: params.times }, () => params.text)) };
    },
  });
  const add = defineNode({
    title: 'Add',
    description: 'Adds a letter to every text.',
    inputs: { texts: port.texts({ help: 'Texts.' }) },
    params: { letter: param.text({ help: 'A letter.', default: 'x' }) },
    outputs: { texts: port.texts({ help: 'Longer texts.' }) },
    run: ({ inputs, params, ctx }) => {
      count(ctx);
      return { texts: texts(...inputs.texts.items.map((item) => item.text + params.letter)) };
    },
  });
  const join = defineNode({
    title: 'Join',
    description: 'Puts lists of texts together.',
    inputs: { lists: port.texts({ help: 'Lists.', many: true }) },
    params: {},
    outputs: { texts: port.texts({ help: 'All of them.' }) },
    run: ({ inputs, ctx }) => {
      count(ctx);
      return { texts: texts(...inputs.lists.flatMap((list) => list.items.map((item) => item.text))) };
    },
  });
  const fail = defineNode({
    title: 'Fail',
    description: 'Throws.',
    inputs: { texts: port.texts({ help: 'Texts.', required: false }) },
    params: { after: param.integer({ help: 'Milliseconds.', default: 0 }) },
    outputs: { texts: port.texts({ help: 'Never.' }) },
    run: async ({ params, ctx }) => {
      count(ctx);
      if (params.after > 0) await sleep(params.after);
      throw new Error('the disk is on fire');
    },
  });
  const wait = defineNode({
    title: 'Wait',
    description: 'Takes a while, and heeds the signal.',
    inputs: { texts: port.texts({ help: 'Texts.', required: false }) },
    params: {
      ms: param.integer({ help: 'Milliseconds.', default: 100 }),
      label: param.text({ help: 'Sets it apart.' }),
    },
    outputs: { texts: port.texts({ help: 'A word.' }) },
    run: async ({ params, ctx }) => {
      count(ctx);
      await sleep(params.ms, ctx.signal);
      return { texts: texts('waited') };
    },
  });
  const save = defineNode({
    title: 'Save',
    description: 'Runs every time.',
    terminal: true,
    cache: 'never',
    inputs: { texts: port.texts({ help: 'Texts.' }) },
    params: {},
    outputs: { view: port.view({ help: 'Where it is.' }) },
    run: ({ ctx, inputs }) => {
      count(ctx);
      return {
        view: { kind: 'view', view: 'file', path: '/tmp/x', bytes: 1, files: inputs.texts.items.length },
      };
    },
  });
  const reroute = defineNode({
    title: 'Reroute',
    description: 'Hands on what comes in.',
    inputs: { value: port.any({ help: 'Anything.', variable: 'T' }) },
    params: {},
    outputs: { value: port.any({ help: 'The same.', variable: 'T' }) },
    infer: ({ inputs }) => ({ value: inputs.value?.[0] }),
    run: ({ inputs, ctx }) => {
      count(ctx);
      return { value: inputs.value };
    },
  });
  const lazySwitch = defineNode({
    title: 'Switch',
    description: 'Hands on one of two.',
    inputs: {
      a: port.any({ help: 'First.', variable: 'T', lazy: true, required: false }),
      b: port.any({ help: 'Second.', variable: 'T', lazy: true, required: false }),
    },
    params: { use: param.choice({ help: 'Which.', default: 'a', choices: { a: 'First', b: 'Second' } }) },
    outputs: { value: port.any({ help: 'That one.', variable: 'T' }) },
    needs: ({ use }) => [use],
    run: ({ inputs, params, ctx }) => {
      count(ctx);
      return { value: inputs[params.use]! };
    },
  });
  const embed = defineNode({
    title: 'Embed',
    description: 'Makes a tensor, and another that nobody keeps.',
    resource: 'device',
    inputs: { texts: port.texts({ help: 'Texts.', required: false }) },
    params: {
      encoder: param.text({ help: 'Encoder.', default: 'a' }),
      rows: param.integer({ help: 'Rows.', default: 2, min: 0 }),
    },
    outputs: { embeddings: port.embeddings({ help: 'Vectors.' }) },
    infer: ({ params }) => ({
      embeddings: { count: params.rows, dims: 2, space: { ...space, encoder: params.encoder } },
    }),
    run: ({ params, ctx }) => {
      count(ctx);
      const data = new Float32Array(2 * params.rows).fill(1);
      ctx.ops.tensor({ dtype: 'float32', dims: [1], data: new Float32Array(1) });
      const numbers = ctx.ops.tensor({ dtype: 'float32', dims: [params.rows, 2], data });
      const items = Array.from({ length: params.rows }, (_, i) => ({
        kind: 'text' as const,
        text: String(i),
      }));
      return {
        embeddings: {
          kind: 'embeddings',
          tensor: numbers,
          items,
          skipped: [],
          space: { ...space, encoder: params.encoder },
        },
      };
    },
  });
  return { say, add, join, fail, wait, save, reroute, switch: lazySwitch, embed };
}

export type KitNode = keyof ReturnType<typeof nodes>;

/** A registry with the kit's nodes under `test/`, and with further ones. */
export function kit(more: Record<string, AnyNodeDefinition> = {}): { registry: Registry; runs: Runs } {
  const runs: Runs = new Map();
  const all: Record<string, AnyNodeDefinition> = { ...nodes(runs), ...more };
  return { registry: createRegistry(Object.entries(all).map(([name, one]) => [`test/${name}`, one])), runs };
}

type NodeText = string | (Omit<Partial<WorkflowNode>, 'id' | 'type'> & { type: string });

/**
 * Makes a workflow in short form: `flow({ a: 'say', b: 'add' }, ['a.texts > b.texts'])`. Types are those of the kit. A
 * type with a slash is not changed.
 */
export function flow(
  described: Record<string, NodeText>,
  edges: readonly string[] = [],
  rest: Partial<Workflow> = {},
): Workflow {
  const end = (text: string) => {
    const dot = text.lastIndexOf('.');
    return { node: text.slice(0, dot), port: text.slice(dot + 1) };
  };
  const nodes = Object.entries(described).map(([id, text]): WorkflowNode => {
    const { type, ...others } = typeof text === 'string' ? { type: text } : text;
    return { id, type: type.includes('/') ? type : `test/${type}`, ...others };
  });
  const wires = edges.map((text): WorkflowEdge => {
    const [from, to] = text.split(' > ') as [string, string];
    return { from: end(from), to: end(to) };
  });
  return { format: 'patchbay', version: 1, nodes, edges: wires, ...rest };
}

/** A chain of `length` nodes: the first gives a text, the others add to it. */
export function chain(length: number): Workflow {
  const described: Record<string, NodeText> = { n0: 'say' };
  const edges: string[] = [];
  for (let i = 1; i < length; i++) {
    described[`n${i}`] = 'add';
    edges.push(`n${i - 1}.texts > n${i}.texts`);
  }
  return flow(described, edges);
}

/** A finished run with its events. */
export interface Ran extends Executed {
  readonly events: readonly EngineEvent[];
  status_(id: string): string | undefined;
}

/** Runs a workflow, with a new world and cache unless they are given. */
export async function run(
  workflow: Workflow,
  registry: Registry,
  request: Partial<ExecuteRequest> = {},
  onEvent: (event: EngineEvent) => void = () => {},
): Promise<Ran> {
  const events: EngineEvent[] = [];
  const outcome = await execute(
    {
      workflow,
      registry,
      services: world().services,
      cache: createResultCache({ maxBytes: 1e8 }),
      signal: new AbortController().signal,
      ...request,
    },
    (event) => {
      events.push(event);
      onEvent(event);
    },
  );
  await outcome.kept;
  return { ...outcome, events, status_: (id) => outcome.nodes.get(id)?.status };
}
