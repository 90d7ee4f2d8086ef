import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import {
  type Classifier,
  classifierMetadata,
  type HostTensor,
  PatchbayError,
  readClassifierMetadata,
} from '../../../nodes/sdk/index.ts';
import { classifierMessage } from '../../contract/messages/classifiers.ts';
import { openSafetensors, type SafetensorsFile } from '../files/safetensors.ts';
import { encodeSafetensors } from '../files/safetensors-writer.ts';
import { elementCount } from '../onnx/elements.ts';

/** The field of the metadata that holds the facts. */
const FACTS = 'patchbay_classifier';
/** Refuses larger files before their numbers are read: 10,000 categories of 10,000 numbers. */
const MOST_NUMBERS = 100_000_000;

/** A classifier with its numbers on the host and without its hash. */
export type HostClassifier = Omit<Classifier, 'weights' | 'bias' | 'hash'> & {
  readonly weights: HostTensor<'float32'>;
  readonly bias: HostTensor<'float32'>;
};

/** The parts of the safetensors file of a classifier, to write one after another. */
export function classifierParts({ weights, bias, ...facts }: HostClassifier): Uint8Array[] {
  const tensors = new Map([
    ['weights', weights],
    ['bias', bias],
  ]);
  return encodeSafetensors(tensors, { [FACTS]: classifierMetadata(facts) });
}

/** sha256 of all that decides what a classifier answers: the same before it is saved and after it is loaded. */
export function classifierHash(classifier: HostClassifier): string {
  const hash = createHash('sha256');
  // Where it was judged, and with which params it was trained, does not change its answers.
  const learned = { counts: classifier.categories.map(() => 0), params: {} };
  for (const part of classifierParts({ ...classifier, learned })) hash.update(part);
  return hash.digest('hex');
}

/**
 * Reads and checks the safetensors file of a classifier.
 * @throws PatchbayError `classifier.*`, `file.*`, `safetensors.*`
 */
export async function readClassifier(path: string): Promise<HostClassifier> {
  const file = basename(path);
  const ending = extname(path).toLowerCase();
  if (ending === '.onnx') throw new PatchbayError(classifierMessage('classifier.onnx', { file }));
  if (ending !== '.safetensors') throw new PatchbayError(classifierMessage('classifier.format', { file }));
  const stored = await openSafetensors(path);
  try {
    if (!Object.hasOwn(stored.metadata, FACTS))
      throw new PatchbayError(classifierMessage('classifier.format', { file }));
    const facts = readClassifierMetadata(stored.metadata[FACTS]);
    if (facts === undefined) throw new PatchbayError(classifierMessage('classifier.metadata', { file }));
    const count = facts.categories.length;
    const weights = await numbers(stored, 'weights', count, 2);
    const bias = await numbers(stored, 'bias', count, 1);
    const dims = weights.dims[1] ?? 0;
    const expected = facts.space.dims ?? dims;
    if (dims !== expected)
      throw new PatchbayError(classifierMessage('classifier.dims', { file, expected, dims }));
    return { kind: 'classifier', ...facts, weights, bias };
  } finally {
    await stored.close();
  }
}

/** One tensor of the file, whose first size is the number of categories. */
async function numbers(
  stored: SafetensorsFile,
  tensor: string,
  categories: number,
  rank: number,
): Promise<HostTensor<'float32'>> {
  const file = basename(stored.path);
  const found = stored.tensors.get(tensor);
  if (!found) throw new PatchbayError(classifierMessage('classifier.no-numbers', { file, tensor }));
  if (found.dims.length !== rank || found.dims[0] !== categories) {
    const expected = rank === 1 ? String(categories) : `${categories} x D`;
    const shape = found.dims.join(' x ') || '1';
    throw new PatchbayError(
      classifierMessage('classifier.shape', { file, tensor, shape, categories, expected }),
    );
  }
  const count = elementCount(found.dims);
  if (count > MOST_NUMBERS)
    throw new PatchbayError(classifierMessage('classifier.too-large', { file, count, limit: MOST_NUMBERS }));
  const host = await stored.readFloat32(tensor);
  const at = host.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const value = String(host.data[at]);
    throw new PatchbayError(classifierMessage('classifier.not-finite', { file, tensor, value }));
  }
  return host;
}
