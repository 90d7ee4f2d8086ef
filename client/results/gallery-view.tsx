import { useMemo, useState } from 'react';
import { t } from '../strings/index.ts';
import { Empty } from './empty.tsx';
import { formatCount } from './format.ts';
import css from './gallery-view.module.css';
import { ItemTile } from './item-tile.tsx';
import { Lightbox } from './lightbox.tsx';
import type { ShownView } from './read-view.ts';
import common from './results.module.css';
import type { Size } from './size.ts';
import { useRoving } from './use-roving.ts';

type Gallery = Extract<ShownView, { view: 'gallery' }>;

const EDGE = { node: 64, large: 144 } as const;
const FIRST = { node: 60, large: 240 } as const;

/** Pictures side by side with their labels; each opens in the lightbox. */
export function GalleryView({ view, size }: { readonly view: Gallery; readonly size: Size }) {
  const { items, skipped, total } = view;
  const [shownCount, setShownCount] = useState<number>(FIRST[size]);
  const [open, setOpen] = useState<number | null>(null);
  const shown = items.slice(0, shownCount);
  const roving = useRoving(shown.length);
  const pages = useMemo(() => items.map((item) => ({ items: [item], caption: '' })), [items]);
  if (items.length === 0)
    return (
      <Empty>
        {skipped.length > 0 && total === 0
          ? t('results.allSkipped', { count: skipped.length })
          : t('results.noPictures')}
      </Empty>
    );
  const left = items.length - shown.length;
  return (
    <>
      <ul className={css.gallery} data-size={size} onKeyDown={roving.onKeyDown}>
        {shown.map((item, at) => (
          <li key={at}>
            <button
              type="button"
              className={common.tile}
              style={{ width: EDGE[size] }}
              title={item.title}
              onClick={() => setOpen(at)}
              {...roving.stop(at)}
            >
              <ItemTile item={item} edge={EDGE[size]} />
              {item.label !== undefined && <span className={common.tileLabel}>{item.label}</span>}
            </button>
          </li>
        ))}
      </ul>
      {left > 0 && (
        <button
          type="button"
          className={`${common.showMore} nodrag`}
          onClick={() => setShownCount(shownCount + 240)}
        >
          {t('results.showMore')} ({formatCount(left)})
        </button>
      )}
      {open !== null && <Lightbox pages={pages} start={open} onClose={() => setOpen(null)} />}
    </>
  );
}
