import { create } from 'zustand';
import type { NodeDescriptor } from '../../nodes/sdk/descriptor.ts';
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

/** A type's descriptor, or undefined for one that nobody here knows. */
export const useDescriptor = (type: string): NodeDescriptor | undefined =>
  useCatalogue((state) => (Object.hasOwn(state.types, type) ? state.types[type] : undefined));

/** The same outside of components. */
export const descriptorOf = (type: string): NodeDescriptor | undefined => {
  const { types } = useCatalogue.getState();
  return Object.hasOwn(types, type) ? types[type] : undefined;
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
