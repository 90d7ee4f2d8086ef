import type { Workflow } from '../../workflows/workflow.ts';
import { copyItems } from '../document/clipboard.ts';
import { contentOf } from '../document/content.ts';

/** A whole workflow as a text that can be pasted and dropped on a canvas. */
export function clipOf(workflow: Workflow): string {
  const content = contentOf(workflow);
  return JSON.stringify(copyItems(content, new Set(content.order)));
}
