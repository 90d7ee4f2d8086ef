import type { ReactNode } from 'react';
import css from './results.module.css';

/** Where a result is drawn: in its node, or in a dialog. */
export type Size = 'node' | 'large';

/** Shown if there is no result: why, and what to do. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className={css.empty}>{children}</p>;
}
