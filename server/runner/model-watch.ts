import { AsyncLocalStorage } from 'node:async_hooks';
import { type EncoderRef, type EncoderService, PatchbayError } from '../../nodes/sdk/index.ts';
import { runnerMessage } from '../contract/messages/runner.ts';
import type { ModelNote, ModelNotes } from './notes.ts';

/** Notes which model is in use and refuses quarantined models. */
export interface ModelWatch {
  /** The runtime calls this before it loads or runs a model file. @returns a function to call when the work is done */
  readonly file: (file: string) => () => void;
  /** Wraps an encoder service so that it refuses quarantined models and notes the model in use. */
  encoders(service: EncoderService, nodeId?: string): EncoderService;
  setAside(hashes: readonly string[]): void;
}

const nothing = () => {};

/** Makes a watch that writes the models in use to `notes`. */
export function createModelWatch(notes: ModelNotes, quarantined: readonly string[]): ModelWatch {
  const current = new AsyncLocalStorage<ModelNote>();
  let refused = new Set(quarantined);

  const check = ({ id, hash, title }: Pick<EncoderRef, 'id' | 'hash' | 'title'>) => {
    if (!refused.has(hash)) return;
    throw new PatchbayError({
      ...runnerMessage('model.quarantined', { title, model: id }),
      got: hash,
    });
  };

  return {
    file() {
      const note = current.getStore();
      return note ? notes.using(note) : nothing;
    },
    setAside(hashes) {
      refused = new Set(hashes);
    },
    encoders(service, nodeId) {
      const within = async <T>(encoder: EncoderRef, work: () => Promise<T>): Promise<T> => {
        check(encoder);
        const note = { hash: encoder.hash, id: encoder.id, ...(nodeId !== undefined && { nodeId }) };
        return current.run(note, work);
      };
      return {
        async open(id, precision) {
          const encoder = await service.open(id, precision);
          check(encoder);
          return encoder;
        },
        fingerprint: (id, precision) => service.fingerprint(id, precision),
        encodeImages: (encoder, ...rest) => within(encoder, () => service.encodeImages(encoder, ...rest)),
        encodeTexts: (encoder, ...rest) => within(encoder, () => service.encodeTexts(encoder, ...rest)),
        tokens: (encoder, ...rest) => within(encoder, () => service.tokens(encoder, ...rest)),
        async *decodeLatents(encoder, ...rest) {
          // Each step is noted separately, because the model can crash the process in any of them.
          const pictures = service.decodeLatents(encoder, ...rest)[Symbol.asyncIterator]();
          for (let step = await within(encoder, () => pictures.next()); !step.done; ) {
            yield step.value;
            step = await within(encoder, () => pictures.next());
          }
        },
        exportOnnx: (encoder, ...rest) => within(encoder, () => service.exportOnnx(encoder, ...rest)),
        projection: (encoder) => within(encoder, () => service.projection(encoder)),
      };
    },
  };
}
