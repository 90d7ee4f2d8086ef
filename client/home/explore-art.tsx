import { Library } from 'lucide-react';
import { t } from '../ui/strings/index.ts';
import { type ArtProps, Picture, Ranked } from './art-parts.tsx';
import css from './home.module.css';

/** Pairs of the same thing. */
export function Duplicates({ samples }: ArtProps) {
  const pairs = ['fruit/pineapple', 'animals/elephant', 'fruit/watermelon', 'animals/penguin'];
  return (
    <span className={css.grid2}>
      {pairs.map((name) => (
        <span key={name} className={css.pair}>
          <Picture samples={samples} name={`${name}-noto`} />
          <span aria-hidden>≈</span>
          <Picture samples={samples} name={`${name}-fluent`} />
        </span>
      ))}
    </span>
  );
}

/** Where pictures and points lie on a small map, in percent. */
const PLACES = [
  ['animals/cat-noto', 14, 22],
  ['animals/dog-fluent', 30, 50],
  ['vehicles/bus-noto', 84, 24],
  ['fruit/banana-noto', 58, 74],
  ['fruit/grapes-noto', 76, 62],
] as const;
const DOTS = [
  ['var(--pb-series-1)', 8, 56],
  ['var(--pb-series-1)', 24, 10],
  ['var(--pb-series-1)', 40, 30],
  ['var(--pb-series-2)', 66, 16],
  ['var(--pb-series-2)', 94, 46],
  ['var(--pb-series-3)', 46, 92],
  ['var(--pb-series-3)', 90, 84],
  ['var(--pb-series-3)', 64, 50],
] as const;

/** Points on a plane, some of them as pictures. */
export function Plane({ samples }: ArtProps) {
  return (
    <span className={css.plane}>
      {DOTS.map(([background, left, top]) => (
        <span
          key={`${left} ${top}`}
          className={css.point}
          style={{ background, left: `${left}%`, top: `${top}%` }}
        />
      ))}
      {PLACES.map(([name, left, top]) => (
        <span key={name} className={css.placed} style={{ left: `${left}%`, top: `${top}%` }}>
          <Picture samples={samples} name={name} />
        </span>
      ))}
    </span>
  );
}

/** Two groups of pictures with their names. */
export function Clusters({ samples }: ArtProps) {
  const groups = [
    [t('art.fruit'), ['fruit/banana-noto', 'fruit/grapes-noto']],
    [t('art.animals'), ['animals/cat-noto', 'animals/dog-fluent']],
  ] as const;
  return (
    <span className={css.row}>
      {groups.map(([name, pictures]) => (
        <span key={name} className={css.pile}>
          <span className={css.tag}>{name}</span>
          <span className={css.row} data-near="">
            {pictures.map((picture) => (
              <Picture key={picture} samples={samples} name={picture} />
            ))}
          </span>
        </span>
      ))}
    </span>
  );
}

/** Pictures that go into a collection. */
export function Kept({ samples }: ArtProps) {
  const pictures = ['weather/rainbow-noto', 'animals/cat-noto', 'vehicles/bus-noto', 'fruit/grapes-noto'];
  return (
    <span className={css.row}>
      <span className={css.four}>
        {pictures.map((name) => (
          <Picture key={name} samples={samples} name={name} />
        ))}
      </span>
      <span className={css.arrow}>→</span>
      <Library size={48} strokeWidth={1.25} aria-hidden />
    </span>
  );
}

/** Words and a collection, and what is found in it under a condition. */
export function Asked({ samples }: ArtProps) {
  const found = ['fruit/lemon-fluent', 'fruit/mango-fluent', 'fruit/lemon-noto'];
  return (
    <span className={css.column}>
      <span className={css.row}>
        <Library size={28} strokeWidth={1.5} aria-hidden />
        <span className={css.bubble}>{t('art.yellow')}</span>
        <span className={css.tag}>{t('art.fruit')}</span>
      </span>
      <span className={css.row}>
        {found.map((name, index) => (
          <Ranked key={name} samples={samples} name={name} score={0.9 - index * 0.14} />
        ))}
      </span>
    </span>
  );
}
