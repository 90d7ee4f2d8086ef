import { Badge, Tooltip } from '@mantine/core';
import type { ModelMessage } from '../../server/protocol.ts';
import { formatCount } from '../results/format.ts';
import { t } from '../strings/index.ts';

/** Says that a model's kind was measured against the original implementation, and how near it came. */
export function ParityBadge({ parity }: { readonly parity: NonNullable<ModelMessage['parity']> }) {
  const { against, cases, vectors, cosine, maxAbs, pixels, texts } = parity;
  const numbers = {
    against: against.join('; '),
    cases,
    vectors: formatCount(vectors),
    // Rounded down: what is nearly one is not one.
    cosine: (Math.floor(cosine * 1e6) / 1e6).toFixed(6),
    maxAbs: maxAbs.toPrecision(2),
  };
  const label = [
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
  return (
    <Tooltip label={label} multiline w={280} zIndex={400}>
      <Badge
        size="xs"
        variant="light"
        color="teal"
        tabIndex={0}
        aria-label={`${t('models.parity')}: ${label}`}
      >
        {t('models.parity')}
      </Badge>
    </Tooltip>
  );
}
