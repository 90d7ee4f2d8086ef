import { type ComponentType, useEffect, useState } from 'react';

/** Pause between two attempts while the server does not answer, in milliseconds. */
const AGAIN_MS = 1000;

/**
 * A part of the studio whose code loads on first use. Later uses draw it immediately. React's `lazy` would show nothing
 * for 300 ms on first use. It would also break the whole page if the server does not answer at that moment.
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
