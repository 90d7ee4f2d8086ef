import { FileCheck } from 'lucide-react';
import { colorOf, scaleOf } from '../results/color-scale.ts';
import { t } from '../ui/strings/index.ts';
import { type ArtProps, Picture, Ranked } from './art-parts.tsx';
import { Asked, Clusters, Duplicates, Kept, Plane } from './explore-art.tsx';
import css from './home.module.css';

/** One query, and the results of three encoders. */
function Encoders({ samples }: ArtProps) {
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

/** A vehicle whose wheels are highlighted as patches. */
function Patches({ samples }: ArtProps) {
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

/** A picture, the numbers that encode it, and the decoded picture. */
function RoundTrip({ samples }: ArtProps) {
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

function LookAlikes({ samples }: ArtProps) {
  const found = ['cat-face-noto', 'cat-noto', 'tiger-fluent', 'lion-noto', 'rabbit-fluent', 'dog-face-noto'];
  return (
    <span className={css.row}>
      <Picture samples={samples} name="queries/cat-face" size="large" />
      <span className={css.grid3}>
        {found.map((name, index) => (
          <Ranked key={name} samples={samples} name={`animals/${name}`} score={1 - index * 0.12} />
        ))}
      </span>
    </span>
  );
}

function Words({ samples }: ArtProps) {
  const found = ['red-apple-noto', 'red-apple-fluent', 'cherries-noto', 'strawberry-fluent', 'peach-noto'];
  return (
    <span className={css.column}>
      <span className={css.bubble}>{t('art.words')}</span>
      <span className={css.row}>
        {found.slice(0, 4).map((name, index) => (
          <Ranked key={name} samples={samples} name={`fruit/${name}`} score={1 - index * 0.18} />
        ))}
      </span>
    </span>
  );
}

function Categories({ samples }: ArtProps) {
  const piles = [
    ['animals', 'penguin-noto', 'horse-fluent', 'elephant-noto'],
    ['fruit', 'banana-fluent', 'grapes-noto', 'lemon-fluent'],
    ['vehicles', 'automobile-noto', 'bus-fluent', 'airplane-noto'],
  ] as const;
  return (
    <span className={css.row}>
      {piles.map(([label, ...names]) => (
        <span key={label} className={css.pile}>
          <span className={css.tag}>{t(`art.${label}`)}</span>
          {names.slice(0, 2).map((name) => (
            <Picture key={name} samples={samples} name={`${label}/${name}`} />
          ))}
        </span>
      ))}
    </span>
  );
}

/** Two sorted piles, and a new picture that gets the category of one of them. */
function Taught({ samples }: ArtProps) {
  const piles = [
    ['animals', 'cat-noto', 'dog-face-fluent'],
    ['vehicles', 'automobile-noto', 'bus-fluent'],
  ] as const;
  return (
    <span className={css.row}>
      {piles.map(([label, ...names]) => (
        <span key={label} className={css.pile}>
          <span className={css.tag}>{t(`art.${label}`)}</span>
          {names.map((name) => (
            <Picture key={name} samples={samples} name={`${label}/${name}`} />
          ))}
        </span>
      ))}
      <span className={css.pile}>
        <span className={css.tag}>{t('art.animals')}</span>
        <Picture samples={samples} name="queries/cat-face" size="large" />
      </span>
    </span>
  );
}

/** What was learned, as a file, and pictures that it sorted. */
function Learned({ samples }: ArtProps) {
  const sorted = [
    ['animals', 'queries/dog-face'],
    ['vehicles', 'queries/automobile'],
  ] as const;
  return (
    <span className={css.row}>
      <FileCheck size={40} strokeWidth={1.25} aria-hidden />
      <span className={css.arrow}>→</span>
      {sorted.map(([label, name]) => (
        <span key={label} className={css.pile}>
          <span className={css.tag}>{t(`art.${label}`)}</span>
          <Picture samples={samples} name={name} />
        </span>
      ))}
    </span>
  );
}

/** A sorted pile with a picture that does not belong there. */
function Suspect({ samples }: ArtProps) {
  const pile = ['fruit/banana-noto', 'vehicles/bus-noto', 'fruit/grapes-noto', 'fruit/lemon-fluent'];
  return (
    <span className={css.pile}>
      <span className={css.tag}>{t('art.fruit')}</span>
      <span className={css.row}>
        {pile.map((name) => (
          <span key={name} className={css.pile}>
            <Picture samples={samples} name={name} />
            <span aria-hidden>{name.startsWith('fruit') ? '\u00a0' : '?'}</span>
          </span>
        ))}
      </span>
    </span>
  );
}

/** Bars of several encoders, without numbers. */
function Best({ samples }: ArtProps) {
  const bars = [
    ['var(--mantine-color-indigo-6)', 92],
    ['var(--mantine-color-indigo-4)', 55],
    ['var(--mantine-color-indigo-2)', 46],
  ] as const;
  return (
    <span className={css.row}>
      <span className={css.four}>
        {['animals/cat-noto', 'fruit/pear-noto', 'vehicles/bus-fluent', 'weather/rainbow-noto'].map(
          (name) => (
            <Picture key={name} samples={samples} name={name} />
          ),
        )}
      </span>
      <span className={css.bars}>
        {bars.map(([background, width]) => (
          <span key={background} style={{ background, width: `${width}%` }} />
        ))}
      </span>
    </span>
  );
}

/** The best matches of a picture before and after training. */
function Trained({ samples }: ArtProps) {
  const rows = [
    ['animals/tiger-noto', 'fruit/grapes-noto', 'animals/horse-noto'],
    ['fruit/grapes-noto', 'fruit/lemon-noto', 'fruit/pear-noto'],
  ];
  return (
    <span className={css.row}>
      <Picture samples={samples} name="queries/banana" size="large" />
      <span className={css.column} data-near>
        {rows.map((names, row) => (
          <span key={names[0]} className={css.column} data-near>
            {row > 0 && <span className={css.arrow}>LoRA ↓</span>}
            <span className={css.row} data-near>
              {names.map((name) => (
                <Picture key={name} samples={samples} name={name} />
              ))}
            </span>
          </span>
        ))}
      </span>
    </span>
  );
}

const GROUPS = [
  'fruit/lemon-noto',
  'fruit/pear-noto',
  'animals/cow-noto',
  'animals/dog-noto',
  'animals/lion-noto',
];

function Groups({ samples }: ArtProps) {
  const group = (index: number) => (index < 2 ? 0 : 1);
  const value = (row: number, column: number) =>
    row === column
      ? 1
      : group(row) === group(column)
        ? 0.72 - 0.06 * Math.abs(row - column)
        : 0.16 + 0.05 * ((row * column) % 3);
  return (
    <span className={css.map}>
      {GROUPS.map((name, row) => (
        <span key={name} className={css.mapRow}>
          <Picture samples={samples} name={name} size="small" />
          {GROUPS.map((other, column) => {
            const background = colorOf(SCALE, value(row, column));
            return <span key={other} className={css.cell} style={{ background }} />;
          })}
        </span>
      ))}
    </span>
  );
}

function Adapter({ samples }: ArtProps) {
  const left = ['fruit/banana-noto', 'animals/tiger-noto', 'fruit/grapes-noto', 'animals/horse-noto'];
  const right = ['fruit/banana-noto', 'fruit/grapes-noto', 'animals/tiger-noto', 'animals/horse-noto'];
  const four = (names: readonly string[]) => (
    <span className={css.four}>
      {names.map((name) => (
        <Picture key={name} samples={samples} name={name} />
      ))}
    </span>
  );
  return (
    <span className={css.row}>
      {four(left)}
      <span className={css.arrow}>LoRA →</span>
      {four(right)}
    </span>
  );
}

function Colours({ samples }: ArtProps) {
  const bars = [
    ['var(--mantine-color-red-6)', 78],
    ['var(--mantine-color-green-6)', 62],
    ['var(--mantine-color-blue-6)', 54],
  ] as const;
  return (
    <span className={css.row}>
      <span className={css.four}>
        {['fruit/strawberry-noto', 'fruit/pear-fluent', 'weather/rainbow-noto', 'fruit/tangerine-noto'].map(
          (name) => (
            <Picture key={name} samples={samples} name={name} />
          ),
        )}
      </span>
      <span className={css.bars}>
        {bars.map(([color, width]) => (
          <span key={color} style={{ background: color, width: `${width}%` }} />
        ))}
      </span>
    </span>
  );
}

const ART: Readonly<Record<string, (props: ArtProps) => React.ReactNode>> = {
  'find-similar-images': LookAlikes,
  'search-by-text': Words,
  'zero-shot-labels': Categories,
  'teach-categories': Taught,
  'sort-with-my-classifier': Learned,
  'check-my-labels': Suspect,
  'which-encoder-is-best': Best,
  'before-after-lora': Trained,
  'map-my-folder': Plane,
  'explore-clusters': Clusters,
  'find-duplicates': Duplicates,
  'build-a-collection': Kept,
  'search-a-collection': Asked,
  'similarity-matrix': Groups,
  'lora-projection': Adapter,
  'dataset-statistics': Colours,
  'compare-encoders': Encoders,
  'patch-heatmap': Patches,
  'vae-roundtrip': RoundTrip,
};

/** The drawing on a template's card, made with sample pictures. Decoration only. */
export function TemplateArt({ name, samples }: ArtProps & { readonly name: string }) {
  const Art = ART[name];
  return (
    <span className={css.art} aria-hidden>
      {Art ? <Art samples={samples} /> : <span className={css.bubble}>{name}</span>}
    </span>
  );
}
