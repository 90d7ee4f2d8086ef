import { ImageOff } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import type { PictureSource, ViewItem } from '../../server/contract/view.ts';
import { sharpThumbnailUrl } from '../ui/api/files.ts';
import { labelled } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './thumbnail.module.css';

/**
 * A small picture, whole, in a square of fixed size, so that nothing moves when it loads. `fill`: the square is as wide as its
 * surroundings. `wide`: as wide as its surroundings and `edge` high.
 */
export function Thumbnail({
  source,
  edge,
  label,
  fit = 'square',
}: {
  readonly source: PictureSource | undefined;
  /** Side of the square in CSS pixels. */
  readonly edge: number;
  readonly label: string;
  readonly fit?: TileFit;
}) {
  const [failed, setFailed] = useState<PictureSource | null>(null);
  const size = sizeOf(fit, edge);
  if (!source || same(failed, source))
    return (
      <span className={css.noPicture} style={size} role="img" aria-label={labelled(label, t('results.gone'))}>
        <ImageOff size={Math.min(24, edge / 2)} aria-hidden />
        {fit === 'wide' && <span className={css.why}>{t('results.noThumbnail')}</span>}
      </span>
    );
  return (
    <img
      className={fit === 'wide' ? `${css.thumbnail} ${css.whole}` : css.thumbnail}
      style={size}
      src={sharpThumbnailUrl(source, edge)}
      alt={label}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(source)}
    />
  );
}

/** How large a tile is: see {@link Thumbnail}. */
export type TileFit = 'square' | 'fill' | 'wide';

function sizeOf(fit: TileFit, edge: number): CSSProperties {
  if (fit === 'wide') return { width: '100%', height: edge };
  return fit === 'fill' ? { width: '100%', aspectRatio: '1' } : { width: edge, height: edge };
}

function same(a: PictureSource | null, b: PictureSource): boolean {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}

/** An item as a square: its picture, or its text. */
export function ItemTile({
  item,
  edge,
  label,
  fit = 'square',
}: {
  readonly item: ViewItem;
  readonly edge: number;
  readonly fit?: 'square' | 'fill';
  /** Name for screen readers; default is the title. Empty if text beside it says the same. */
  readonly label?: string;
}) {
  if (item.isPicture)
    return <Thumbnail source={item.picture} edge={edge} label={label ?? item.title} fit={fit} />;
  return (
    <span className={css.textTile} style={sizeOf(fit, edge)} title={item.title} data-words="">
      {item.title === '' ? t('results.emptyText') : item.title}
    </span>
  );
}
