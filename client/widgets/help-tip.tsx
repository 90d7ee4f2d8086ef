import { Tooltip } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';

const WAIT_MS = 400;

/** Shows a param's help over its label after a moment. The tooltip exists only while it is shown: nodes have many labels. */
export function HelpTip({ help, children }: { readonly help: string; readonly children: ReactNode }) {
  const [shown, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const enter = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(true), WAIT_MS);
  };
  const leave = () => {
    clearTimeout(timer.current);
    setShown(false);
  };
  const content = (
    <span onPointerEnter={enter} onPointerLeave={leave} onPointerDown={leave}>
      {children}
    </span>
  );
  if (!shown || help === '') return content;
  return (
    <Tooltip opened label={help} multiline maw={300} position="top-start" withArrow zIndex={400}>
      {content}
    </Tooltip>
  );
}
