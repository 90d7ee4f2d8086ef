import { create } from 'zustand';
import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { useLanguage } from '../strings/language.ts';
import { localized } from '../strings/localized.ts';
import { request } from './http.ts';

/** What a graph can do, as the server tells it. */
export interface Catalogue {
  /** By type. */
  readonly types: Readonly<Record<string, NodeDescriptor>>;
  readonly loaded: boolean;
  /** A sentence, when it could not be loaded. */
  readonly problem: string | null;
}

/** The node types there are. */
export const useCatalogue = create<Catalogue>(() => ({ types: {}, loaded: false, problem: null }));

/** A type's descriptor in the language chosen, or undefined for one that nobody here knows. */
export function useDescriptor(type: string): NodeDescriptor | undefined {
  const language = useLanguage((state) => state.language);
  const own = useCatalogue((state) => (Object.hasOwn(state.types, type) ? state.types[type] : undefined));
  return own && localized(own, language);
}

/** The same outside of components. */
export const descriptorOf = (type: string): NodeDescriptor | undefined => {
  const { types } = useCatalogue.getState();
  const own = Object.hasOwn(types, type) ? types[type] : undefined;
  return own && localized(own);
};

/** Fetches the node types; what went wrong is told in the store. */
export async function loadCatalogue(): Promise<void> {
  try {
    const { items } = await request<{ items: NodeDescriptor[] }>('/api/nodes');
    useCatalogue.setState({
      types: Object.fromEntries(items.map((item) => [item.type, item])),
      loaded: true,
      problem: null,
    });
  } catch (error) {
    useCatalogue.setState({ problem: error instanceof Error ? error.message : String(error) });
  }
}
