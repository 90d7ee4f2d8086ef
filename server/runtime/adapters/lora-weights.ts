import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { adapterMessage } from '../../contract/messages/adapters.ts';

/** The names of the tensors that make one module of an adapter file. */
export interface LoraModule {
  /** PEFT's dotted path, or kohya's flattened name. */
  readonly module: string;
  readonly a: string;
  readonly b: string;
  readonly magnitude?: string;
  readonly alpha?: string;
}

/** The shapes of tensors by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Paths that models give their image projection. Layers inside a tower have the same last names: `blocks.1.attn.proj` is part of a
 * transformer block, `text_model.head` belongs to texts, `patch_embed.proj` makes the patches.
 */
const PROJECTION =
  /^((module|model|base_model|clip|clip_model|timm_model|visual|vision|vision_model|vision_tower|vision_encoder|image_encoder)\.)*(visual_projection|vision_projection|vision_proj|image_projection|projection|proj|head|head\.proj)$/;

/** The only module of an adapter file. It must adapt the projection. */
export function onlyProjection(
  modules: readonly LoraModule[],
  pathOf: (module: string) => string,
): LoraModule {
  const [first] = modules;
  if (!first) throw new PatchbayError(adapterMessage('adapter.empty'));
  if (modules.length > 1) {
    const layers = sample(modules.map(({ module }) => module));
    throw new PatchbayError(adapterMessage('adapter.several-layers', { count: modules.length, layers }));
  }
  if (!PROJECTION.test(pathOf(first.module)))
    throw new PatchbayError(adapterMessage('adapter.other-layer', { layer: first.module }));
  return first;
}

/**
 * The rank r of a module and the size of its weight, from its tensors: A is r x in, B is out x r.
 * @throws PatchbayError `adapter.halves`, `adapter.magnitudes` if the tensors do not fit each other
 */
export function loraShape(module: LoraModule, shapes: Shapes): { rank: number; in: number; out: number } {
  const a = shapes.get(module.a) ?? [];
  const b = shapes.get(module.b) ?? [];
  const [rank, inputs] = a;
  const [outputs, rankOfB] = b;
  const whole = a.length === 2 && b.length === 2 && [...a, ...b].every((size) => size > 0);
  if (!whole || rank === undefined || inputs === undefined || outputs === undefined || rank !== rankOfB) {
    const halves = { layer: module.module, a: shapeText(a), b: shapeText(b) };
    throw new PatchbayError(adapterMessage('adapter.halves', halves));
  }
  const magnitude = module.magnitude === undefined ? undefined : shapes.get(module.magnitude);
  if (magnitude && magnitude.reduce((product, size) => product * size, 1) !== outputs) {
    throw new PatchbayError(adapterMessage('adapter.magnitudes', { shape: shapeText(magnitude), outputs }));
  }
  return { rank, in: inputs, out: outputs };
}

const shapeText = (dims: readonly number[]): string | Message =>
  dims.length === 0 ? adapterMessage('adapter.scalar') : dims.join(' x ');

/** The first three of a list, for a message. */
export function sample<T extends string | Message>(names: readonly T[]): readonly (T | string)[] {
  return names.length > 3 ? [...names.slice(0, 3), '...'] : names;
}
