import type { Label } from '../contract/labels.ts';
import type { PictureFinder } from './import.ts';

/**
 * Where the pictures of labels are now, in order: absolute paths, or `asset:HASH` for stored pictures. Undefined for a picture that is
 * gone; a file whose content changed is another picture.
 */
export async function placesOf(
  labels: readonly Pick<Label, 'hash' | 'path'>[],
  finder: Pick<PictureFinder, 'resolve' | 'hashes'>,
): Promise<(string | undefined)[]> {
  const stored = labels.map(({ hash }) => `asset:${hash}`);
  const files = await Promise.all(
    labels.map(({ path }, i) =>
      path === null || path.startsWith('asset:') ? stored[i]! : finder.resolve(path).catch(() => stored[i]!),
    ),
  );
  const isHere = async (asked: readonly number[]): Promise<Set<number>> => {
    if (asked.length === 0) return new Set();
    const answers = await finder.hashes(asked.map((i) => files[i]!));
    return new Set(
      asked.filter((i, at) => {
        const answer = answers[at]!;
        return 'hash' in answer && answer.hash === labels[i]!.hash;
      }),
    );
  };
  const all = labels.map((_, i) => i);
  const first = await isHere(all);
  // A file that was changed or deleted may have been uploaded before.
  const others = all.filter((i) => !first.has(i) && files[i] !== stored[i]);
  for (const i of others) files[i] = stored[i]!;
  const second = await isHere(others);
  return files.map((file, i) => (first.has(i) || second.has(i) ? file : undefined));
}
