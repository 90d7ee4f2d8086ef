import { Tooltip, type TooltipProps } from '@mantine/core';
import { cloneElement, type HTMLAttributes, type ReactElement, useState } from 'react';

interface HintProps extends Omit<TooltipProps, 'children' | 'disabled'> {
  readonly children: ReactElement<HTMLAttributes<HTMLElement>>;
}

/** A tooltip of a button. A press hides it until the pointer comes back, because its words are done. */
export function Hint({ children, ...rest }: HintProps) {
  const [isPressed, setPressed] = useState(false);
  const { onPointerDown, onPointerEnter } = children.props;
  return (
    <Tooltip openDelay={400} {...rest} disabled={isPressed}>
      {cloneElement(children, {
        onPointerDown: (event) => {
          setPressed(true);
          onPointerDown?.(event);
        },
        onPointerEnter: (event) => {
          setPressed(false);
          onPointerEnter?.(event);
        },
      })}
    </Tooltip>
  );
}
