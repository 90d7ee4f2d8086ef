import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { adapterMessage } from '../../contract/messages/adapters.ts';
import { type LoraModule, loraShape, onlyProjection, type Shapes, sample } from './lora-weights.ts';
import { isTargeted, type PeftConfig, patternValue } from './peft-config.ts';

const PREFIX = 'base_model.model.';
const LORA = /^(.+)\.(lora_A|lora_B|lora_magnitude_vector)(?:\.(.+?))??(?:\.weight)?$/;

/** The projection of a PEFT file. */
export interface PeftLora extends LoraModule {
  readonly target: string;
  readonly scaling: number;
}

/**
 * Reads the projection module of a PEFT file and its scale: alpha / r, or alpha / sqrt(r) with rsLoRA.
 * @throws PatchbayError `adapter.*`
 */
export function readPeft(config: PeftConfig, shapes: Shapes): PeftLora {
  const modules = new Map<string, { a?: string; b?: string; magnitude?: string }>();
  const adapters = new Set<string | undefined>();
  const twice: string[] = [];
  for (const name of shapes.keys()) {
    if (!name.startsWith(PREFIX))
      throw new PatchbayError(adapterMessage('adapter.other-prefix', { tensor: name, prefix: PREFIX }));
    const match = LORA.exec(name.slice(PREFIX.length));
    if (!match) throw new PatchbayError(adapterMessage('adapter.other-tensor', { tensor: name }));
    const [, module = '', kind, adapter] = match;
    adapters.add(adapter);
    const part = modules.get(module) ?? {};
    modules.set(module, part);
    const field = kind === 'lora_A' ? 'a' : kind === 'lora_B' ? 'b' : 'magnitude';
    if (part[field]) twice.push(name);
    part[field] = name;
  }
  if (adapters.size > 1) {
    const names = [...adapters].map((name): string | Message => name ?? adapterMessage('adapter.unnamed'));
    const several = { count: adapters.size, names: sample(names) };
    throw new PatchbayError(adapterMessage('adapter.several-in-file', several));
  }
  if (twice.length > 0) throw new PatchbayError(adapterMessage('adapter.twice', { tensors: sample(twice) }));
  const whole = [...modules].map(([module, { a, b, magnitude }]) => {
    if (!a || !b) {
      const half = a ? 'lora_B' : 'lora_A';
      throw new PatchbayError(adapterMessage('adapter.incomplete', { layer: module, half }));
    }
    return { module, a, b, magnitude };
  });
  const found = onlyProjection(whole, (module) => module);
  const target = lastPart(found.module);
  if (!isTargeted(config, found.module)) {
    const targets = sample([config.target_modules ?? []].flat());
    throw new PatchbayError(adapterMessage('adapter.other-target', { targets, layer: found.module }));
  }
  checkDora(config, found);
  const { rank } = loraShape(found, shapes);
  const expected = patternValue(config.rank_pattern, found.module) ?? config.r;
  if (rank !== expected)
    throw new PatchbayError(adapterMessage('adapter.rank', { expected, layer: found.module, got: rank }));
  const alpha = patternValue(config.alpha_pattern, found.module) ?? config.lora_alpha;
  return { ...found, target, scaling: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
}

function checkDora(config: PeftConfig, { module, magnitude }: LoraModule): void {
  if (config.use_dora && !magnitude)
    throw new PatchbayError(adapterMessage('adapter.no-magnitudes', { layer: module }));
  if (!config.use_dora && magnitude)
    throw new PatchbayError(adapterMessage('adapter.unannounced-magnitudes', { layer: module }));
}

const lastPart = (module: string) => module.slice(module.lastIndexOf('.') + 1);
