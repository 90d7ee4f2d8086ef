import type { ReadView } from '../../server/contract/view.ts';
import { kindOf } from './kinds.ts';
import type { Part, TextTable } from './view-kind.ts';

/** A view as a table of texts: one row per item, match, bar or pair. Null for views without rows. */
export const rowsOf = (view: ReadView): TextTable | null => kindOf(view)?.rows?.(view) ?? null;

/** How many rows a view contains, if these are not all. A user who exports the table must know that it is incomplete. */
export function partOf(view: ReadView): Part | null {
  const part = kindOf(view)?.part?.(view);
  return part && part.shown < part.total ? part : null;
}
