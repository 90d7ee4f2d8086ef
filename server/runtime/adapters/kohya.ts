import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { adapterMessage } from '../../contract/messages/adapters.ts';
import { type LoraModule, onlyProjection, type Shapes, sample } from './lora-weights.ts';

const KOHYA = /^(.+)\.(lora_down|lora_up)\.weight$|^(.+)\.(alpha|dora_scale)$/;
/** Tensor names of methods other than LoRA, and what people call each method. */
const OTHER_METHODS: readonly (readonly [RegExp, string | Message])[] = [
  [/\.hada_w/, 'LoHa'],
  [/\.lokr_w/, 'LoKr'],
  [/\.lora_mid\./, adapterMessage('adapter.method-locon')],
  [/\.oft_(blocks|diag)/, 'OFT'],
  [/\.(diff|diff_b|set_weight)$/, adapterMessage('adapter.method-full')],
];

/** Whether kohya's scripts wrote tensors of these names. */
export function isKohya(names: Iterable<string>): boolean {
  for (const name of names) {
    if (/\.lora_(down|up)\.weight$/.test(name) || OTHER_METHODS.some(([test]) => test.test(name)))
      return true;
  }
  return false;
}

/** The projection of a kohya file. Its scale is `alpha` / rank, or 1 without `alpha`. */
export interface KohyaLora extends LoraModule {
  readonly target: string;
  readonly scaling?: undefined;
}

/**
 * Reads the projection module of a file with kohya's keys: `lora_<part>_visual_projection.{lora_down,lora_up}.weight`, `.alpha`.
 * @throws PatchbayError `adapter.*`
 */
export function readKohya(shapes: Shapes): KohyaLora {
  const modules = new Map<string, { a?: string; b?: string; alpha?: string; magnitude?: string }>();
  for (const name of shapes.keys()) {
    const other = OTHER_METHODS.find(([test]) => test.test(name));
    if (other) {
      const [, method] = other;
      throw new PatchbayError(adapterMessage('adapter.other-kohya-method', { method, tensor: name }));
    }
    const match = KOHYA.exec(name);
    if (!match) throw new PatchbayError(adapterMessage('adapter.not-kohya', { tensor: name }));
    const module = match[1] ?? match[3] ?? '';
    const part = modules.get(module) ?? {};
    modules.set(module, part);
    const kind = match[2] ?? match[4];
    if (kind === 'lora_down') part.a = name;
    else if (kind === 'lora_up') part.b = name;
    else if (kind === 'alpha') part.alpha = name;
    else part.magnitude = name;
  }
  const names = [...modules.keys()];
  const diffusion = names.filter((name) => /^(lora_unet|lora_te\d*|unet|text_encoder)[_.]/.test(name));
  if (diffusion.length > 0)
    throw new PatchbayError(adapterMessage('adapter.picture-generator', { layers: sample(diffusion) }));
  const whole = [...modules].map(([module, { a, b, alpha, magnitude }]) => {
    if (!a || !b) {
      const half = `lora_${a ? 'up' : 'down'}.weight`;
      throw new PatchbayError(adapterMessage('adapter.incomplete', { layer: module, half }));
    }
    return { module, a, b, alpha, magnitude };
  });
  const found = onlyProjection(whole, targetOf);
  return { ...found, target: targetOf(found.module) };
}

/** The layer of a module. kohya writes `lora_vision_visual_projection` for `visual_projection` of the vision part. */
function targetOf(module: string): string {
  return module
    .replace(/^lora_/, '')
    .replace(/^(vision|clip|model|image)_(?=(visual|vision|image)_proj|proj|head)/, '');
}
