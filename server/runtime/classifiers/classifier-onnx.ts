import { classifierMetadata } from '../../../nodes/sdk/index.ts';
import { buildGraph } from '../onnx/graph-builder.ts';
import { decodeModel, encodeModel, metadataProps } from '../onnx/proto.ts';
import { probabilities } from '../ops/graphs.ts';
import type { HostClassifier } from './classifier-file.ts';

/**
 * A classifier as an ONNX model for other programs: `vectors` (n x D) become `probabilities` (n x C), float32 both. Its metadata
 * names the categories, in the order of the columns, as a list in JSON.
 */
export function classifierOnnx(classifier: HostClassifier): Uint8Array<ArrayBuffer> {
  const { weights, categories } = classifier;
  const bytes = buildGraph((g) => {
    const given = g.input('vectors', 'float32', ['n', weights.dims[1] ?? 0]);
    const y = probabilities(g, given, { ...classifier, activation: 'softmax' });
    g.output('probabilities', y, 'float32', ['n', categories.length]);
  });
  const texts = {
    categories: JSON.stringify(categories),
    patchbay_classifier: classifierMetadata(classifier),
  };
  return encodeModel({ ...decodeModel(bytes), metadataProps: metadataProps(texts) });
}
