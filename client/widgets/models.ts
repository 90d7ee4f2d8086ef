import { create } from 'zustand';
import { type ListedModel, listModels } from '../api/about.ts';

/** The models there are, as last heard. */
export interface ModelList {
  readonly items: readonly ListedModel[];
  readonly loaded: boolean;
  /** A sentence, when they could not be listed. */
  readonly problem: string | null;
}

/** The models there are; empty until somebody asks. */
export const useModels = create<ModelList>(() => ({ items: [], loaded: false, problem: null }));

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
