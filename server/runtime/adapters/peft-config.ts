import { z } from 'zod';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { adapterMessage } from '../../contract/messages/adapters.ts';
import { matchesPython, PatternError } from './python-pattern.ts';

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

/** The settings of an `adapter_config.json` that change the result. */
export type PeftConfig = z.infer<typeof schema>;

/**
 * Whether a value of `init_lora_weights` leaves the base weight unchanged, by `LoraLayer.update_layer` of PEFT 0.21. The others
 * (pissa, corda, olora, loftq, lora_ga) take a part out of it.
 */
function isHarmlessStart(start: boolean | string | null | undefined): boolean {
  if (typeof start !== 'string' || start === '') return true;
  return start === 'eva' || start === 'orthogonal' || /^(gaussian|mica)$/i.test(start);
}

/** Settings that change how the update is computed. */
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
 * Checks an `adapter_config.json`. It refuses every setting that would change the result and that Patchbay does not compute.
 * @param file its name, for messages
 * @throws PatchbayError `adapter.*` naming the setting
 */
export function readPeftConfig(text: string, file: string): PeftConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PatchbayError(adapterMessage('adapter.config-not-json', { file }), { cause });
  }
  const type = (json as { peft_type?: unknown } | null)?.peft_type;
  if (type !== undefined && type !== null && type !== 'LORA')
    throw new PatchbayError(adapterMessage('adapter.other-method', { type: String(type) }));
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.');
    const message = field
      ? adapterMessage('adapter.config-field', { file, field })
      : adapterMessage('adapter.config-invalid', { file });
    throw new PatchbayError(message, { cause: parsed.error });
  }
  const config = parsed.data;
  const { bias, modules_to_save: layers, init_lora_weights: start } = config;
  if ((bias ?? 'none') !== 'none')
    throw new PatchbayError(adapterMessage('adapter.bias', { file, value: String(bias) }));
  if (isSet(layers))
    throw new PatchbayError(adapterMessage('adapter.whole-layers', { file, layers: layers ?? [] }));
  if (!isHarmlessStart(start))
    throw new PatchbayError(adapterMessage('adapter.changed-base', { file, value: String(start) }));
  const setting = OTHER_COMPUTATIONS.find((key) => isSet((json as Record<string, unknown>)[key]));
  if (setting) throw new PatchbayError(adapterMessage('adapter.setting', { file, setting }));
  return config;
}

/**
 * The value that patterns give a module, found as PEFT 0.21 finds it (`get_pattern_key`): the first key that, as a regular expression of
 * Python, matches the path of the module or its end.
 * @throws PatchbayError `adapter.complex-pattern`, `adapter.invalid-pattern`
 */
export function patternValue(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
): number | undefined {
  const found = Object.entries(patterns ?? {}).find(([key]) => matches(key, `(.*\\.)?(${key})$`, module));
  return found?.[1];
}

/** @throws PatchbayError `adapter.complex-pattern`, `adapter.invalid-pattern` naming `key` */
function matches(key: string, pattern: string, module: string, options?: { whole: boolean }): boolean {
  try {
    return matchesPython(pattern, module, options);
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause;
    const code = cause.kind === 'invalid' ? 'adapter.invalid-pattern' : 'adapter.complex-pattern';
    throw new PatchbayError(adapterMessage(code, { pattern: key }), { cause });
  }
}

/** Whether the `target_modules` of a config include a module, by PEFT's rule: names, or one regular expression for the whole path. */
export function isTargeted(config: PeftConfig, module: string): boolean {
  const wanted = config.target_modules;
  if (wanted === undefined || wanted === null || wanted === 'all-linear') return true;
  if (Array.isArray(wanted)) return wanted.some((name) => module === name || module.endsWith(`.${name}`));
  return matches(wanted, wanted, module, { whole: true });
}
