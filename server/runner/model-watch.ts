import { AsyncLocalStorage } from 'node:async_hooks';
import { type EncoderRef, type EncoderService, PatchbayError } from '../../nodes/sdk/index.ts';
import type { ModelNote, ModelNotes } from './notes.ts';

/** Knows which model is about to be used, and which must not be. */
export interface ModelWatch {
  /** Told by the runtime before each load and run of a model's file. */
  readonly file: (file: string) => () => void;
  /** The same encoders, refusing models that are set aside. */
  encoders(service: EncoderService, nodeId?: string): EncoderService;
  setAside(hashes: readonly string[]): void;
}

const nothing = () => {};

/** A watch that notes models as they are used. */
export function createModelWatch(notes: ModelNotes, quarantined: readonly string[]): ModelWatch {
  const current = new AsyncLocalStorage<ModelNote>();
  let refused = new Set(quarantined);

  const check = ({ id, hash, title }: Pick<EncoderRef, 'id' | 'hash' | 'title'>) => {
    if (!refused.has(hash)) return;
    throw new PatchbayError({
      code: 'model.quarantined',
      message: `The model ${title} (${id}) is set aside, because it took the process that runs models down twice. Choose another model, or fetch or export this one again; an administrator can remove its entry from quarantine.json in the data folder.`,
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
          // Each step of the loop is work of its own, in which the model may take the process down.
          const pictures = service.decodeLatents(encoder, ...rest)[Symbol.asyncIterator]();
          for (let step = await within(encoder, () => pictures.next()); !step.done; ) {
            yield step.value;
            step = await within(encoder, () => pictures.next());
          }
        },
        projection: (encoder) => within(encoder, () => service.projection(encoder)),
      };
    },
  };
}
