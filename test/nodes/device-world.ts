import { afterAll, beforeAll } from 'vitest';
import {
  type AnyNodeDefinition,
  defaults,
  type Embeddings,
  type F32,
  type Params,
  type Space,
  type TextItem,
} from '../../nodes/sdk/index.ts';
import type { PlainTensor } from '../contract/plain.ts';
import { openWorld, type Ran, type World } from '../contract/world.ts';
import type { Matrix } from './numbers.ts';

/** A space for vectors that come from no model. */
export const handMade: Space = {
  encoder: 'hand',
  title: 'hand-made',
  layer: 'embedding',
  projection: 'none',
  pooling: 'model',
  tower: 'image',
  normalized: false,
};

/** A world on the CPU for the tests of one file. */
export function deviceWorld() {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('cpu');
  });
  afterAll(() => world?.close());

  const tensor = (rows: Matrix, width = rows[0]?.length ?? 0): F32 => {
    const data = Float32Array.from(rows.flat());
    const made = world.ctx.ops.tensor({ dtype: 'float32', dims: [rows.length, width], data });
    made.retain();
    return made;
  };
  return {
    world: () => world,
    tensor,
    /** Vectors of texts `a`, `b`, ..., or of the given names and labels. */
    vectors: (rows: Matrix, items?: readonly TextItem[], space: Partial<Space> = {}): Embeddings => ({
      kind: 'embeddings',
      tensor: tensor(rows),
      items: items ?? rows.map((_, n): TextItem => ({ kind: 'text', text: String.fromCharCode(97 + n) })),
      skipped: [],
      space: { ...handMade, ...space },
    }),
    run: (
      definition: AnyNodeDefinition,
      inputs: Record<string, unknown>,
      params: Record<string, unknown> = {},
    ): Promise<Ran> => world.run(definition, inputs, { ...defaults(definition.params as Params), ...params }),
  };
}

/** The rows of a plain tensor. */
export function rowsOf({ tensor, data }: PlainTensor): Matrix {
  const [rows = 0, columns = 0] = tensor;
  return Array.from({ length: rows }, (_, row) => data.slice(row * columns, (row + 1) * columns));
}

/** The largest difference between two matrices. */
export function farthest(a: Matrix, b: Matrix): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i]![j]!))));
}
