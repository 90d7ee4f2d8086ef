import { create } from 'zustand';
import type { Said } from '../../../nodes/sdk/messages.ts';
import type { ListedModel } from '../../../server/contract/models.ts';
import { listModels } from '../api/models.ts';
import { messageOf } from '../strings/message-of.ts';

/** The list of models, as last loaded. */
export interface ModelList {
  readonly items: readonly ListedModel[];
  readonly loaded: boolean;
  /** Why the list could not be loaded. */
  readonly problem: Said | null;
  /** Counts how often models were added or removed while the page was open. */
  readonly changes: number;
}

/** The list of models; empty until it is loaded for the first time. */
export const useModels = create<ModelList>(() => ({ items: [], loaded: false, problem: null, changes: 0 }));

let asking: Promise<void> | undefined;

async function ask(): Promise<void> {
  try {
    const { items } = await listModels();
    useModels.setState({ items, loaded: true, problem: null });
  } catch (error) {
    useModels.setState({ problem: messageOf(error) });
  } finally {
    asking = undefined;
  }
}

/** Loads the list of models. If that fails, the store contains the problem. */
export function loadModels(): Promise<void> {
  asking ??= ask();
  return asking;
}
