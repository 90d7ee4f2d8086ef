import css from './home.module.css';
import type { Samples } from './samples.ts';

/** Props of the drawing on a card. */
export interface ArtProps {
  readonly samples: Samples;
}

/** A sample picture; an empty frame until it has loaded. */
export function Picture({
  samples,
  name,
  size,
}: ArtProps & { readonly name: string; readonly size?: 'large' | 'small' }) {
  const source = samples[name];
  return (
    <span className={css.picture} data-size={size}>
      {source && <img src={source} alt="" draggable={false} />}
    </span>
  );
}

/** A picture with the bar of its score. */
export function Ranked({
  samples,
  name,
  score,
}: ArtProps & { readonly name: string; readonly score: number }) {
  return (
    <span className={css.ranked}>
      <Picture samples={samples} name={name} />
      <span className={css.score}>
        <span style={{ width: `${score * 100}%` }} />
      </span>
    </span>
  );
}
