import type { CSSProperties } from 'react';
import type { PortType } from '../../../nodes/sdk/values.ts';

/** Shapes that can be distinguished without colour. */
export type PortShape = 'disc' | 'donut' | 'diamond' | 'grid' | 'square' | 'triangle' | 'hexagon' | 'ring';

/** How a port type looks. */
export interface PortLook {
  readonly shape: PortShape;
  /** Colour on the light canvas, with a contrast of at least 3:1. */
  readonly light: string;
  /** Colour on the dark canvas, with a contrast of at least 3:1. */
  readonly dark: string;
}

/** Colour and shape of every port type. Two types share both only if they are meant to look the same. */
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
  classifier: { shape: 'hexagon', light: '#4d7c0f', dark: '#a3d84b' },
  table: { shape: 'square', light: '#475569', dark: '#a3b1c6' },
  metrics: { shape: 'square', light: '#475569', dark: '#a3b1c6' },
  view: { shape: 'disc', light: '#475569', dark: '#a3b1c6' },
  any: { shape: 'ring', light: '#596170', dark: '#ffffff' },
};

/** The type that a port shows: its own, or `any` if it accepts several. */
export function lookOf(types: readonly PortType[] | 'any'): PortType | 'any' {
  if (types === 'any' || types.length !== 1) return types !== 'any' && types.length === 2 ? types[0]! : 'any';
  return types[0]!;
}

/** The CSS variable of a type's colour. */
export const portColor = (type: PortType | 'any'): string => `var(--pb-port-${type})`;

/** Canvas backgrounds. The port colours are chosen for contrast against them. */
export const CANVAS = { light: '#f4f5f8', dark: '#121419' } as const;

/** Colours of the categories, at the left edge of a node. */
export const CATEGORY_TINTS: Readonly<Record<string, string>> = {
  image: 'images',
  text: 'texts',
  preprocess: 'pixels',
  encode: 'embeddings',
  label: 'labels',
  project: 'adapter',
  train: 'classifier',
  compare: 'similarity',
  evaluate: 'matches',
  collection: 'embeddings',
  explore: 'tokens',
  view: 'matches',
  output: 'table',
  flow: 'any',
};

/** The category of a node type: `compare` of `compare/top-k`; empty for a type without one. */
export const categoryOf = (type: string): string => type.slice(0, Math.max(0, type.indexOf('/')));

/** The colour of a node type's category. */
export const tintOf = (type: string): string => {
  const category = categoryOf(type);
  return `var(--pb-port-${Object.hasOwn(CATEGORY_TINTS, category) ? CATEGORY_TINTS[category] : 'any'})`;
};

/** A style that gives CSS a colour as `--pb-tint`. */
export interface TintStyle extends CSSProperties {
  readonly '--pb-tint': string;
}

const PATHS: Readonly<Record<PortShape, string>> = {
  disc: 'M7 2a5 5 0 1 1 0 10a5 5 0 1 1 0-10z',
  donut: 'M7 1.6a5.4 5.4 0 1 1 0 10.8a5.4 5.4 0 1 1 0-10.8zM7 5a2 2 0 1 0 0 4a2 2 0 1 0 0-4z',
  diamond: 'M7 .8L13.2 7L7 13.2L.8 7z',
  grid: 'M2 2h4.4v4.4H2zM7.6 2H12v4.4H7.6zM2 7.6h4.4V12H2zM7.6 7.6H12V12H7.6z',
  square: 'M2.2 2.2h9.6v9.6H2.2z',
  triangle: 'M7 1.2L13 12H1z',
  hexagon: 'M7 1l5.4 3v6L7 13L1.6 10V4z',
  ring: 'M7 1.6a5.4 5.4 0 1 1 0 10.8a5.4 5.4 0 1 1 0-10.8zM7 4a3 3 0 1 0 0 6a3 3 0 1 0 0-6z',
};

/** A coloured shape that shows a port's type. Decoration only: the text beside it says the same. */
export function PortMark({ type, size = 12 }: { readonly type: PortType | 'any'; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className="pb-mark">
      <path d={PATHS[PORT_LOOKS[type].shape]} fill={portColor(type)} fillRule="evenodd" />
    </svg>
  );
}
