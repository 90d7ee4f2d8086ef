import { ActionIcon, Button, Group, Popover, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { t } from './strings/index.ts';

/** A button that deletes, after it was asked whether that is meant. */
export function DeleteButton({
  label,
  question,
  size,
  onDelete,
}: {
  readonly label: string;
  readonly question: string;
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
            {t('home.deleteYes')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
            {t('home.keep')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
