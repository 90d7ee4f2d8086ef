import {
  ActionIcon,
  Anchor,
  Popover,
  SegmentedControl,
  type SegmentedControlProps,
  Stack,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { Settings } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Health } from '../../server/contract/http.ts';
import { getHealth } from '../ui/api/about.ts';
import { LANGUAGES, type Language, t, useLanguage } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { useOverlay } from './registry.ts';

function About() {
  const [health, setHealth] = useState<Health>();
  useEffect(() => {
    getHealth().then(setHealth, () => setHealth(undefined));
  }, []);
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('settings.about')}
      </Text>
      {health && <Text size="sm">{t('settings.version', { version: health.version })}</Text>}
      <Anchor className="pb-tap-link" size="sm" href="/api/docs" target="_blank" rel="noreferrer">
        {t('settings.api')}
      </Anchor>
      {health && health.problems.length > 0 && (
        <>
          <Text size="sm" fw={600} mt="xs">
            {t('settings.problems')}
          </Text>
          {health.problems.map((problem) => (
            <Text key={problem.code} size="sm">
              {told(problem)}
            </Text>
          ))}
        </>
      )}
    </div>
  );
}

/** One setting: its title, and its options side by side. */
function Choice<T extends string>({
  title,
  ...choice
}: { readonly title: string } & Pick<SegmentedControlProps<T>, 'value' | 'onChange' | 'data'>) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <SegmentedControl fullWidth size="xs" aria-label={title} {...choice} />
    </div>
  );
}

/** The menu for appearance and language. */
export function SettingsMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, setLanguage } = useLanguage();
  const opened = useOverlay(({ open }) => open === 'settings');
  const show = (open: boolean) => useOverlay.setState({ open: open ? 'settings' : null });
  return (
    <Popover
      opened={opened}
      onChange={show}
      position="bottom-end"
      width={300}
      withArrow
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t('settings.title')}
          onClick={() => show(!opened)}
          title={t('settings.title')}
        >
          <Settings size={17} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Choice
            title={t('settings.theme')}
            value={colorScheme}
            onChange={setColorScheme}
            data={[
              { value: 'auto', label: t('settings.themeAuto') },
              { value: 'light', label: t('settings.themeLight') },
              { value: 'dark', label: t('settings.themeDark') },
            ]}
          />
          <Choice
            title={t('settings.language')}
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
          <About />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
