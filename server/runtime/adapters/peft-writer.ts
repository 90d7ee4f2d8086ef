import type { AdapterOrigin, HostTensor } from '../../../nodes/sdk/index.ts';
import { encodeSafetensors } from '../files/safetensors-writer.ts';

/** An adapter with its numbers in memory. */
export interface PeftParts {
  /** A name for people. */
  readonly id: string;
  readonly target: string;
  readonly scaling: number;
  readonly a: HostTensor<'float32'>;
  readonly b: HostTensor<'float32'>;
  readonly magnitude?: HostTensor<'float32'> | undefined;
  readonly origin?: AdapterOrigin | undefined;
}

/** The key of the safetensors metadata that holds an {@link AdapterOrigin} as JSON. */
export const ORIGIN_KEY = 'patchbay';

/** `adapter_model.safetensors` of a PEFT folder, in parts to write one after another. */
export function peftWeights({ target, a, b, magnitude, origin }: PeftParts): Uint8Array[] {
  const module = `base_model.model.${target}`;
  const tensors = new Map<string, HostTensor>([
    [`${module}.lora_A.weight`, a],
    [`${module}.lora_B.weight`, b],
    ...(magnitude ? [[`${module}.lora_magnitude_vector`, magnitude] as const] : []),
  ]);
  return encodeSafetensors(tensors, origin && { [ORIGIN_KEY]: JSON.stringify(origin) });
}

/** `adapter_config.json` of a PEFT folder. The scale is written as alpha / r, which gives the same numbers with and without rsLoRA. */
export function peftConfig({ target, scaling, a, magnitude, origin }: PeftParts): string {
  const [rank = 1] = a.dims;
  const config = {
    peft_type: 'LORA',
    base_model_name_or_path: origin?.encoder?.id ?? null,
    r: rank,
    lora_alpha: scaling * rank,
    target_modules: [target],
    fan_in_fan_out: false,
    bias: 'none',
    use_rslora: false,
    use_dora: magnitude !== undefined,
    inference_mode: true,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** A text of somebody else inside a line of Markdown. */
const plain = (text: string) => text.replaceAll(/[\s|]+/g, ' ').replaceAll(/[\\`*_[\]<>#]/g, '\\$&');

const rows = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).map(([name, value]) => `| ${plain(name)} | ${plain(String(value))} |`);

/** `README.md` of a PEFT folder: what the adapter is for, and what it was trained from. */
export function peftReadme({ id, target, a, b, origin }: PeftParts): string {
  const { encoder, categories = [], params = {}, metrics = {} } = origin ?? {};
  const pictures = categories.reduce((sum, each) => sum + each.pictures, 0);
  return [
    `# ${plain(id)}`,
    '',
    `A LoRA of rank ${a.dims[0]} for \`${target}\` (${b.dims[0]} x ${a.dims[1]})${encoder ? ` of ${plain(encoder.title)}` : ''}, in PEFT's layout.`,
    ...(encoder
      ? [
          '',
          `The weights of the model (\`${encoder.id}\`) have the hash \`${encoder.hash}\`. For other weights train it again.`,
        ]
      : []),
    ...(origin ? ['', `It learned from ${pictures} pictures of ${categories.length} categories.`] : []),
    ...(categories.length > 0
      ? [
          '',
          '| category | pictures |',
          '|---|---|',
          ...categories.map((each) => `| ${plain(each.name)} | ${each.pictures} |`),
        ]
      : []),
    ...(Object.keys(metrics).length > 0 ? ['', '| result | |', '|---|---|', ...rows(metrics)] : []),
    ...(Object.keys(params).length > 0 ? ['', '| param | |', '|---|---|', ...rows(params)] : []),
    '',
  ].join('\n');
}
