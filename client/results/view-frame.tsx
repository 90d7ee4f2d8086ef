import type { ReactNode } from 'react';
import css from './results.module.css';

/** Where a result is drawn: in its node, or in a dialog. */
export type Size = 'node' | 'large';

/** Shown instead of a result: why there is none, and what to do. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className={css.empty}>{children}</p>;
}
