import type { ModelInfo } from './infer.ts';
import type { Space } from './space.ts';

/** The space of vectors as an encoder's tower gives them; `revision` is the hash of its weights, where that is known. */
export function encoderSpace(
  model: ModelInfo,
  tower: 'image' | 'text',
  layer = 'embedding',
  revision?: string,
): Space {
  const { image, text } = model.towers;
  const own = layer === 'embedding';
  const dims =
    tower === 'text'
      ? text?.dims
      : own
        ? image?.dims
        : layer === 'pre-projection'
          ? image?.preProjectionDims
          : undefined;
  return {
    encoder: model.id,
    title: model.title,
    revision,
    layer,
    projection: own ? 'model' : 'none',
    pooling: layer === 'hidden' ? 'none' : 'model',
    tower,
    dims,
    normalized: false,
  };
}
