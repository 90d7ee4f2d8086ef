import type { WorkflowEntryMessage } from '../../server/protocol.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { getWorkflow } from '../ui/api/workflows.ts';
import { inOwnLanguage, isKey, t } from '../ui/strings/index.ts';
import { openWorkflow } from './tabs.ts';

const PREFIX = 'starter:';

/** Whether an id is that of a workflow that ships. */
export const isStarter = (id: string): boolean => id.startsWith(PREFIX);

/** The name of a starter's file. */
export const starterName = (id: string): string => (isStarter(id) ? id.slice(PREFIX.length) : id);

/** What a starter is called on its card, and its sentence; those of the file where nobody wrote better ones. */
export function starterText(
  id: string,
  entry: { readonly name: string; readonly description: string },
): { readonly title: string; readonly help: string } {
  const [title, help] = [`starter.${starterName(id)}.title`, `starter.${starterName(id)}.help`];
  return { title: isKey(title) ? t(title) : entry.name, help: isKey(help) ? t(help) : entry.description };
}

/** A workflow that ships in the language chosen, called as on its card, wherever it is opened from. @throws ApiError */
async function getStarter(id: string): Promise<Workflow> {
  const saved = await getWorkflow(id);
  return { ...inOwnLanguage(saved.workflow), name: starterText(id, saved).title };
}

/**
 * Opens a workflow that ships as a new one of one's own. Returns the tab's key.
 * @param change what is done to it before, such as putting other pictures in place of the samples.
 * @throws ApiError
 */
export async function openStarter(
  id: string,
  view: 'canvas' | 'form',
  change: (workflow: Workflow) => Workflow = (workflow) => workflow,
): Promise<string> {
  const workflow = change(await getStarter(id));
  return openWorkflow(workflow, { name: workflow.name ?? '', view });
}

/** The order in which people ask; what is not in it comes after. */
const ORDER = [
  'find-similar-images',
  'search-by-text',
  'zero-shot-labels',
  'near-duplicates',
  'compare-encoders',
  'patch-heatmap',
  'similarity-matrix',
  'lora-projection',
  'dataset-statistics',
  'vae-roundtrip',
];
const place = ({ id }: WorkflowEntryMessage) => {
  const index = ORDER.indexOf(id.replace('starter:', ''));
  return index < 0 ? ORDER.length : index;
};

/** Templates in the order in which people ask. */
export const inOrderOfQuestions = (entries: readonly WorkflowEntryMessage[]): WorkflowEntryMessage[] =>
  entries.toSorted((a, b) => place(a) - place(b));
