import type { PortType } from '../../../nodes/sdk/values.ts';

/** Outlines that can be told apart without colour. */
export type PortShape = 'disc' | 'donut' | 'diamond' | 'grid' | 'square' | 'triangle' | 'hexagon' | 'ring';

/** How a port type looks. */
export interface PortLook {
  readonly shape: PortShape;
  /** On the light canvas, at least 3:1 against it. */
  readonly light: string;
  /** On the dark canvas, at least 3:1 against it. */
  readonly dark: string;
}

/** Every port type by colour and shape; no two have both in common but those that are drawn alike on purpose. */
export const PORT_LOOKS: Readonly<Record<PortType | 'any', PortLook>> = {
  images: { shape: 'disc', light: '#b45309', dark: '#f5b83d' },
  pixels: { shape: 'donut', light: '#c2410c', dark: '#fb8b4b' },
  texts: { shape: 'disc', light: '#857000', dark: '#f7e04b' },
  labels: { shape: 'disc', light: '#4d7c0f', dark: '#a3d84b' },
  embeddings: { shape: 'diamond', light: '#6d28d9', dark: '#b79bff' },
  tokens: { shape: 'grid', light: '#6d28d9', dark: '#b79bff' },
  similarity: { shape: 'square', light: '#0e7490', dark: '#45c8e6' },
  matches: { shape: 'triangle', light: '#15803d', dark: '#57c97a' },
  encoder: { shape: 'hexagon', light: '#1d4ed8', dark: '#6ea0ff' },
  adapter: { shape: 'hexagon', light: '#be185d', dark: '#f47ab8' },
  table: { shape: 'square', light: '#475569', dark: '#a3b1c6' },
  metrics: { shape: 'square', light: '#475569', dark: '#a3b1c6' },
  view: { shape: 'disc', light: '#475569', dark: '#a3b1c6' },
  any: { shape: 'ring', light: '#596170', dark: '#ffffff' },
};

/** The type a port shows: its own, or `any` for one that is open to several. */
export function lookOf(types: readonly PortType[] | 'any'): PortType | 'any' {
  if (types === 'any' || types.length !== 1) return types !== 'any' && types.length === 2 ? types[0]! : 'any';
  return types[0]!;
}

/** The CSS variable of a type's colour. */
export const portColor = (type: PortType | 'any'): string => `var(--pb-port-${type})`;

/** Canvas backgrounds that the colours are chosen against. */
export const CANVAS = { light: '#f3f4f6', dark: '#16181d' } as const;

/** Tints of categories, at a node's left edge. */
export const CATEGORY_TINTS: Readonly<Record<string, string>> = {
  image: 'images',
  text: 'texts',
  preprocess: 'pixels',
  encode: 'embeddings',
  project: 'adapter',
  compare: 'similarity',
  evaluate: 'matches',
  view: 'matches',
  output: 'table',
  flow: 'any',
};

/** The tint of a node type's category. */
export const tintOf = (type: string): string => {
  const category = type.slice(0, Math.max(0, type.indexOf('/')));
  return `var(--pb-port-${Object.hasOwn(CATEGORY_TINTS, category) ? CATEGORY_TINTS[category] : 'any'})`;
};
