import type { NodeContext } from './context.ts';
import { PatchbayError } from './errors.ts';
import type { ReportedProblem } from './infer.ts';
import { defineMessages, englishOf } from './messages.ts';
import type { Ops } from './ops.ts';
import { type NodeName, spaceName } from './space.ts';
import type { F32 } from './tensor.ts';
import type { EncoderRef, Space } from './values.ts';
import { nodeTitle } from './words.ts';

const say = defineMessages({
  'lora.layer': {
    en: '{node} needs vectors of {model} from before its projection, and got {got}. In *Encode pictures*, choose {model} and the layer "Before projection", or choose the identity as base here.',
    zh: '{node} 需要 {model} 投影之前的向量，得到的却是 {got}。请在 *编码图片* 中选择 {model} 和“投影之前”层，或在此选择恒等矩阵为基础。',
  },
  'lora.input-missing': {
    en: '{node} reads its base weight from the model, but nothing is connected to *Encoder*. Connect *Load encoder* there, or choose the identity as base.',
    zh: '{node} 从模型读取基础权重，但 *编码器* 没有连接。请连接 *加载编码器*，或选择恒等矩阵为基础。',
  },
  'lora.no-projection': {
    en: '{model} has no projection weight that can be read. Choose the identity as base.',
    zh: '{model} 没有可读取的投影权重。请选择恒等矩阵为基础。',
  },
});

/** Templates of messages about the weight that a LoRA adapts. */
export const PROJECTION_TEMPLATES = say.templates;

/** The weight that a LoRA adapts: the projection of a model, or the identity. */
export type ProjectionBase = 'model' | 'identity';

/** Why the model's own projection cannot take vectors of this space; null if it can. */
export function unfitForProjection(
  node: NodeName,
  space: Space,
  encoder: { readonly id: string; readonly title: string },
): ReportedProblem | null {
  if (space.encoder === encoder.id && space.layer === 'pre-projection') return null;
  const got = spaceName(space);
  return {
    ...say('lora.layer', { node: nodeTitle(node.type, node.title), model: encoder.title, got }),
    port: 'embeddings',
    expected: `${encoder.title} (pre-projection)`,
    got: englishOf(got),
  };
}

/** The problem of a base weight that should come from a model, without one. */
export const noBaseEncoder = (node: NodeName): ReportedProblem => ({
  ...say('lora.input-missing', { node: nodeTitle(node.type, node.title) }),
  port: 'encoder',
});

/** The problem of a model whose projection cannot be read. */
export const noProjection = (model: string): ReportedProblem => ({
  ...say('lora.no-projection', { model }),
  param: 'base',
  expected: 'identity',
  got: 'model',
});

/** The first problem of adapting this base that is known before a run; null if there is none. */
export function projectionProblem(
  node: NodeName,
  base: ProjectionBase,
  space: Space | undefined,
  encoder: Pick<EncoderRef, 'id' | 'title' | 'towers'> | undefined,
): ReportedProblem | null {
  if (base === 'identity' || !encoder) return null;
  const problem = space ? unfitForProjection(node, space, encoder) : null;
  if (problem) return problem;
  return encoder.towers.image?.projection === false ? noProjection(encoder.title) : null;
}

/** The weight that changes nothing, size x size. */
export function identityWeight(size: number, ops: Ops): F32 {
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return ops.tensor({ dtype: 'float32', dims: [size, size], data });
}

/**
 * The weight to adapt, out x in, for vectors of `dims` numbers.
 * @throws PatchbayError `lora.layer`, `lora.input-missing`, `lora.no-projection`
 */
export async function baseWeight(
  node: NodeName,
  base: ProjectionBase,
  { dims, space }: { readonly dims: number; readonly space: Space },
  encoder: EncoderRef | undefined,
  { ops, encoders }: Pick<NodeContext, 'ops' | 'encoders'>,
): Promise<F32> {
  if (base === 'identity') return identityWeight(dims, ops);
  if (!encoder) throw new PatchbayError(noBaseEncoder(node));
  const problem = unfitForProjection(node, space, encoder);
  if (problem) throw new PatchbayError(problem);
  const weight = await encoders.projection(encoder);
  if (weight) return weight;
  throw new PatchbayError(noProjection(encoder.title));
}

/** The space of adapted vectors. At strength 0 and before a run it names no adapter, because then nothing is adapted. */
export function adaptedSpace(
  space: Space,
  base: ProjectionBase,
  dims: number | undefined,
  adapter?: Space['adapter'],
): Space {
  return {
    ...space,
    layer: base === 'model' ? 'embedding' : space.layer,
    projection: base,
    adapter: adapter?.strength === 0 ? undefined : adapter,
    dims,
    normalized: false,
  };
}
