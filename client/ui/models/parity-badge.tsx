import { Badge, Tooltip } from '@mantine/core';
import { ShieldCheck, ShieldQuestion } from 'lucide-react';
import type { ListedModel, Parity } from '../../../server/contract/models.ts';
import { formatCount, labelled, listText } from '../format.ts';
import { t } from '../strings/index.ts';

// Rounded down, so that 0.9999999 does not show as 1.
const cosineText = (cosine: number) => (Math.floor(cosine * 1e6) / 1e6).toFixed(6);
const figures = ({ cosine, maxAbs }: { readonly cosine: number; readonly maxAbs: number }) => ({
  cosine: cosineText(cosine),
  maxAbs: maxAbs.toPrecision(2),
});

/** What was compared with which reference, and the largest difference. */
export function parityText(parity: Parity | undefined): string {
  if (!parity) return t('models.parityNone');
  if (parity.of === 'files')
    return [
      t(parity.by === 'tests' ? 'models.parityTests' : 'models.parityExport', { against: parity.against }),
      ...parity.precisions.map((one) =>
        t('models.parityFigures', { precision: one.precision, ...figures(one) }),
      ),
    ].join('');
  const { against, cases, vectors, pixels, texts } = parity;
  return [
    t('models.parityFamily', {
      ...{
        against: listText(against.flatMap((one) => one.split(', '))),
        cases,
        vectors: formatCount(vectors),
      },
      ...figures(parity),
    }),
    pixels &&
      t('models.parityPixels', {
        different: formatCount(pixels.different),
        values: formatCount(pixels.values),
      }),
    texts && t('models.parityTexts', { different: texts.different, count: formatCount(texts.count) }),
  ]
    .filter(Boolean)
    .join('');
}

/**
 * Shows whether these exact files (by sha256), another model of the family, or neither was checked against the original
 * implementation: as a word with a tooltip, as a word in a list of choices, or as an icon if there is little room.
 * Encoders built in code are their own original.
 */
export function ParityBadge({
  model: { parity, folder, available, problem },
  as = 'word',
}: {
  readonly model: Pick<ListedModel, 'parity' | 'folder' | 'available' | 'problem'>;
  readonly as?: 'word' | 'choice' | 'sign';
}) {
  if (problem !== undefined || (folder === undefined && !available)) return null;
  const label = parityText(parity);
  const word = t(`models.parity.${parity?.of ?? 'none'}`);
  const color = parity?.of === 'files' ? 'teal' : parity ? 'gray' : 'orange';
  const look = { size: 'xs', flex: 'none', variant: 'dot', color } as const;
  if (as === 'choice')
    return (
      <Badge {...look} title={label}>
        {word}
      </Badge>
    );
  const named = { tabIndex: 0, 'aria-label': labelled(word, label) };
  const Sign = parity ? ShieldCheck : ShieldQuestion;
  return (
    <Tooltip label={as === 'sign' ? labelled(word, label) : label} multiline w={280} zIndex={400}>
      {as === 'sign' ? (
        <span {...named} role="img" style={{ color: `var(--mantine-color-${color}-text)`, display: 'flex' }}>
          <Sign size={14} aria-hidden />
        </span>
      ) : (
        <Badge {...look} {...named}>
          {word}
        </Badge>
      )}
    </Tooltip>
  );
}
