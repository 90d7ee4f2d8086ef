import { create } from 'zustand';
import { type ListedModel, listModels } from '../api/models.ts';

/** The models there are, as last heard. */
export interface ModelList {
  readonly items: readonly ListedModel[];
  readonly loaded: boolean;
  /** A sentence, when they could not be listed. */
  readonly problem: string | null;
  /** How often others came or went while the page was open. */
  readonly changes: number;
}

/** The models there are; empty until somebody asks. */
export const useModels = create<ModelList>(() => ({ items: [], loaded: false, problem: null, changes: 0 }));

let asking: Promise<void> | undefined;

async function ask(): Promise<void> {
  try {
    const { items } = await listModels();
    useModels.setState({ items, loaded: true, problem: null });
  } catch (error) {
    useModels.setState({ problem: error instanceof Error ? error.message : String(error) });
  } finally {
    asking = undefined;
  }
}

/** Asks for the models; what went wrong is told in the store. */
export function loadModels(): Promise<void> {
  asking ??= ask();
  return asking;
}
