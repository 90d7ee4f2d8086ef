import type { PortType } from '../../../nodes/sdk/values.ts';
import { PORT_LOOKS, type PortShape, portColor } from './ports.ts';

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

/** A port's mark: its type by colour and shape. Decoration; the words beside it say the same. */
export function PortMark({ type, size = 12 }: { readonly type: PortType | 'any'; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className="pb-mark">
      <path d={PATHS[PORT_LOOKS[type].shape]} fill={portColor(type)} fillRule="evenodd" />
    </svg>
  );
}
