import { create, toBinary } from '@bufbuild/protobuf';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { inspectModel, type ModelInspection } from './inspect.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto.ts';

/** What is added to a model's graph: it may read every value of the model. */
export interface Addition {
  readonly nodes?: readonly NodeProto[];
  readonly initializers?: readonly TensorProto[];
  readonly outputs?: readonly ValueInfoProto[];
  /** Operator sets the nodes are written for, by domain; the standard one is ''. */
  readonly opset?: ReadonlyMap<string, number>;
}

/**
 * Appends nodes, weights and outputs to a model by concatenation: protobuf merges the two graphs, so nothing of the model is decoded.
 * @throws PatchbayError `model.append` for names that are taken, outputs that nothing computes, or another operator set.
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

function refuse(why: string): PatchbayError {
  return new PatchbayError({
    code: 'model.append',
    message: `The model cannot be extended: ${why}. Export it again, or use it as it is.`,
  });
}

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
    if (values.has(name)) throw refuse(`it already has a value named "${name}"`);
    values.add(name);
  };
  for (const { name } of initializers) add(name);
  for (const { output } of nodes) for (const name of output) add(name);
  for (const { input } of nodes) {
    const missing = input.find((name) => name !== '' && !values.has(name));
    if (missing !== undefined) throw refuse(`it has no value named "${missing}"`);
  }
  const declared = new Set(model.outputs.map(({ name }) => name));
  for (const { name } of outputs) {
    if (!values.has(name)) throw refuse(`it has no value named "${name}" to give out`);
    if (declared.has(name)) throw refuse(`it already gives out "${name}"`);
    declared.add(name);
  }
}

/** Operator sets to be declared: of domains the model does not have. */
function missingOpsets(
  model: ModelInspection,
  nodes: readonly NodeProto[],
  opset: ReadonlyMap<string, number>,
): readonly (readonly [string, number])[] {
  for (const [domain, version] of opset) {
    const has = model.opset.get(domain);
    if (has !== undefined && has !== version)
      throw refuse(
        `it is written in operator set ${has}${domain && ` of ${domain}`} and the addition in ${version}`,
      );
  }
  for (const { domain } of nodes) {
    if (!model.opset.has(domain) && !opset.has(domain))
      throw refuse(`it does not use the operator set ${domain || 'ai.onnx'}`);
  }
  return [...opset].filter(([domain]) => !model.opset.has(domain));
}
