import { precisionSchema } from '../contract/models.ts';
import { hubError } from './hub-error.ts';

/** How exactly a graph's weights are kept; what there is of it depends on the repository. */
export const PRECISIONS = precisionSchema.options;
export type Precision = (typeof PRECISIONS)[number];

/** Endings of a graph's name by precision, best first. */
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

/** Graphs that make a model, by their names without ending; the first set that a repository has is taken. */
const SETS: readonly { readonly need: readonly string[]; readonly also: readonly string[] }[] = [
  { need: ['onnx/vision_model'], also: ['onnx/text_model'] },
  { need: ['vision_model'], also: ['text_model'] },
  { need: ['onnx/vae_encoder_model'], also: ['onnx/vae_decoder_model'] },
  { need: ['onnx/model'], also: [] },
  { need: ['vae_encoder/model'], also: ['vae_decoder/model'] },
  { need: ['model'], also: [] },
];

const STEMS = [...new Set(SETS.flatMap(({ need, also }) => [...need, ...also]))];

/** Which precision a path is of, where it is a graph that is known or such a graph's weights. */
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

/** The precisions in which all graphs of a set are there. */
function precisionsOf(paths: ReadonlySet<string>, stems: readonly string[]): Precision[] {
  return PRECISIONS.filter((precision) =>
    stems.every((stem) => ENDINGS[precision].some((ending) => paths.has(`${stem}${ending}.onnx`))),
  );
}

/** What of a repository is fetched. */
export interface Choice<File> {
  readonly precision: Precision;
  readonly precisions: readonly Precision[];
  readonly files: readonly File[];
}

/**
 * The files of a model in one precision: its settings, its tokenizer, and its graphs with the weights beside them.
 * @param precision the most exact there is, when it is not said
 * @throws PatchbayError `hub.no-graph`, `hub.no-precision`.
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
  if (!set)
    throw hubError(
      'no-graph',
      `${repo} holds no ONNX graph of an encoder (onnx/model.onnx or onnx/vision_model.onnx). Look for the same model under onnx-community or Xenova, or export it with models/recipes/export.py.`,
    );
  const stems = [...set.need, ...set.also.filter(has)];
  const precisions = precisionsOf(paths, stems);
  const chosen = precision ?? precisions[0];
  if (chosen === undefined || !precisions.includes(chosen))
    throw hubError(
      'no-precision',
      precisions.length === 0
        ? `${repo} has no precision in which all of its graphs are there; export it with models/recipes/export.py.`
        : `${repo} has no ${chosen}: choose one of ${precisions.join(', ')}.`,
    );
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

/** The precisions a list of files holds, for what is already here. */
export const precisionsIn = (paths: readonly string[]): Precision[] => {
  const found = new Set(
    paths.flatMap((path) => graphOf(path) ?? []).map(({ ending }) => precisionOf(ending)),
  );
  return PRECISIONS.filter((precision) => found.has(precision));
};
