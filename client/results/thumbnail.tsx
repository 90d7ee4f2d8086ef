import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { t } from '../ui/strings/index.ts';
import { thumbnailUrl } from './pictures.ts';
import type { PictureSource } from './read-item.ts';
import css from './thumbnail.module.css';

/** A small picture in a square of fixed size: nothing moves when it comes. */
export function Thumbnail({
  source,
  edge,
  label,
  fit = 'cover',
}: {
  readonly source: PictureSource | undefined;
  /** Side of the square in CSS pixels; as wide as its place with `contain`. */
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
      className={css.thumbnail}
      style={{ ...size, objectFit: fit }}
      src={thumbnailUrl(source, edge)}
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
