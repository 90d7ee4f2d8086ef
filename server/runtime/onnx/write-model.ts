import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { exportMessage } from '../../contract/messages/export.ts';
import { encodeModel, GraphProtoSchema, type ModelProtoSchema, type TensorProto } from './proto.ts';

/** Protobuf readers refuse longer messages. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The bytes of a model in pieces, so that its weights are never in memory at once: protobuf merges messages that follow each other.
 * @throws PatchbayError `export.too-large` when they are more than a model may have
 */
export async function* modelPieces(
  head: MessageInitShape<typeof ModelProtoSchema>,
  weights: Iterable<TensorProto>,
  most = MOST_BYTES,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const counted = (piece: Uint8Array): Uint8Array => {
    bytes += piece.byteLength;
    if (bytes > most) throw new PatchbayError(exportMessage('export.too-large'));
    return piece;
  };
  yield counted(encodeModel(head));
  for (const weight of weights) {
    yield counted(encodeModel({ graph: create(GraphProtoSchema, { initializer: [weight] }) }));
    // Weights are read without waiting, so other work gets its turn between two of them.
    await new Promise(setImmediate);
  }
}
