import { adapterError } from './adapter-error.ts';
import { type LoraModule, loraShape, onlyProjection, type Shapes, sample } from './lora-weights.ts';
import { type PeftConfig, patternValue, targets } from './peft-config.ts';

const PREFIX = 'base_model.model.';
const LORA = /^(.+)\.(lora_A|lora_B|lora_magnitude_vector)(?:\.(.+?))??(?:\.weight)?$/;

/** What a PEFT file says about its one projection. */
export interface PeftLora extends LoraModule {
  readonly target: string;
  readonly scaling: number;
}

/**
 * The projection module of a PEFT file and its scale: alpha / r, or alpha / sqrt(r) with rsLoRA.
 * @throws PatchbayError `adapter.*` in a sentence.
 */
export function readPeft(config: PeftConfig, shapes: Shapes): PeftLora {
  const modules = new Map<string, { a?: string; b?: string; magnitude?: string }>();
  const adapters = new Set<string>();
  const twice: string[] = [];
  for (const name of shapes.keys()) {
    if (!name.startsWith(PREFIX)) {
      throw adapterError(
        'prefix',
        `The adapter's tensor ${name} does not begin with ${PREFIX}: it was saved from another model, and would change nothing.`,
      );
    }
    const match = LORA.exec(name.slice(PREFIX.length));
    if (!match) {
      throw adapterError('unsupported', `The adapter holds ${name}, which is no LoRA tensor.`);
    }
    const [, module = '', kind, adapter] = match;
    adapters.add(adapter ?? 'one without a name');
    const part = modules.get(module) ?? {};
    modules.set(module, part);
    const field = kind === 'lora_A' ? 'a' : kind === 'lora_B' ? 'b' : 'magnitude';
    if (part[field]) twice.push(name);
    part[field] = name;
  }
  if (adapters.size > 1) {
    throw adapterError(
      'unsupported',
      `The file holds ${adapters.size} adapters (${sample([...adapters])}): save the one you want by itself.`,
    );
  }
  if (twice.length > 0) throw adapterError('file', `The adapter holds ${sample(twice)} under two names.`);
  const whole = [...modules].map(([module, { a, b, magnitude }]) => {
    if (!a || !b)
      throw adapterError('file', `The adapter is incomplete: ${module} lacks lora_${a ? 'B' : 'A'}.`);
    return { module, a, b, magnitude };
  });
  const found = onlyProjection(whole, lastPart);
  const target = lastPart(found.module);
  if (!targets(config, found.module)) {
    throw adapterError(
      'target',
      `The adapter's config is for ${sample([config.target_modules ?? []].flat())}, but its tensors are for ${found.module}.`,
    );
  }
  checkDora(config, found);
  const { rank } = loraShape(found, shapes);
  const expected = patternValue(config.rank_pattern, found.module) ?? config.r;
  if (rank !== expected) {
    throw adapterError(
      'shape',
      `The adapter's config says rank ${expected} for ${found.module}, and its tensors have rank ${rank}.`,
    );
  }
  const alpha = patternValue(config.alpha_pattern, found.module) ?? config.lora_alpha;
  return { ...found, target, scaling: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
}

function checkDora(config: PeftConfig, { module, magnitude }: LoraModule): void {
  if (config.use_dora && !magnitude) {
    throw adapterError(
      'file',
      `The adapter is DoRA by its config, and the magnitudes of ${module} are missing.`,
    );
  }
  if (!config.use_dora && magnitude) {
    throw adapterError(
      'file',
      `The adapter holds DoRA magnitudes of ${module}, and its config does not say use_dora.`,
    );
  }
}

const lastPart = (module: string) => module.slice(module.lastIndexOf('.') + 1);
