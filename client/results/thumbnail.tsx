import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import type { PictureSource, ViewItem } from '../../server/contract/view.ts';
import { sharpThumbnailUrl } from '../ui/api/files.ts';
import { t } from '../ui/strings/index.ts';
import css from './thumbnail.module.css';

/** A small picture in a square of fixed size, so that nothing moves when it loads. */
export function Thumbnail({
  source,
  edge,
  label,
  fit = 'cover',
}: {
  readonly source: PictureSource | undefined;
  /** Side of the square in CSS pixels. With `contain`, it fills the available width. */
  readonly edge: number;
  readonly label: string;
  readonly fit?: 'cover' | 'contain';
}) {
  const [failed, setFailed] = useState<PictureSource | null>(null);
  const size = fit === 'cover' ? { width: edge, height: edge } : { width: '100%', height: edge };
  if (!source || same(failed, source))
    return (
      <span className={css.noPicture} style={size} role="img" aria-label={`${label}: ${t('results.gone')}`}>
        <ImageOff size={Math.min(24, edge / 2)} aria-hidden />
        {fit === 'contain' && <span className={css.why}>{t('results.noThumbnail')}</span>}
      </span>
    );
  return (
    <img
      className={fit === 'contain' ? `${css.thumbnail} ${css.whole}` : css.thumbnail}
      style={{ ...size, objectFit: fit }}
      src={sharpThumbnailUrl(source, edge)}
      alt={label}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(source)}
    />
  );
}

function same(a: PictureSource | null, b: PictureSource): boolean {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}

/** An item as a square: its picture, or its text. */
export function ItemTile({
  item,
  edge,
  label,
}: {
  readonly item: ViewItem;
  readonly edge: number;
  /** Name for screen readers; default is the title. Empty if text beside it says the same. */
  readonly label?: string;
}) {
  if (item.isPicture) return <Thumbnail source={item.picture} edge={edge} label={label ?? item.title} />;
  return (
    <span className={css.textTile} style={{ width: edge, height: edge }} title={item.title}>
      {item.title === '' ? t('results.emptyText') : item.title}
    </span>
  );
}
