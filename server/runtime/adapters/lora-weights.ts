import { adapterError } from './adapter-error.ts';

/** What one module of an adapter file is made of: names of its tensors. */
export interface LoraModule {
  /** Dotted path for PEFT, the flattened name for kohya. */
  readonly module: string;
  readonly a: string;
  readonly b: string;
  readonly magnitude?: string;
  readonly alpha?: string;
}

/** Sizes of tensors by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Layers that a projection adapter may be made for: the last part of a module's path. */
const PROJECTIONS =
  /^(visual_projection|vision_projection|vision_proj|image_projection|projection|proj|head)$/;

/**
 * The one module of a file, when it is a projection.
 * @throws PatchbayError `adapter.target` when it adapts other layers, or several.
 */
export function onlyProjection(
  modules: readonly LoraModule[],
  projectionOf: (module: string) => string,
): LoraModule {
  const [first] = modules;
  if (!first) throw adapterError('file', 'The adapter holds no LoRA tensors.');
  if (modules.length > 1) {
    throw adapterError(
      'target',
      `The adapter changes ${modules.length} layers (${sample(modules.map(({ module }) => module))}). Patchbay adapts the image projection only: use an adapter trained with target_modules ["visual_projection"].`,
    );
  }
  if (!PROJECTIONS.test(projectionOf(first.module))) {
    throw adapterError(
      'target',
      `The adapter was made for the layer ${first.module}, and not for the image projection: use one trained with target_modules ["visual_projection"].`,
    );
  }
  return first;
}

/**
 * Rank, and sizes of the weight a module was made for: A is r x in, B is out x r.
 * @throws PatchbayError `adapter.shape` when the tensors do not fit each other.
 */
export function loraShape(module: LoraModule, shapes: Shapes): { rank: number; in: number; out: number } {
  const a = shapes.get(module.a) ?? [];
  const b = shapes.get(module.b) ?? [];
  const [rank, inputs] = a;
  const [outputs, rankOfB] = b;
  const whole = a.length === 2 && b.length === 2 && [...a, ...b].every((size) => size > 0);
  if (!whole || rank === undefined || inputs === undefined || outputs === undefined || rank !== rankOfB) {
    throw adapterError(
      'shape',
      `The adapter's tensors of ${module.module} do not fit each other: A is ${a.join(' x ') || 'a number'} and B is ${b.join(' x ') || 'a number'}, where A must be r x in and B out x r.`,
    );
  }
  const magnitude = module.magnitude === undefined ? undefined : shapes.get(module.magnitude);
  if (magnitude && magnitude.reduce((product, size) => product * size, 1) !== outputs) {
    throw adapterError(
      'shape',
      `The adapter's DoRA magnitudes are ${magnitude.join(' x ')}, where one for each of the ${outputs} outputs is needed.`,
    );
  }
  return { rank, in: inputs, out: outputs };
}

/** The first few of a list, for a sentence. */
export function sample(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown}, ...` : shown;
}
