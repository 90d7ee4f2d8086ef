import { PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { precisionSchema } from '../contract/models.ts';

/** The precisions of weights, most exact first. A repository may have only some of them. */
export const PRECISIONS = precisionSchema.options;
/** A precision of weights. */
export type Precision = (typeof PRECISIONS)[number];

/** File name endings of a graph for each precision, best first. */
const ENDINGS: Readonly<Record<Precision, readonly string[]>> = {
  fp32: [''],
  fp16: ['_fp16'],
  q8: ['_quantized', '_int8', '_uint8'],
  q4: ['_q4', '_q4f16', '_bnb4'],
};

const CONFIGS = new Set([
  'config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'parity.json',
  'vae/config.json',
  'vae_encoder/config.json',
  'vae_decoder/config.json',
]);

/**
 * The graphs that make up a model, as file names without extension. The first set that a repository has completely is
 * used.
 */
const SETS: readonly { readonly need: readonly string[]; readonly also: readonly string[] }[] = [
  { need: ['onnx/vision_model'], also: ['onnx/text_model'] },
  { need: ['vision_model'], also: ['text_model'] },
  { need: ['onnx/vae_encoder_model'], also: ['onnx/vae_decoder_model'] },
  { need: ['onnx/model'], also: [] },
  { need: ['vae_encoder/model'], also: ['vae_decoder/model'] },
  { need: ['model'], also: [] },
];

const STEMS = [...new Set(SETS.flatMap(({ need, also }) => [...need, ...also]))];

/** The stem and ending of a path if it is a known graph or its weights; otherwise undefined. */
function graphOf(path: string): { stem: string; ending: string } | undefined {
  const graph = /^(.*?)\.onnx(?:[_.]data(?:_\d+)?)?$/.exec(path)?.[1];
  if (graph === undefined) return undefined;
  for (const stem of STEMS) {
    if (!graph.startsWith(stem)) continue;
    const ending = graph.slice(stem.length);
    if (Object.values(ENDINGS).some((endings) => endings.includes(ending))) return { stem, ending };
  }
  return undefined;
}

const precisionOf = (ending: string): Precision =>
  PRECISIONS.find((precision) => ENDINGS[precision].includes(ending)) ?? 'fp32';

/** The precisions for which a repository has all graphs of a set. */
function precisionsOf(paths: ReadonlySet<string>, stems: readonly string[]): Precision[] {
  return PRECISIONS.filter((precision) =>
    stems.every((stem) => ENDINGS[precision].some((ending) => paths.has(`${stem}${ending}.onnx`))),
  );
}

/** The files of a repository to download. */
export interface Choice<File> {
  readonly precision: Precision;
  readonly precisions: readonly Precision[];
  readonly files: readonly File[];
}

/**
 * Chooses the files of a model in one precision: its configs, its tokenizer, and its graphs with the weights beside them.
 * @param precision undefined for the most exact one
 * @throws PatchbayError `hub.no-graph`, `hub.no-precision`, `hub.no-complete-precision`
 */
export function chooseFiles<File extends { readonly path: string }>(
  repo: string,
  files: readonly File[],
  precision: Precision | undefined,
): Choice<File> {
  const paths = new Set(files.map(({ path }) => path));
  const has = (stem: string) =>
    Object.values(ENDINGS).some((endings) => endings.some((ending) => paths.has(`${stem}${ending}.onnx`)));
  const set = SETS.find(({ need }) => need.every(has));
  if (!set) throw new PatchbayError(hubMessage('hub.no-graph', { repo }));
  const stems = [...set.need, ...set.also.filter(has)];
  const precisions = precisionsOf(paths, stems);
  const chosen = precision ?? precisions[0];
  if (chosen === undefined || precisions.length === 0)
    throw new PatchbayError(hubMessage('hub.no-complete-precision', { repo }));
  if (!precisions.includes(chosen))
    throw new PatchbayError(hubMessage('hub.no-precision', { repo, precision: chosen, precisions }));
  const endings = new Map(
    stems.map((stem) => [stem, ENDINGS[chosen].find((ending) => paths.has(`${stem}${ending}.onnx`))]),
  );
  return {
    precision: chosen,
    precisions,
    files: files.filter(({ path }) => {
      if (CONFIGS.has(path)) return true;
      const graph = graphOf(path);
      return graph !== undefined && endings.has(graph.stem) && endings.get(graph.stem) === graph.ending;
    }),
  };
}

/** The precisions in a list of downloaded files. */
export const precisionsIn = (paths: readonly string[]): Precision[] => {
  const found = new Set(
    paths.flatMap((path) => graphOf(path) ?? []).map(({ ending }) => precisionOf(ending)),
  );
  return PRECISIONS.filter((precision) => found.has(precision));
};
