/** Colours a frame may have, by the name the workflow keeps. */
export const FRAME_COLORS = {
  slate: '#64748b',
  amber: '#d39c1c',
  green: '#2f9e5b',
  blue: '#3b7ae0',
  violet: '#8b5cf6',
  pink: '#d9468c',
} as const;

/** Name of a colour of frames. */
export type FrameColor = keyof typeof FRAME_COLORS;

/** All names, in the order of menus. */
export const FRAME_COLOR_NAMES: readonly FrameColor[] = ['slate', 'amber', 'green', 'blue', 'violet', 'pink'];

const isFrameColor = (name: string): name is FrameColor => Object.hasOwn(FRAME_COLORS, name);

/** The tint of a frame; of a name that is no colour here, that of `otherwise`. */
export const frameTint = (name: string | undefined, otherwise: FrameColor): string =>
  FRAME_COLORS[name !== undefined && isFrameColor(name) ? name : otherwise];
