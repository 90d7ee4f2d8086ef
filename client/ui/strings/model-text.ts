import type { ListedModel } from '../../../server/contract/models.ts';
import { useLanguage } from './language.ts';
import { zhModels } from './zh-models.ts';

/** Title and summary of a model in the current language. Without a translation, they are as the author wrote them. */
export function modelText({ id, title, summary }: Pick<ListedModel, 'id' | 'title' | 'summary'>): {
  readonly title: string;
  readonly summary?: string;
} {
  const own =
    useLanguage.getState().language === 'zh' && Object.hasOwn(zhModels, id) ? zhModels[id] : undefined;
  return { title: own?.title ?? title, summary: own?.summary ?? summary };
}
