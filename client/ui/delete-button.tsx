import { ActionIcon, Button, Group, Popover, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from './strings/index.ts';

/** A button that deletes after the user has confirmed. */
export function DeleteButton({
  label,
  question,
  confirm,
  size,
  onDelete,
}: {
  readonly label: string;
  readonly question: string;
  /** Label of the button that deletes: a verb with its object. */
  readonly confirm: string;
  readonly size?: 'sm';
  readonly onDelete: () => void;
}) {
  const [asked, setAsked] = useState(false);
  return (
    <Popover opened={asked} onChange={setAsked} width={280} withArrow trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={size}
          aria-label={label}
          onClick={() => setAsked(true)}
        >
          <Trash2 size={size === 'sm' ? 14 : 16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm">{question}</Text>
        <Group mt="xs" gap="xs">
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
          <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
            {t('home.keep')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
