import type { Said } from '../../nodes/sdk/messages.ts';
import type { Problem } from '../../server/contract/basics.ts';
import { nodeName } from '../document/node-name.ts';
import { useDocument } from '../document/store.ts';
import { runFileUrl, runZipUrl } from '../ui/api/runs.ts';
import { durationText, formatBytes, formatProgress } from '../ui/format.ts';
import { OpenFolder } from '../ui/open-folder.tsx';
import { t } from '../ui/strings/index.ts';
import { Sentence, Sentences } from '../ui/strings/sentence.tsx';
import { leftOutText } from './left-out.ts';
import { IDLE, type NodeRunState, type ShownRun } from './run-state.ts';
import css from './runs.module.css';
import { useRunState } from './store.ts';

/** Scrolls to a node. The rooms pass it in, because this folder cannot import the canvas. */
type ShowNode = (id: string) => void;

/** Problems as sentences, each with a link to its node. */
export function ProblemList({
  problems,
  onShowNode,
}: {
  readonly problems: readonly Problem[];
  readonly onShowNode: ShowNode;
}) {
  const nodes = useDocument((state) => state.nodes);
  if (problems.length === 0) return <p className={css.quiet}>{t('run.noProblems')}</p>;
  return (
    <ul className={css.problemList}>
      {problems.map((problem) => {
        const id = problem.nodeId ?? problem.nodes?.[0];
        return (
          <li key={`${problem.code}-${id}-${problem.port ?? problem.param ?? ''}-${problem.message}`}>
            <Sentence text={problem} />{' '}
            {id !== undefined && nodes[id] && (
              <button type="button" className={css.link} onClick={() => onShowNode(id)}>
                {nodeName(id)}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The sentences of a node beside its state. */
function notesOf({ state, error, cache, skipped, total, warnings }: NodeRunState): readonly Said[] {
  if (state === 'skipped' && !error) return [t('run.skippedNote')];
  if (error) return [error];
  if (warnings) return warnings;
  if (skipped && skipped.length > 0) return [leftOutText(skipped, total)];
  return cache ? [cache] : [];
}

function LogRow({
  id,
  listed,
  onShowNode,
}: {
  readonly id: string;
  /** The nodes whose problems the list above has. */
  readonly listed: ReadonlySet<string>;
  readonly onShowNode: ShowNode;
}) {
  const node = useRunState(id);
  const isListed = node.error !== undefined && node.error.nodeId === id && listed.has(id);
  return (
    <tr data-state={node.state}>
      <td>
        <button type="button" className={css.link} onClick={() => onShowNode(id)}>
          {nodeName(id)}
        </button>
      </td>
      <td>
        {t(`node.${node.state}`)}
        {node.state === 'running' &&
          node.total !== undefined &&
          ` ${formatProgress(node.done ?? 0, node.total)}`}
      </td>
      <td className={css.number}>{node.ms === undefined ? '' : durationText(node.ms)}</td>
      <td className={css.note}>{!isListed && <Sentences texts={notesOf(node)} />}</td>
    </tr>
  );
}

/** The expanded run bar: problems first, then each node with its time, then the written files. */
export function RunDetails({
  run,
  problems,
  onShowNode,
}: {
  readonly run: ShownRun | undefined;
  readonly problems: readonly Problem[];
  readonly onShowNode: ShowNode;
}) {
  const known = useDocument((state) => state.nodes);
  const ids = Object.keys(run?.nodes ?? {}).filter(
    (id) => known[id] && (run?.nodes[id] ?? IDLE).state !== 'idle',
  );
  // The table does not repeat what the list of problems says.
  const listed = new Set(problems.flatMap(({ nodeId, nodes }) => nodes ?? nodeId ?? []));
  return (
    <div className={css.details}>
      {problems.length > 0 && <ProblemList problems={problems} onShowNode={onShowNode} />}
      {ids.length === 0 ? (
        problems.length === 0 && <p className={css.quiet}>{t('run.logEmpty')}</p>
      ) : (
        <table className={css.log}>
          <caption className={css.hidden}>{t('run.log')}</caption>
          <tbody>
            {ids.map((id) => (
              <LogRow key={id} id={id} listed={listed} onShowNode={onShowNode} />
            ))}
          </tbody>
        </table>
      )}
      {run && run.files.length > 0 && (
        <section aria-label={t('run.files')}>
          <a className={css.link} href={runZipUrl(run.id)} download>
            {t('share.zip')}
          </a>{' '}
          <OpenFolder what={{ run: run.id }} className={css.link} />
          <ul className={css.files}>
            {run.files.map(({ path, bytes }) => (
              <li key={path}>
                <a href={runFileUrl(run.id, path)} download>
                  {path}
                </a>{' '}
                <span className={css.quiet}>{formatBytes(bytes)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
