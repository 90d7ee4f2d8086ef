import { fromBinary } from '@bufbuild/protobuf';
import {
  FIELD,
  type NodeProto,
  NodeProtoSchema,
  notOnnx,
  type TensorProto,
  TensorProtoSchema,
} from '../../onnx/proto.ts';
import { fieldsOf, type WireField } from '../../onnx/skim.ts';
import type { ByteFile } from './byte-file.ts';

/** The tag and the length of a field: two numbers of at most ten bytes each. */
const HEAD_BYTES = 20;
/** A constant of one number is at most this large, with its name. Larger tensors are weights and are not read. */
const SMALL_BYTES = 512;
/** A larger node holds weights and is not read. */
const NODE_BYTES = 1 << 16;
/** A graph with more nodes and weights is refused. No encoder has so many. */
const MAX_FIELDS = 200_000;

/** A part of a graph, in the order of the file: the nodes so far (exporters write all nodes first), or a small constant. */
export type OutlinePart =
  | { readonly kind: 'nodes'; readonly nodes: readonly NodeProto[] }
  | { readonly kind: 'constant'; readonly tensor: TensorProto };

/** The fields of the message at start..end of a remote file. Payloads are not read. */
async function* fieldsAt(file: ByteFile, start: number, end: number): AsyncGenerator<WireField> {
  for (let position = start; position < end; ) {
    const from = position;
    const head = await file.read(from, Math.min(from + HEAD_BYTES, end));
    const source = {
      name: file.path,
      size: file.size,
      read: (first: number, last: number) => head.subarray(first - from, last - from),
    };
    const { value: field } = fieldsOf(source, from, end).next();
    if (!field) return;
    yield field;
    position = field.end;
  }
}

/**
 * Reads the outline of an ONNX file without its weights.
 * @throws PatchbayError `model.invalid` if the file is not an ONNX model; also throws what `file.read` throws
 */
export async function* outlineOf(file: ByteFile): AsyncGenerator<OutlinePart> {
  const nodes: NodeProto[] = [];
  let told = -1;
  let fields = 0;
  for await (const graph of fieldsAt(file, 0, file.size)) {
    if (graph.field !== FIELD.model.graph || !graph.bytes) continue;
    for await (const part of fieldsAt(file, graph.start, graph.end)) {
      fields += 1;
      if (fields > MAX_FIELDS) throw notOnnx(file.path);
      const bytes = part.end - part.start;
      if (part.field === FIELD.graph.node && part.bytes && bytes <= NODE_BYTES)
        nodes.push(fromBinary(NodeProtoSchema, await file.read(part.start, part.end)));
      if (part.field !== FIELD.graph.initializer || !part.bytes) continue;
      if (told !== nodes.length) yield { kind: 'nodes', nodes };
      told = nodes.length;
      if (bytes <= SMALL_BYTES)
        yield {
          kind: 'constant',
          tensor: fromBinary(TensorProtoSchema, await file.read(part.start, part.end)),
        };
    }
  }
  if (told !== nodes.length) yield { kind: 'nodes', nodes };
}
