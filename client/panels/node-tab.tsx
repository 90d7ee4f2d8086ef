import { Checkbox, TextInput } from '@mantine/core';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { useChecks } from '../document/checks.ts';
import { inputIndex, patchNode, toggleInput } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { leftOutCount } from '../runs/left-out.ts';
import { useRunState } from '../runs/store.ts';
import { useDescriptor } from '../ui/api/catalogue.ts';
import { durationText } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { Sentence } from '../ui/strings/sentence.tsx';
import { told } from '../ui/strings/told.ts';
import { nodeTitleText, useTextField } from '../ui/strings/workflow-text.ts';
import { ParamFields } from '../widgets/param-fields.tsx';
import css from './panels.module.css';

function RunFacts({ id }: { readonly id: string }) {
  const { state, ms, cache, error, warnings, skipped, total } = useRunState(id);
  if (state === 'idle') return null;
  return (
    <div className={css.facts} data-state={state}>
      <strong>
        {t(`node.${state}`)}
        {ms !== undefined && ms > 0 && ` · ${durationText(ms)}`}
      </strong>
      {!error && cache && <p>{told(cache)}</p>}
      {warnings?.map((warning) => (
        <p key={warning.message}>
          <Sentence text={warning} />
        </p>
      ))}
      {skipped && skipped.length > 0 && (
        <details>
          <summary>{leftOutCount(skipped, total)}</summary>
          <ul>
            {skipped.slice(0, 100).map(({ name, path, reason }) => (
              <li key={path ?? name}>
                {name}: {told(reason)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function FormToggle({ id, param }: { readonly id: string; readonly param: ParamDescriptor }) {
  const isIn = useDocument((state) => inputIndex(state, id, param.name) >= 0);
  return (
    <Checkbox
      size="xs"
      label={param.title}
      checked={isIn}
      onChange={() => documentActions().edit('form', (content) => toggleInput(content, id, param.name))}
    />
  );
}

/** The title of a node, its state in the run, and all its params, including the advanced ones. */
export function NodeTab({ id }: { readonly id: string }) {
  const node = useDocument((state) => state.nodes[id]);
  const descriptor = useDescriptor(node?.type ?? '');
  // An open node says itself what is wrong with it.
  const problems = useChecks((state) => (node?.collapsed ? state.byNode[id] : undefined));
  const title = useTextField(
    node?.title ?? '',
    (text) =>
      documentActions().edit('rename', (content) => patchNode(content, id, { title: text || undefined }), {
        merge: `title:${id}`,
      }),
    (text) => (text === '' || !node ? '' : nodeTitleText(node.type, text)),
  );
  if (!node) return null;
  return (
    <div className={css.stack}>
      <TextInput size="xs" label={t('inspector.nodeTitle')} placeholder={descriptor?.title} {...title} />
      {problems?.map((problem) => (
        <p key={problem.code + problem.message} className={css.problem}>
          <Sentence text={problem} />
        </p>
      ))}
      <RunFacts id={id} />
      {!descriptor ? (
        <p className={css.quiet}>{t('canvas.missingNode', { type: node.type })}</p>
      ) : descriptor.params.length === 0 ? (
        <p className={css.quiet}>{t('inspector.noParams')}</p>
      ) : (
        <>
          <ParamFields params={descriptor.params} nodeId={id} />
          <fieldset className={css.fieldset}>
            <legend>{t('inspector.inForm')}</legend>
            {descriptor.params.map((param) => (
              <FormToggle key={param.name} id={id} param={param} />
            ))}
          </fieldset>
        </>
      )}
    </div>
  );
}
