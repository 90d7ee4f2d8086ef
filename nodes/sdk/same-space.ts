import { type ErrorDetails, PatchbayError } from './errors.ts';
import { describeSpace, type Space, spaceMismatch } from './space.ts';

/** Where one of two spaces comes from: a port, and the node that gives it where that is known. */
export interface SpaceSource {
  readonly port: string;
  /** The port's title. */
  readonly title: string;
  /** See `ValueInfo.from`. */
  readonly from?: string;
  readonly space?: Space;
}

/** The problem of comparing vectors of two spaces in a node called `title`, or null when they fit or are not known yet. */
export function mixedSpaces(title: string, a: SpaceSource, b: SpaceSource): ErrorDetails | null {
  if (!a.space || !b.space) return null;
  const why = spaceMismatch(a.space, b.space);
  if (why === null) return null;
  const [first, second] = [describeSpace(a.space), describeSpace(b.space)];
  // People know nodes better than ports, unless both nodes have one name.
  const [left, right] =
    a.from && b.from && a.from !== b.from ? [a.from, b.from] : [`*${a.title}*`, `*${b.title}*`];
  // The reason is worth its words only where the two names do not show it.
  const reason = a.space.encoder === b.space.encoder ? `: ${why}` : '';
  const advice =
    a.space.encoder === b.space.encoder
      ? 'Set both branches up the same way.'
      : 'Use the same encoder for both.';
  return {
    code: 'space.mismatch',
    message: `${title} needs two embeddings from one space. ${left} gives ${first}, ${right} gives ${second}${reason}. ${advice}`,
    port: b.port,
    expected: first,
    got: second,
  };
}

/** @throws PatchbayError `space.mismatch` when vectors of the two spaces cannot be compared. */
export function requireSameSpace(title: string, a: SpaceSource, b: SpaceSource): void {
  const problem = mixedSpaces(title, a, b);
  if (problem) throw new PatchbayError(problem);
}
