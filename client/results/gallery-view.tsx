import { useMemo, useState } from 'react';
import type { ViewItem, ViewOf } from '../../server/contract/view.ts';
import { viewItemKey } from '../../server/contract/view.ts';
import { factsTogether, formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './gallery-view.module.css';
import { categoryOf } from './label-text.ts';
import { MiddleName } from './middle-name.tsx';
import { pagesOf } from './pictures/pages.ts';
import { Picture } from './pictures/picture.tsx';
import { PictureArea } from './pictures/picture-area.tsx';
import common from './results.module.css';
import { ItemTile } from './thumbnail.tsx';
import { Empty, ShowMore } from './view-frame.tsx';
import { aboutItem, amountText, type KindOfView, type ViewBodyProps } from './view-kind.ts';

type Gallery = ViewOf<'gallery'>;

const EDGE = { node: 64, large: 144 } as const;
const FIRST = { node: 60, large: 240 } as const;

/** The most categories to offer as a filter. */
const MAX_LABELS = 40;

/** The categories of pictures with their counts, in order of appearance. Empty if there are too many for a filter. */
export function labelsOf(items: readonly ViewItem[]): (readonly [label: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { label } of items) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts.size > MAX_LABELS ? [] : [...counts];
}

/** Pictures side by side with their categories. Each opens in the lightbox. */
export function GalleryView({ view, size, nodeId }: ViewBodyProps<Gallery>) {
  const { skipped, total } = view;
  const [label, setLabel] = useState<string | null>(null);
  const labels = useMemo(() => labelsOf(view.items), [view.items]);
  /** A picture of a category. */
  const first = (name: string) => view.items.find((item) => item.label === name);
  const chosen = label !== null && labels.some(([name]) => name === label) ? label : null;
  const items = useMemo(
    () => (chosen === null ? view.items : view.items.filter((item) => item.label === chosen)),
    [view.items, chosen],
  );
  const [shownCount, setShownCount] = useState<number>(FIRST[size]);
  const shown = items.slice(0, shownCount);
  const pages = useMemo(() => pagesOf(items), [items]);
  if (items.length === 0)
    return (
      <Empty>
        {skipped.length > 0 && total === 0
          ? t('results.allSkipped', { count: skipped.length })
          : t('results.noPictures')}
      </Empty>
    );
  const left = items.length - shown.length;
  const isLarge = size === 'large';
  return (
    <PictureArea nodeId={nodeId} pages={pages}>
      {isLarge && labels.length > 1 && (
        <div className={css.labels} role="group" aria-label={t('results.byLabel')}>
          {[[null, view.items.length] as const, ...labels].map(([name, count]) => (
            <button
              key={name ?? ''}
              type="button"
              className={css.label}
              aria-pressed={chosen === name}
              onClick={() => setLabel(name)}
            >
              {name === null ? t('results.allLabels') : categoryOf(first(name), name)}{' '}
              <span className={css.labelCount}>{formatCount(count)}</span>
            </button>
          ))}
        </div>
      )}
      <ul className={css.gallery} data-size={size}>
        {shown.map((item, at) => (
          <li key={at}>
            <Picture
              item={item}
              at={at}
              className={common.tile}
              style={isLarge ? undefined : { width: EDGE.node }}
              title={item.title}
              label={
                item.label === undefined
                  ? item.title
                  : factsTogether([item.title, categoryOf(item, item.label)])
              }
            >
              <ItemTile item={item} edge={EDGE[size]} label="" fit={isLarge ? 'fill' : 'square'} />
              {isLarge && <MiddleName text={item.title} />}
              {item.label !== undefined && (
                <span className={common.tileLabel}>{categoryOf(item, item.label)}</span>
              )}
            </Picture>
          </li>
        ))}
      </ul>
      <ShowMore left={left} size={size} onMore={() => setShownCount(shownCount + 240)} />
    </PictureArea>
  );
}

/** How the studio shows galleries. */
export const gallery: KindOfView<Gallery> = {
  Body: GalleryView,
  amount: ({ items, total }) => amountText('results.pictures', items.length, total),
  part: ({ items, total }) => ({ shown: items.length, total, lift: { limit: total } }),
  rows: ({ items }) => ({
    header: ['picture', 'category'],
    rows: items.map(({ title, label }) => [title, label ?? null]),
  }),
  without: (view, hidden) => ({
    ...view,
    items: view.items.filter((item) => !hidden.has(viewItemKey(item))),
  }),
  about: ({ items }) => (items.length === 1 ? aboutItem(items[0]) : undefined),
};
