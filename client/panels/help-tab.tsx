import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import type { PortDescriptor } from '../../nodes/sdk/descriptor.ts';
import { paste } from '../canvas/clip-actions.ts';
import { clipOf } from '../document/clipboard.ts';
import { useCatalogue, useDescriptor } from '../ui/api/catalogue.ts';
import { t } from '../ui/strings/index.ts';
import { PortMark } from '../ui/theme/ports.tsx';
import { exampleOf } from './example.ts';
import css from './panels.module.css';

function Ports({ title, ports }: { readonly title: string; readonly ports: readonly PortDescriptor[] }) {
  if (ports.length === 0) return null;
  return (
    <section className={css.group}>
      <h3>{title}</h3>
      <dl className={css.help}>
        {ports.map((port) => (
          <div key={port.name}>
            <dt>
              <PortMark type={port.types === 'any' ? 'any' : (port.types[0] ?? 'any')} /> {port.title}
              {!port.required && title === t('inspector.inputs') && (
                <span className={css.quiet}> ({t('inspector.optional')})</span>
              )}
            </dt>
            <dd>{port.help}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What a node does, port by port and param by param, with an example to click or drag onto the canvas. */
export function HelpTab({ type }: { readonly type: string }) {
  const descriptor = useDescriptor(type);
  const types = useCatalogue((state) => state.types);
  const example = useMemo(() => exampleOf(type, types), [type, types]);
  if (!descriptor) return <p className={css.quiet}>{t('canvas.missingNode', { type })}</p>;
  const clip = example && clipOf(example);
  return (
    <div className={css.stack}>
      <h2 className={css.helpTitle}>{descriptor.title}</h2>
      <p className={css.helpText}>{descriptor.description}</p>
      {clip ? (
        <>
          <Button
            size="xs"
            variant="light"
            draggable
            leftSection={<Plus size={14} aria-hidden />}
            onDragStart={(event) => event.dataTransfer.setData('application/patchbay-example', clip)}
            onClick={() => paste(clip)}
          >
            {t('inspector.example')}
          </Button>
          <p className={css.quiet}>{t('inspector.exampleHelp')}</p>
        </>
      ) : (
        <p className={css.quiet}>{t('inspector.none')}</p>
      )}
      <Ports title={t('inspector.inputs')} ports={descriptor.inputs} />
      <Ports title={t('inspector.outputs')} ports={descriptor.outputs} />
      {descriptor.params.length > 0 && (
        <section className={css.group}>
          <h3>{t('inspector.params')}</h3>
          <dl className={css.help}>
            {descriptor.params.map(({ name, title, help }) => (
              <div key={name}>
                <dt>{title}</dt>
                <dd>{help}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
