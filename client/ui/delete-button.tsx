import { ActionIcon, Button, Group, Loader, Popover, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from './strings/index.ts';

/** A button that deletes after the user has confirmed. */
export function DeleteButton({
  label,
  text,
  question,
  confirm,
  size,
  onAsk,
  onDelete,
}: {
  readonly label: string;
  /** Shown instead of the icon. */
  readonly text?: string;
  /** Undefined while it is not known what the deletion takes away. */
  readonly question?: string;
  /** Label of the button that deletes: a verb with its object. Without it, nothing can be deleted. */
  readonly confirm?: string;
  readonly size?: 'sm';
  /** Called when the question opens. */
  readonly onAsk?: () => void;
  readonly onDelete: () => void;
}) {
  const [asked, setAsked] = useState(false);
  const ask = () => {
    onAsk?.();
    setAsked(true);
  };
  return (
    <Popover opened={asked} onChange={setAsked} width={280} withArrow trapFocus returnFocus>
      <Popover.Target>
        {text === undefined ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={size}
            aria-label={label}
            title={label}
            onClick={ask}
          >
            <Trash2 size={size === 'sm' ? 14 : 16} aria-hidden />
          </ActionIcon>
        ) : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={ask}>
            {text}
          </Button>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        {question === undefined ? (
          <Loader size="xs" aria-label={label} />
        ) : (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }} aria-live="polite">
            {question}
          </Text>
        )}
        <Group mt="xs" gap="xs">
          {confirm !== undefined && (
            <Button
              size="compact-sm"
              color="red"
              onClick={() => {
                setAsked(false);
                onDelete();
              }}
            >
              {confirm}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
            {t('home.keep')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
