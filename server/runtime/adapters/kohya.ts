import { adapterError } from './adapter-error.ts';
import { type LoraModule, onlyProjection, type Shapes, sample } from './lora-weights.ts';

const KOHYA = /^(.+)\.(lora_down|lora_up)\.weight$|^(.+)\.(alpha|dora_scale)$/;
const OTHER_METHODS: readonly (readonly [RegExp, string])[] = [
  [/\.hada_w/, 'LoHa'],
  [/\.lokr_w/, 'LoKr'],
  [/\.lora_mid\./, 'a convolution LoRA (LoCon)'],
  [/\.oft_(blocks|diag)/, 'OFT'],
  [/\.(diff|diff_b|set_weight)$/, 'full weights (not low rank)'],
];

/** Whether names are of the kind kohya's scripts write. */
export function isKohya(names: Iterable<string>): boolean {
  for (const name of names) {
    if (/\.lora_(down|up)\.weight$/.test(name) || OTHER_METHODS.some(([test]) => test.test(name)))
      return true;
  }
  return false;
}

/** What a kohya file says about its one projection; its scale is `alpha` / rank, and 1 without an `alpha`. */
export interface KohyaLora extends LoraModule {
  readonly target: string;
  readonly scaling?: undefined;
}

/**
 * The projection module of a file with kohya's keys: `lora_<part>_visual_projection.{lora_down,lora_up}.weight`, `.alpha`.
 * @throws PatchbayError `adapter.*` in a sentence.
 */
export function readKohya(shapes: Shapes): KohyaLora {
  const modules = new Map<string, { a?: string; b?: string; alpha?: string; magnitude?: string }>();
  for (const name of shapes.keys()) {
    const other = OTHER_METHODS.find(([test]) => test.test(name));
    if (other) {
      throw adapterError(
        'unsupported',
        `The adapter is ${other[1]} (it holds ${name}), and only LoRA and DoRA are computed here.`,
      );
    }
    const match = KOHYA.exec(name);
    if (!match)
      throw adapterError(
        'prefix',
        `The adapter holds the tensor ${name}, which no LoRA file has: it was not made by kohya's scripts.`,
      );
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
  if (diffusion.length > 0) {
    throw adapterError(
      'target',
      `The adapter was made for a picture generator (${sample(diffusion)}), and not for an image encoder's projection.`,
    );
  }
  const whole = [...modules].map(([module, { a, b, alpha, magnitude }]) => {
    if (!a || !b)
      throw adapterError(
        'file',
        `The adapter is incomplete: ${module} lacks lora_${a ? 'up' : 'down'}.weight.`,
      );
    return { module, a, b, alpha, magnitude };
  });
  const found = onlyProjection(whole, targetOf);
  return { ...found, target: targetOf(found.module) };
}

/** kohya flattens dots: `lora_vision_visual_projection` is `visual_projection` of the vision part. */
function targetOf(module: string): string {
  return module
    .replace(/^lora_/, '')
    .replace(/^(vision|clip|model|image)_(?=(visual|vision|image)_proj|proj|head)/, '');
}
