import { getStarter } from '../document/starters.ts';
import { openWorkflow } from '../document/tabs.ts';
import { type OwnPictures, withOwnPictures } from './own-pictures.ts';

/** Opens a workflow that ships as a new one of one's own, on the samples or on own pictures. @throws ApiError */
export async function openStarter(
  id: string,
  view: 'canvas' | 'form',
  own: OwnPictures | null = null,
): Promise<string> {
  const workflow = withOwnPictures(await getStarter(id), own);
  return openWorkflow(workflow, { name: workflow.name ?? '', view });
}
