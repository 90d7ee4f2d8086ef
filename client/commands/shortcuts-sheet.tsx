import { Modal } from '@mantine/core';
import { keyText } from '../ui/keys.ts';
import { t, useLanguage } from '../ui/strings/index.ts';
import { type Command, keysOf, useCommands, useOverlay } from './registry.ts';

const GROUPS: readonly Command['group'][] = ['run', 'edit', 'node', 'canvas', 'file', 'view'];

/** The list of all keyboard shortcuts. */
export function ShortcutsSheet() {
  const opened = useOverlay((state) => state.open === 'shortcuts');
  const commands = useCommands((state) => state.byId);
  useLanguage();
  return (
    <Modal
      opened={opened}
      onClose={() => useOverlay.setState({ open: null })}
      title={t('command.shortcuts')}
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      size="xl"
      transitionProps={{ duration: 0 }}
    >
      <div className="pb-sheet">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{t(`command.group.${group}`)}</h3>
            <dl>
              {Object.values(commands)
                .filter((command) => command.group === group && keysOf(command).length > 0)
                .map((command) => (
                  <div key={command.id}>
                    <dt>{t(command.title)}</dt>
                    <dd>
                      {keysOf(command).map((key) => (
                        <kbd key={key}>{keyText(key)}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
