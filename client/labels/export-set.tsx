import { Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ViewPlace } from '../results/pictures/selection.ts';
import { exportAddress } from '../ui/api/labels.ts';
import { downloadFrom } from '../ui/browser-files.ts';
import { t } from '../ui/strings/index.ts';
import css from './room.module.css';
import { canUseHere, useHere } from './use-here.ts';

/** The ways to take a set elsewhere, in the order of the menu. */
const WAYS = [
  { format: 'zip', title: 'categories.exportZip' },
  { format: 'csv', title: 'categories.exportCsv' },
  { format: 'metadata-csv', title: 'categories.exportMetadataCsv' },
  { format: 'metadata-jsonl', title: 'categories.exportMetadataJsonl' },
  { format: 'json', title: 'categories.exportJson' },
] as const;

/** Downloads a set in one of its formats. */
export const download = (set: string, format: (typeof WAYS)[number]['format']): void =>
  downloadFrom(exportAddress(set, { format }), '');

/** A menu with everything that can be done with a set after sorting. `place` is the result that the pictures come from. */
export function ExportSet({ set, place }: { readonly set: string; readonly place?: ViewPlace }) {
  return (
    <Menu
      keepMounted={false}
      withinPortal
      zIndex={450}
      position="bottom-end"
      withInitialFocusPlaceholder={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <button
          type="button"
          className={css.tool}
          aria-label={t('categories.exportNamed', { name: set })}
          title={t('results.export')}
        >
          <Download size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {place && canUseHere(place) && (
          <Menu.Item onClick={() => useHere(set, place)}>{t('categories.useHere')}</Menu.Item>
        )}
        {WAYS.map(({ format, title }) => (
          <Menu.Item key={format} onClick={() => download(set, format)}>
            {t(title)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
