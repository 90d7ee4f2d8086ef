import { z } from 'zod';
import { adapterError } from './adapter-error.ts';

const pattern = z.record(z.string(), z.number().positive()).nullish();

const schema = z.object({
  peft_type: z.string().nullish(),
  r: z.int().positive().default(8),
  lora_alpha: z.number().default(8),
  target_modules: z.union([z.array(z.string()), z.string()]).nullish(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  rank_pattern: pattern,
  alpha_pattern: pattern,
  bias: z.string().nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
});

/** The settings of an `adapter_config.json` that the result depends on. */
export type PeftConfig = z.infer<typeof schema>;

/** Ways to start training that leave the base weight as it is; every other one changes it. */
const HARMLESS_STARTS = new Set<unknown>([undefined, null, true, false, 'gaussian', 'eva', 'orthogonal']);

/** Settings that mean another computation when they are set, with their names for people. */
const OTHER_COMPUTATIONS = [
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'alora_invocation_tokens',
  'arrow_config',
  'layer_replication',
  'target_parameters',
  'trainable_token_indices',
  'megatron_config',
  'monteclora_config',
  'velora_config',
  'kasa_config',
] as const;

const isSet = (value: unknown) =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

/**
 * Checks an `adapter_config.json`: everything that would change the result and is not computed here is refused.
 * @throws PatchbayError `adapter.file`, `adapter.unsupported`.
 */
export function readPeftConfig(text: string, where: string): PeftConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw adapterError('file', `${where} is not JSON, so this adapter cannot be read.`, cause);
  }
  const type = (json as { peft_type?: unknown } | null)?.peft_type;
  if (type !== undefined && type !== null && type !== 'LORA') {
    throw adapterError(
      'unsupported',
      `The adapter is of the type ${String(type)}, and only LORA (with rsLoRA and DoRA) is computed here.`,
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') || 'its content';
    throw adapterError(
      'file',
      `${where} is no LoRA configuration: ${field} is not what it should be.`,
      parsed.error,
    );
  }
  const config = parsed.data;
  const refuse = (what: string) =>
    adapterError('unsupported', `${where} sets ${what}, which is not computed here.`);
  if ((config.bias ?? 'none') !== 'none') throw refuse(`bias to ${config.bias}`);
  if (isSet(config.modules_to_save)) {
    throw refuse(`modules_to_save to ${config.modules_to_save?.join(', ')} (whole layers beside the LoRA)`);
  }
  if (!HARMLESS_STARTS.has(config.init_lora_weights)) {
    throw refuse(
      `init_lora_weights to ${config.init_lora_weights} (it changes the base weight; save the adapter converted to plain LoRA)`,
    );
  }
  const other = OTHER_COMPUTATIONS.find((key) => isSet((json as Record<string, unknown>)[key]));
  if (other) throw refuse(other);
  return config;
}

/**
 * The value a pattern gives a module, as PEFT looks it up: the first key that is the module's path or the end of it.
 *
 * PEFT takes keys for regular expressions; keys with groups are refused, since they could be made to run for ever.
 */
export function patternValue(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
): number | undefined {
  for (const [key, value] of Object.entries(patterns ?? {})) {
    if (module === key || module.endsWith(`.${key}`)) return value;
    if (/^[\w.-]*$/.test(key)) continue;
    if (/[()]/.test(key) || key.length > 200) {
      throw adapterError(
        'unsupported',
        `The adapter's pattern "${key}" is too involved: name the layer itself.`,
      );
    }
    try {
      if (new RegExp(`^(.*\\.)?(${key})$`).test(module)) return value;
    } catch (cause) {
      throw adapterError('file', `The adapter's pattern "${key}" is no regular expression.`, cause);
    }
  }
  return undefined;
}

/** Whether the config's target modules take in a module, as PEFT decides it. */
export function targets(config: PeftConfig, module: string): boolean {
  const wanted = config.target_modules;
  if (wanted === undefined || wanted === null || wanted === 'all-linear') return true;
  if (Array.isArray(wanted)) return wanted.some((name) => module === name || module.endsWith(`.${name}`));
  return patternValue({ [wanted]: 1 }, module) !== undefined;
}
