import { Badge, Tooltip } from '@mantine/core';
import type { ModelMessage } from '../../server/protocol.ts';
import { formatCount } from '../results/format.ts';
import { t } from '../strings/index.ts';

type Parity = NonNullable<ModelMessage['parity']>;

/** What was measured against what, and how near it came. */
export function parityText({ against, cases, vectors, cosine, maxAbs, pixels, texts }: Parity): string {
  const numbers = {
    against: against.join('; '),
    cases,
    vectors: formatCount(vectors),
    // Rounded down: what is nearly one is not one.
    cosine: (Math.floor(cosine * 1e6) / 1e6).toFixed(6),
    maxAbs: maxAbs.toPrecision(2),
  };
  return [
    t('models.parityTitle', numbers),
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

/** Says that a model's kind was measured against the original implementation; `still` where it stands in a choice. */
export function ParityBadge({ parity, still }: { readonly parity: Parity; readonly still?: boolean }) {
  const label = parityText(parity);
  const look = { size: 'xs', variant: 'dot', color: 'teal', flex: 'none' } as const;
  if (still)
    return (
      <Badge {...look} title={label}>
        {t('models.parity')}
      </Badge>
    );
  return (
    <Tooltip label={label} multiline w={280} zIndex={400}>
      <Badge {...look} tabIndex={0} aria-label={`${t('models.parity')}: ${label}`}>
        {t('models.parity')}
      </Badge>
    </Tooltip>
  );
}
