import { loadedLater } from '../ui/loaded-later.tsx';
import type { LightboxProps } from './lightbox-window.tsx';

/** Pictures in front of everything else. Its code loads on first use. */
export const Lightbox = loadedLater<LightboxProps>(
  async () => (await import('./lightbox-window.tsx')).LightboxWindow,
);
