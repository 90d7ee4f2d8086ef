import { create } from '@bufbuild/protobuf';
import { classifierMetadata } from '../../../nodes/sdk/index.ts';
import { buildGraph, float } from '../onnx/graph-builder.ts';
import { StringStringEntryProtoSchema } from '../onnx/onnx_pb.ts';
import { decodeModel, encodeModel } from '../onnx/proto.ts';
import { unitRows } from '../ops/graphs.ts';
import type { HostClassifier } from './classifier-file.ts';

/**
 * A classifier as an ONNX model for other programs: `vectors` (n x D) become `probabilities` (n x C), float32 both. Its metadata
 * names the categories, in the order of the columns, as a list in JSON.
 */
export function classifierOnnx(classifier: HostClassifier): Uint8Array<ArrayBuffer> {
  const { weights, bias, scale, unit, categories } = classifier;
  const dims = weights.dims[1] ?? 0;
  const bytes = buildGraph((g) => {
    const given = g.input('vectors', 'float32', ['n', dims]);
    const axes = g.constant({ dtype: 'int64', dims: [1], data: BigInt64Array.of(-1n) });
    const sums = (x: string) => g.node('ReduceSum', [x, axes], { keepdims: 1 });
    const x = unit ? unitRows(g, given, sums) : given;
    const how = { transB: 1, alpha: float(scale) };
    const logits = g.node('Gemm', [x, g.constant(weights), g.constant(bias)], how);
    const y = g.node('Softmax', [logits], { axis: -1 });
    g.output('probabilities', y, 'float32', ['n', categories.length]);
  });
  const entries = {
    categories: JSON.stringify(categories),
    patchbay_classifier: classifierMetadata(classifier),
  };
  return encodeModel({
    ...decodeModel(bytes),
    metadataProps: Object.entries(entries).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });
}
