import { colorOf, scaleOf } from '../results/color-scale.ts';
import { type ArtProps, Picture } from './art-parts.tsx';
import css from './home.module.css';

/** One query, and what each of three encoders finds. */
export function Encoders({ samples }: ArtProps) {
  const found = [
    ['fruit/red-apple-noto', 'fruit/peach-noto', 'fruit/tangerine-noto'],
    ['fruit/red-apple-noto', 'fruit/strawberry-noto', 'fruit/cherries-noto'],
    ['fruit/red-apple-noto', 'fruit/tangerine-noto', 'fruit/lemon-noto'],
  ];
  return (
    <span className={css.row}>
      <Picture samples={samples} name="queries/red-apple" size="large" />
      <span className={css.column} data-near>
        {found.map((names, row) => (
          <span key={row} className={css.row} data-near>
            {names.map((name) => (
              <Picture key={name} samples={samples} name={name} />
            ))}
          </span>
        ))}
      </span>
    </span>
  );
}

const SIDE = 6;
const SCALE = scaleOf([0, 1]);

/** A picture whose patches glow where its wheels are. */
export function Patches({ samples }: ArtProps) {
  const wheels = [1, 4];
  const glow = (row: number, column: number) =>
    Math.max(...wheels.map((wheel) => Math.exp(-((row - 4) ** 2 + (column - wheel) ** 2) / 1.2)));
  const cells = Array.from({ length: SIDE * SIDE }, (_, at) => glow(Math.floor(at / SIDE), at % SIDE));
  const heat = (name: string) => (
    <span className={css.patches}>
      <Picture samples={samples} name={name} size="large" />
      <span className={css.heat}>
        {cells.map((value, at) => (
          <span key={at} style={{ background: colorOf(SCALE, value) }} />
        ))}
      </span>
    </span>
  );
  return (
    <span className={css.row}>
      {heat('vehicles/automobile-noto')}
      {heat('vehicles/automobile-fluent')}
    </span>
  );
}

/** A picture, the few numbers it becomes, and the picture again. */
export function RoundTrip({ samples }: ArtProps) {
  const dots = Array.from({ length: 16 }, (_, at) => colorOf(SCALE, ((at * 7) % 16) / 15));
  return (
    <span className={`${css.row} ${css.roundTrip}`}>
      <Picture samples={samples} name="animals/tiger-noto" />
      <span className={css.latents}>
        {dots.map((background, at) => (
          <span key={at} style={{ background }} />
        ))}
      </span>
      <Picture samples={samples} name="animals/tiger-noto" />
    </span>
  );
}
