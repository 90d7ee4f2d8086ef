import { create } from 'zustand';
import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';
import type { Said } from '../../../nodes/sdk/messages.ts';
import { useLanguage } from '../strings/language.ts';
import { localized } from '../strings/localized.ts';
import { messageOf } from '../strings/message-of.ts';
import { call } from './http.ts';

/** All node types, from the server. */
export interface Catalogue {
  /** By type. */
  readonly types: Readonly<Record<string, NodeDescriptor>>;
  readonly loaded: boolean;
  /** Why loading failed. */
  readonly problem: Said | null;
}

/** The node types that the server offers. */
export const useCatalogue = create<Catalogue>(() => ({ types: {}, loaded: false, problem: null }));

/** The descriptor of a type in the current language; undefined for an unknown type. */
export function useDescriptor(type: string): NodeDescriptor | undefined {
  const language = useLanguage((state) => state.language);
  const own = useCatalogue((state) => (Object.hasOwn(state.types, type) ? state.types[type] : undefined));
  return own && localized(own, language);
}

/** Like {@link useDescriptor}, for use outside of components. */
export const descriptorOf = (type: string): NodeDescriptor | undefined => {
  const { types } = useCatalogue.getState();
  const own = Object.hasOwn(types, type) ? types[type] : undefined;
  return own && localized(own);
};

/** Loads the node types. If that fails, the store contains the problem. */
export async function loadCatalogue(): Promise<void> {
  try {
    const { items } = await call('listNodes');
    useCatalogue.setState({
      types: Object.fromEntries(items.map((item) => [item.type, item])),
      loaded: true,
      problem: null,
    });
  } catch (error) {
    useCatalogue.setState({ problem: messageOf(error) });
  }
}
