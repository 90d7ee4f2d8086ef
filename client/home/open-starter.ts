import { getWorkflow } from '../api/workflows.ts';
import { openWorkflow } from '../document/tabs.ts';
import { inOwnLanguage, isKey, t } from '../strings/index.ts';
import { type OwnPictures, withOwnPictures } from './own-pictures.ts';

const PREFIX = 'starter:';

/** The name of a starter's file. */
export const starterName = (id: string): string => (id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id);

/** What a starter is called on its card, and its sentence; those of the file where nobody wrote better ones. */
export function starterText(
  id: string,
  entry: { readonly name: string; readonly description: string },
): { readonly title: string; readonly help: string } {
  const [title, help] = [`starter.${starterName(id)}.title`, `starter.${starterName(id)}.help`];
  return { title: isKey(title) ? t(title) : entry.name, help: isKey(help) ? t(help) : entry.description };
}

/** Opens a workflow that ships as a new one of one's own, on the samples or on own pictures. @throws ApiError */
export async function openStarter(
  id: string,
  view: 'canvas' | 'form',
  own: OwnPictures | null = null,
): Promise<string> {
  const saved = await getWorkflow(id);
  const workflow = withOwnPictures(inOwnLanguage(saved.workflow), own);
  const name = starterText(id, saved).title;
  return openWorkflow({ ...workflow, name }, { name, view });
}
