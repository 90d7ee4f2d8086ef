import type { HostTensor } from '../../../nodes/sdk/index.ts';
import { floatsOf } from '../onnx/tensors.ts';
import { GraphWalk } from './graph-walk.ts';
import type { ModelEntry } from './model-entry.ts';
import { inspectSource } from './tower-facts.ts';

/**
 * The weight of a model's own image projection, out x in, read from its file; null where it has none.
 * @throws PatchbayError `model.invalid` when it has a type that is not read, or lies in another file.
 */
export function readProjection({ image }: ModelEntry): HostTensor<'float32'> | null {
  if (!image?.projection) return null;
  const { weight, outByIn, in: columns, out: rows } = image.projection;
  const found = new GraphWalk(inspectSource(image.source)).constant(weight);
  if (!found) return null;
  const stored = floatsOf(found.tensor);
  if (outByIn) return { ...stored, dims: [rows, columns] };
  const data = new Float32Array(stored.data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      data[row * columns + column] = stored.data[column * rows + row]!;
  }
  return { dtype: 'float32', dims: [rows, columns], data };
}
