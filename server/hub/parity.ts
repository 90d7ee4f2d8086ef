import parityFile from '../../models/parity.json' with { type: 'json' };
import { parseParity } from '../../models/parity.ts';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { ModelMessage } from '../protocol.ts';

const { families } = parseParity(parityFile);

type Told = ModelMessage['parity'];

/** How a model's numbers were checked: these exact files, otherwise other files of its family; undefined where neither was. */
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
