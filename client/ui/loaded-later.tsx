import { type ComponentType, useEffect, useState } from 'react';

/** Between two attempts while the server is away. */
const AGAIN_MS = 1000;

/**
 * A part of the editor whose code is fetched when it is first shown or asked for, and drawn at once where it is there: React's own lazy
 * parts hold back for 300 ms after their first empty frame, and bring the whole page down when the server is away just then.
 */
export function loadedLater<Props extends object = object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> & { readonly preload: () => void } {
  let part: ComponentType<Props> | undefined;
  const get = async () => {
    part ??= await load();
    return part;
  };
  function Later(props: Props) {
    const [Part, setPart] = useState(() => part);
    useEffect(() => {
      if (Part) return;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let gone = false;
      const ask = () =>
        void get().then(
          (found) => gone || setPart(() => found),
          () => {
            if (!gone) timer = setTimeout(ask, AGAIN_MS);
          },
        );
      ask();
      return () => {
        gone = true;
        clearTimeout(timer);
      };
    }, [Part]);
    return Part ? <Part {...props} /> : null;
  }
  return Object.assign(Later, { preload: () => void get().catch(() => undefined) });
}
