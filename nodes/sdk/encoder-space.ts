import type { ModelInfo } from './infer.ts';
import type { Space } from './space.ts';

/** Layers that went through the model's own projection. */
const PROJECTED = ['embedding', 'patch-embedding', 'query-embedding'];
/** Layers of one vector a picture; every other is of one vector a token. */
const VECTORS = ['embedding', 'pre-projection'];

/** Whether a layer is of one vector a token: the layers of `encode/tokens`. */
export const isTokenLayer = (layer: string): boolean => !VECTORS.includes(layer);

/** The space of vectors as an encoder's tower gives them; `revision` is the hash of its weights, where that is known. */
export function encoderSpace(
  model: ModelInfo,
  tower: 'image' | 'text',
  layer = 'embedding',
  revision?: string,
): Space {
  const { image, text } = model.towers;
  const ofImage = () => (layer === 'embedding' ? image?.dims : image?.layerDims?.[layer]);
  return {
    encoder: model.id,
    title: model.title,
    revision,
    layer,
    projection: PROJECTED.includes(layer) ? 'model' : 'none',
    pooling: isTokenLayer(layer) ? 'none' : 'model',
    tower,
    dims: tower === 'text' ? text?.dims : ofImage(),
    normalized: false,
  };
}
