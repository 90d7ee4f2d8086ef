import parityFile from '../../models/parity.json' with { type: 'json' };
import { parseParity } from '../../models/parity.ts';
import type { Parity } from '../contract/models.ts';

const { families } = parseParity(parityFile);

/** How near a model's numbers come to the original's: checked with its exact files, or else with its family; undefined for neither. */
export function parityOf(model: {
  readonly family: string;
  readonly problem?: string;
  readonly checked?: Omit<Extract<Parity, { readonly of: 'files' }>, 'of'>;
}): Parity | undefined {
  const { family, problem, checked } = model;
  if (problem !== undefined) return undefined;
  if (checked) return { of: 'files', ...checked };
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  return known && { of: 'family', ...known };
}
