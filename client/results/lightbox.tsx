import { lazy, Suspense } from 'react';
import type { LightboxProps } from './lightbox-window.tsx';

const Window = lazy(async () => ({ default: (await import('./lightbox-window.tsx')).LightboxWindow }));

/** Pictures over everything else; loaded when the first one is opened. */
export function Lightbox(props: LightboxProps) {
  return (
    <Suspense fallback={null}>
      <Window {...props} />
    </Suspense>
  );
}
