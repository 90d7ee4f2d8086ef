import parityFile from '../../models/parity.json' with { type: 'json' };
import { parseParity } from '../../models/parity.ts';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { ModelMessage } from '../protocol.ts';

const { families } = parseParity(parityFile);

type Told = ModelMessage['parity'];

/** What can be said of a model's numbers: of its very files, else of others of its family; undefined where nothing was measured. */
export function parityOf(model: {
  readonly family: string;
  readonly problem?: Said;
  readonly measured?: Omit<Extract<NonNullable<Told>, { of: 'files' }>, 'of'>;
}): Told {
  const { family, problem, measured } = model;
  if (problem !== undefined) return undefined;
  if (measured) return { of: 'files', ...measured };
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  return known && { of: 'family', ...known };
}
