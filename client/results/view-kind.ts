import type { ComponentType } from 'react';
import type { ViewCell } from '../../server/contract/view.ts';
import { formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import type { Drawing } from './drawing.ts';
import type { Size } from './view-frame.tsx';

/** A result as rows of text, for export. */
export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly ViewCell[])[];
}

/** What a kind of view is shown with. */
export interface ViewBodyProps<V> {
  readonly view: V;
  readonly size: Size;
  readonly nodeId: string;
}

/** All that the studio does with one kind of view. Its JSON is described in `server/contract/view.ts`. */
export interface KindOfView<V> {
  readonly Body: ComponentType<ViewBodyProps<V>>;
  /** How much there is, in words. */
  amount?(view: V): string;
  /** How much of the result the view holds. */
  part?(view: V): { readonly shown: number; readonly total: number };
  rows?(view: V): TextTable;
  /** Draws it for a PNG; loaded when somebody exports one. */
  readonly drawing?: () => Promise<(view: V) => Drawing>;
  /** A file is handed out by its own link: it has neither an export menu nor a large form. */
  readonly isFile?: true;
}

type Counted = 'results.pictures' | 'results.rows' | 'results.items' | 'results.matchCount';

/** `12 pictures`, or `12 of 300 pictures`. */
export const amountText = (key: Counted, shown: number, total = shown): string =>
  t(key, {
    total,
    count:
      total > shown
        ? t('results.count', { shown: formatCount(shown), total: formatCount(total) })
        : formatCount(total),
  });
