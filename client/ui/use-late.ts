import { useEffect, useState } from 'react';

/** A state that lasts less than this many milliseconds is not drawn, so that a quick change is drawn once. */
export const BLINK_MS = 80;

/** Whether a value has been true for {@link BLINK_MS}. */
export function useLate(value: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!value) return;
    const timer = setTimeout(() => setLate(true), BLINK_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [value]);
  return value && isLate;
}
