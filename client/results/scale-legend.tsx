import { formatScore } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import type { ColorScale } from './color-scale.ts';
import css from './scale-legend.module.css';

const STOPS = 16;

/** A colour scale with its smallest and its largest number. */
export function ScaleLegend({ scale }: { readonly scale: ColorScale }) {
  const stops = Array.from({ length: STOPS + 1 }, (_, at) => {
    const from = Math.round((at / STOPS) * 255) * 3;
    return `rgb(${scale.steps[from]} ${scale.steps[from + 1]} ${scale.steps[from + 2]})`;
  });
  const [min, max] = [formatScore(scale.min), formatScore(scale.max)];
  return (
    <div className={css.legend} role="img" aria-label={t('results.scaleFrom', { min, max })}>
      <span>{min}</span>
      <span className={css.bar} style={{ background: `linear-gradient(to right, ${stops.join(', ')})` }} />
      <span>{max}</span>
    </div>
  );
}
