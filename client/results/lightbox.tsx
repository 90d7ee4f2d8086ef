import { loadedLater } from '../ui/loaded-later.tsx';
import type { LightboxProps } from './lightbox-window.tsx';

/** Pictures over everything else; loaded when the first one is opened. */
export const Lightbox = loadedLater<LightboxProps>(
  async () => (await import('./lightbox-window.tsx')).LightboxWindow,
);
