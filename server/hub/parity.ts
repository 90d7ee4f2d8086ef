import parityFile from '../../models/parity.json' with { type: 'json' };
import { parseParity } from '../../models/parity.ts';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { Parity } from '../contract/models.ts';

const { families } = parseParity(parityFile);

/** How a model's numbers were checked: these exact files, otherwise other files of its family; undefined if neither was. */
export function parityOf(model: {
  readonly family: string;
  readonly problem?: Said;
  readonly checked?: Omit<Extract<Parity, { readonly of: 'files' }>, 'of'>;
}): Parity | undefined {
  const { family, problem, checked } = model;
  if (problem !== undefined) return undefined;
  if (checked) return { of: 'files', ...checked };
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  return known && { of: 'family', ...known };
}
