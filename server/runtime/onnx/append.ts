import { create, toBinary } from '@bufbuild/protobuf';
import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { onnxMessage } from '../../contract/messages/onnx.ts';
import { inspectModel, type ModelInspection } from './inspect.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto.ts';

/** An addition to a model's graph. It may read every value of the model. */
export interface Addition {
  readonly nodes?: readonly NodeProto[];
  readonly initializers?: readonly TensorProto[];
  readonly outputs?: readonly ValueInfoProto[];
  /** Versions of the operator sets that the nodes use, by domain; '' is the standard domain. */
  readonly opset?: ReadonlyMap<string, number>;
}

/**
 * Appends nodes, weights and outputs to a model by concatenating bytes. Protobuf merges the two graphs, so the model is not decoded.
 * @throws PatchbayError `model.append` for taken names, outputs that nothing computes, or another operator set
 */
export function appendToModel(bytes: Uint8Array, addition: Addition): Uint8Array<ArrayBuffer> {
  const { nodes = [], initializers = [], outputs = [], opset = new Map() } = addition;
  const model = inspectModel(bytes);
  checkNames(model, nodes, initializers, outputs);
  const added = missingOpsets(model, nodes, opset);
  const tail = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      opsetImport: added.map(([domain, version]) => ({ domain, version: BigInt(version) })),
      graph: create(GraphProtoSchema, {
        node: [...nodes],
        initializer: [...initializers],
        output: [...outputs],
      }),
    }),
  );
  const whole = new Uint8Array(bytes.byteLength + tail.byteLength);
  whole.set(bytes);
  whole.set(tail, bytes.byteLength);
  return whole;
}

const refuse = (reason: Message) => new PatchbayError(onnxMessage('model.append', { reason }));

const nameOf = (domain: string) => domain || 'ai.onnx';

function checkNames(
  model: ModelInspection,
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  outputs: readonly ValueInfoProto[],
): void {
  const values = new Set([
    ...model.inputs.map(({ name }) => name),
    ...model.initializers,
    ...model.nodes().flatMap(({ output }) => output),
  ]);
  const add = (name: string) => {
    if (name === '') return;
    if (values.has(name)) throw refuse(onnxMessage('append.taken', { value: name }));
    values.add(name);
  };
  for (const { name } of initializers) add(name);
  for (const { output } of nodes) for (const name of output) add(name);
  for (const { input } of nodes) {
    const missing = input.find((name) => name !== '' && !values.has(name));
    if (missing !== undefined) throw refuse(onnxMessage('append.no-value', { value: missing }));
  }
  const declared = new Set(model.outputs.map(({ name }) => name));
  for (const { name } of outputs) {
    if (!values.has(name)) throw refuse(onnxMessage('append.no-output', { value: name }));
    if (declared.has(name)) throw refuse(onnxMessage('append.output-taken', { value: name }));
    declared.add(name);
  }
}

/** The operator sets that the addition must declare, because the model does not have them. */
function missingOpsets(
  model: ModelInspection,
  nodes: readonly NodeProto[],
  opset: ReadonlyMap<string, number>,
): readonly (readonly [string, number])[] {
  for (const [domain, version] of opset) {
    const has = model.opset.get(domain);
    if (has !== undefined && has !== version)
      throw refuse(onnxMessage('append.other-opset', { has, domain: nameOf(domain), wanted: version }));
  }
  for (const { domain } of nodes) {
    if (!model.opset.has(domain) && !opset.has(domain))
      throw refuse(onnxMessage('append.no-opset', { domain: nameOf(domain) }));
  }
  return [...opset].filter(([domain]) => !model.opset.has(domain));
}
