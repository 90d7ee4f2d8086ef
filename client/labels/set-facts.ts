import type { LabelSet } from '../../server/contract/labels.ts';
import { formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';

/** `3 categories · 132 pictures`. */
export const setFacts = ({ categories, labelled }: LabelSet): string =>
  `${t('categories.categoryCount', { count: categories.length })} · ${t('categories.pictureCount', {
    total: labelled,
    count: formatCount(labelled),
  })}`;
