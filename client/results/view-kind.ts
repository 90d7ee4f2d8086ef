import type { ComponentType } from 'react';
import { baseName } from '../../nodes/sdk/file-names.ts';
import type { ViewCell, ViewItem } from '../../server/contract/view.ts';
import { formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import type { Drawing } from './drawing.ts';
import type { Size } from './view-frame.tsx';

/** A result as rows of text, for export. */
export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly ViewCell[])[];
}

/** The props of a component that shows a view. */
export interface ViewBodyProps<V> {
  readonly view: V;
  readonly size: Size;
  readonly nodeId: string;
}

/** How much of a result a view contains. */
export interface Part {
  readonly shown: number;
  readonly total: number;
  /** Values that lift the limits, by the name of the param. */
  readonly lift: Readonly<Record<string, number>>;
}

/** Everything that the studio does with one kind of view. `server/contract/view.ts` describes its JSON. */
export interface KindOfView<V> {
  readonly Body: ComponentType<ViewBodyProps<V>>;
  /** The size of a view in words. */
  amount?(view: V): string;
  /** How much of the whole result the view contains, and the params of the node that let it contain everything. */
  part?(view: V): Part;
  rows?(view: V): TextTable;
  /** The view without pictures that the user has hidden, by their keys. Absent for views without pictures. */
  without?(view: V, hidden: ReadonlySet<string>): V;
  /** Like `without`, for exports of a view whose places of pictures mean something, so that hidden ones keep them while it is shown. */
  exported?(view: V, hidden: ReadonlySet<string>): V;
  /** What the view answers, for the names of exported files: its only query or picture. */
  about?(view: V): string | undefined;
  /** Loads the drawing for export as PNG, when a user exports one. It looks as people have made it look in its node. */
  readonly drawing?: () => Promise<(view: V, nodeId: string) => Drawing>;
  /** Whether the view is a file. It has a link for download instead of an export menu and a large view. */
  readonly isFile?: true;
}

/** The name of an item in the name of a file: of a picture without folder and extension, of a text its first words. */
export function aboutItem(item: ViewItem | undefined): string | undefined {
  if (!item) return undefined;
  return item.isPicture ? baseName(item.title).replace(/\.[^.]{1,5}$/, '') : item.title.slice(0, 40);
}

type Counted =
  | 'results.pictures'
  | 'results.bars'
  | 'results.rows'
  | 'results.columns'
  | 'results.items'
  | 'results.matchCount'
  | 'results.points';

/** `12 pictures`, or `12 of 300 pictures`. */
export const amountText = (key: Counted, shown: number, total = shown): string =>
  t(key, {
    total,
    count:
      total > shown
        ? t('results.count', { shown: formatCount(shown), total: formatCount(total) })
        : formatCount(total),
  });
