import { PatchbayError } from '../../../../nodes/sdk/index.ts';
import { fileMessage } from '../../../contract/messages/files.ts';
import { toFloat32 } from '../../files/element-types.ts';
import { parseSafetensorsHeader } from '../../files/safetensors-header.ts';
import type { TensorProto } from '../../onnx/proto.ts';
import { GraphWalk } from '../structure/graph-walk.ts';
import { findLogits } from '../structure/logits.ts';
import type { ByteFile } from './byte-file.ts';
import { outlineOf } from './outline.ts';

/** The scale and bias after training: logits are scale * cosine + bias. Some checkpoints have no bias. */
export interface TrainedLogits {
  readonly scale: number;
  readonly bias?: number;
}

/** Headers of real checkpoints have a few hundred kilobytes. */
const MAX_HEADER_BYTES = 16 << 20;
const LOGITS = ['logit_scale', 'logit_bias'] as const;

/** Whether the values are plausible. Training never ends with others, so these would belong to another tensor. */
const isLikely = ({ scale, bias = 0 }: TrainedLogits) =>
  Number.isFinite(scale) && scale > 0 && scale < 1e5 && Math.abs(bias) < 1e4;

/**
 * Reads the trained scale and bias of a joint model without its weights: from the header of `model.safetensors`, or from the
 * nodes and small constants of an ONNX file.
 * @returns undefined if the file does not hold them
 * @throws PatchbayError `model.invalid` or `safetensors.*` if the file is damaged; also throws what `file.read` throws
 */
export async function trainedLogits(file: ByteFile): Promise<TrainedLogits | undefined> {
  const found = await (file.path.endsWith('.safetensors') ? ofCheckpoint(file) : ofGraph(file));
  return found && isLikely(found) ? found : undefined;
}

async function ofCheckpoint(file: ByteFile): Promise<TrainedLogits | undefined> {
  const { path } = file;
  const head = await file.read(0, Math.min(8, file.size));
  if (head.length < 8) throw new PatchbayError(fileMessage('safetensors.too-short', { file: path }));
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > file.size)
    throw new PatchbayError(fileMessage('safetensors.header-beyond-file', { file: path, bytes: length }));
  const start = 8 + length;
  const header = await file.read(8, start);
  const { tensors } = parseSafetensorsHeader(header, start, file.size - start, path);
  const number = async (name: string) => {
    const tensor = [...tensors.values()].find((one) => one.name === name || one.name.endsWith(`.${name}`));
    if (!tensor?.dims.every((size) => size === 1)) return undefined;
    return toFloat32(tensor.dtype, await file.read(tensor.begin, tensor.end))[0];
  };
  const [scale, bias] = [await number(LOGITS[0]), await number(LOGITS[1])];
  // Training learns the logarithm of the scale.
  return scale === undefined ? undefined : { scale: Math.exp(scale), ...(bias !== undefined && { bias }) };
}

async function ofGraph(file: ByteFile): Promise<TrainedLogits | undefined> {
  const constants = new Map<string, TensorProto>();
  const asked = new Set<string>();
  let walk: GraphWalk | undefined;
  let logits: string | undefined;
  const look = () => (walk && logits !== undefined ? findLogits(walk, logits) : undefined);
  for await (const part of outlineOf(file)) {
    if (part.kind === 'nodes') {
      walk = new GraphWalk({
        nodes: () => part.nodes,
        initializers: new Set(),
        initializer(name) {
          asked.add(name);
          return constants.get(name);
        },
      });
      logits = ['logits_per_image', 'logits_per_text'].find((name) => walk?.producer(name));
      if (logits === undefined && part.nodes.length > 0) return undefined;
      look();
    } else {
      const { name } = part.tensor;
      constants.set(name, part.tensor);
      // Stops when all constants that the walk needs were found. The rest of the file is up to a gigabyte of weights.
      const isOpen = (one: string) => !constants.has(one) && !walk?.producer(one);
      if (!asked.has(name)) continue;
      const found = look();
      if (found && ![...asked].some(isOpen)) return found;
    }
  }
  return look();
}
