import type { ListedModel } from '../../../server/contract/models.ts';
import { useLanguage } from './language.ts';
import { zhLicenses, zhModels } from './zh-models.ts';

/** Title and summary of a model in the current language. Without a translation, they are as the author wrote them. */
export function modelText({ id, title, summary }: Pick<ListedModel, 'id' | 'title' | 'summary'>): {
  readonly title: string;
  readonly summary?: string;
} {
  const own =
    useLanguage.getState().language === 'zh' && Object.hasOwn(zhModels, id) ? zhModels[id] : undefined;
  return { title: own?.title ?? title, summary: own?.summary ?? summary };
}

/** The licence of a model in the current language. The name of a licence is the same in every language. */
export const licenseText = (license: string): string =>
  useLanguage.getState().language === 'zh' && Object.hasOwn(zhLicenses, license)
    ? (zhLicenses[license] ?? license)
    : license;
