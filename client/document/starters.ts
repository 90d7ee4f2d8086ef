import type { WorkflowEntry } from '../../server/contract/http.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { getWorkflow } from '../ui/api/workflows.ts';
import { ownWords, workflowText } from '../ui/strings/workflow-text.ts';
import { openWorkflow } from './tabs.ts';

const PREFIX = 'starter:';

/** Whether an id belongs to an included workflow. */
export const isStarter = (id: string): boolean => id.startsWith(PREFIX);

/** The file name of an included workflow, without its extension. */
export const starterName = (id: string): string => (isStarter(id) ? id.slice(PREFIX.length) : id);

/** Title and help on the card of an included workflow, in the current language. */
export const starterText = ({
  name,
  description,
}: Pick<WorkflowEntry, 'name' | 'description'>): { readonly title: string; readonly help: string } => ({
  title: workflowText(name),
  help: workflowText(description),
});

/**
 * A template that looks for words of the current language. What it searches for is data: a model reads it, so it is
 * written into the file. All other texts are translated where they are shown.
 */
export function withOwnWords(workflow: Workflow): Workflow {
  const nodes = workflow.nodes.map((node) => {
    if (node.type !== 'text/prompts' || !node.params) return node;
    const params = Object.entries(node.params).map(([name, value]) => [name, ownWords(value)]);
    return { ...node, params: Object.fromEntries(params) as typeof node.params };
  });
  return { ...workflow, nodes };
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
  const workflow = change(withOwnWords((await getWorkflow(id)).workflow));
  return openWorkflow(workflow, { name: workflow.name ?? '', view, reuse: true });
}

/** The order of the cards. Templates that are not in this list come last. */
const ORDER = [
  'find-similar-images',
  'search-by-text',
  'zero-shot-labels',
  'teach-categories',
  'sort-with-my-classifier',
  'check-my-labels',
  'map-my-folder',
  'explore-clusters',
  'find-duplicates',
  'build-a-collection',
  'search-a-collection',
  'compare-encoders',
  'which-encoder-is-best',
  'patch-heatmap',
  'similarity-matrix',
  'before-after-lora',
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
