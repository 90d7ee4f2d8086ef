import type { WorkflowEntry } from '../../server/contract/http.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { getWorkflow } from '../ui/api/workflows.ts';
import { inOwnLanguage, isKey, t } from '../ui/strings/index.ts';
import { openWorkflow } from './tabs.ts';

const PREFIX = 'starter:';

/** Whether an id belongs to an included workflow. */
export const isStarter = (id: string): boolean => id.startsWith(PREFIX);

/** The file name of an included workflow, without its extension. */
export const starterName = (id: string): string => (isStarter(id) ? id.slice(PREFIX.length) : id);

/** Title and help on the card of an included workflow; without translations, those of its file. */
export function starterText(
  id: string,
  entry: { readonly name: string; readonly description: string },
): { readonly title: string; readonly help: string } {
  const [title, help] = [`starter.${starterName(id)}.title`, `starter.${starterName(id)}.help`];
  return { title: isKey(title) ? t(title) : entry.name, help: isKey(help) ? t(help) : entry.description };
}

/** An included workflow in the current language, with the title of its card. @throws ApiError */
async function getStarter(id: string): Promise<Workflow> {
  const saved = await getWorkflow(id);
  return { ...inOwnLanguage(saved.workflow), name: starterText(id, saved).title };
}

/**
 * Opens an included workflow as a new one. Returns the tab's key.
 * @param change applied before opening, for example to replace the sample pictures
 * @throws ApiError
 */
export async function openStarter(
  id: string,
  view: 'canvas' | 'form',
  change: (workflow: Workflow) => Workflow = (workflow) => workflow,
): Promise<string> {
  const workflow = change(await getStarter(id));
  return openWorkflow(workflow, { name: workflow.name ?? '', view, reuse: true });
}

/** The order of the cards. Templates that are not in this list come last. */
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
const place = ({ id }: WorkflowEntry) => {
  const index = ORDER.indexOf(id.replace('starter:', ''));
  return index < 0 ? ORDER.length : index;
};

/** Sorts templates by {@link ORDER}. */
export const inOrderOfQuestions = (entries: readonly WorkflowEntry[]): WorkflowEntry[] =>
  entries.toSorted((a, b) => place(a) - place(b));
