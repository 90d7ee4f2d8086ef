import { colorLayout } from './color-layout.ts';
import { gradientOrientations } from './gradient-orientations.ts';
import { perceptualHash } from './perceptual-hash.ts';

const GRAPHS: ReadonlyMap<string, () => Uint8Array> = new Map([
  ['builtin/color-layout', colorLayout],
  ['builtin/gradient-orientations', gradientOrientations],
  ['builtin/perceptual-hash', perceptualHash],
]);

/** The graph of an encoder without weights, as an ONNX model. @throws RangeError for an unknown id */
export function builtGraph(id: string): Uint8Array {
  const build = GRAPHS.get(id);
  if (build === undefined) throw new RangeError(`There is no built-in model named ${id}.`);
  return build();
}
