import { create } from 'zustand';
import {
  isSetPath,
  type PathParams,
  pathParamsOf,
  pathsOf,
  setParamsOf,
  withPaths,
} from '../../server/contract/path-params.ts';
import type { PathFacts } from '../../server/contract/sharing.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { useCatalogue } from '../ui/api/catalogue.ts';
import { inspectPaths } from '../ui/api/files.ts';
import { workflowOf } from './content.ts';
import { contentIn, documentActions, useDocument } from './store.ts';
import { contentOfTab, useTabs } from './tabs.ts';

/** The params of all node types that name files or folders. */
const params = (): PathParams => pathParamsOf(Object.values(useCatalogue.getState().types));

/** The params of all node types that name label sets. */
const setParams = (): PathParams => setParamsOf(Object.values(useCatalogue.getState().types));

/** The names of the label sets that a workflow uses. */
export const setsOf = (workflow: Workflow): string[] =>
  pathsOf(workflow, setParams()).filter((set) => !isSetPath(set));

/** Resolves when the node types are known: only they tell which params are paths. */
function catalogueLoaded(): Promise<void> {
  if (useCatalogue.getState().loaded) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useCatalogue.subscribe(({ loaded }) => {
      if (!loaded) return;
      stop();
      resolve();
    });
  });
}

/** The paths that a workflow reads. */
export const readPaths = (workflow: Workflow): string[] => pathsOf(workflow, params());

/**
 * The workflow with paths that name no folder of this computer, where they can: `sample:`, `uploads:` or `~/`. If the server
 * does not answer, the workflow as it is.
 */
export async function portable(workflow: Workflow): Promise<Workflow> {
  await catalogueLoaded();
  const paths = readPaths(workflow);
  const facts = paths.length === 0 ? [] : await inspectPaths(paths).catch(() => []);
  const written = new Map(facts.map((fact) => [fact.path, fact.written]));
  return withPaths(workflow, params(), (path) => written.get(path) ?? path);
}

/** A shared workflow whose relative paths start in a folder of the uploads. */
export async function movedTo(folder: string, workflow: Workflow): Promise<Workflow> {
  await catalogueLoaded();
  const isRelative = (path: string) => !/^([/\\~]|[a-z][a-z0-9+-]*:)/i.test(path);
  const move = (path: string) => (isRelative(path) ? `${folder}/${path}` : path);
  const moved = withPaths(workflow, params(), move);
  return withPaths(moved, setParams(), (set) => (isSetPath(set) ? move(set) : set));
}

/** A path of a workflow where nothing is. */
export interface MissingPath {
  readonly path: string;
  readonly kind: 'missing' | 'forbidden';
  /** A node that reads it, and the param. */
  readonly node: string;
  readonly param: string;
}

interface MissingState {
  /** By tab. A tab that is not here has not been looked at. */
  readonly byTab: Readonly<Record<string, readonly MissingPath[]>>;
  /** The tab whose missing files the user is asked for in a window. */
  readonly asking: string | null;
}

/** What open workflows read and what is not there. */
export const useMissing = create<MissingState>(() => ({ byTab: {}, asking: null }));

function setMissing(tab: string, missing: readonly MissingPath[]): void {
  useMissing.setState(({ byTab, asking }) => ({
    byTab: { ...byTab, [tab]: missing },
    asking: asking === tab && missing.length === 0 ? null : asking,
  }));
}

const looked = new Set<string>();

/**
 * Looks once whether the files of a workflow are there.
 * @param ask whether to ask for missing ones in a window: after a file was opened, which may come from somebody else
 */
export async function lookForFiles(tab: string, ask: boolean): Promise<void> {
  looked.add(tab);
  await catalogueLoaded();
  const content = contentOfTab(tab);
  if (!content) return;
  const workflow = workflowOf(content);
  const types = params();
  const facts = await inspectPaths(readPaths(workflow)).catch((): PathFacts[] => []);
  const missing = facts.flatMap(({ path, kind }): MissingPath[] => {
    if (kind !== 'missing' && kind !== 'forbidden') return [];
    for (const node of workflow.nodes)
      for (const param of types.get(node.type) ?? [])
        if ([node.params?.[param]].flat().includes(path)) return [{ path, kind, node: node.id, param }];
    return [];
  });
  setMissing(tab, missing);
  if (ask && missing.length > 0) useMissing.setState({ asking: tab });
}

/** Looks for the files of each workflow when it is first shown. Returns a function that stops it. */
export function keepLooking(): () => void {
  const look = () => {
    const { active, view, tabs } = useTabs.getState();
    if (active !== null && view !== 'home' && !looked.has(active)) void lookForFiles(active, false);
    const open = new Set(tabs.map(({ key }) => key));
    const { byTab } = useMissing.getState();
    if (Object.keys(byTab).some((key) => !open.has(key)))
      useMissing.setState({
        byTab: Object.fromEntries(Object.entries(byTab).filter(([key]) => open.has(key))),
      });
  };
  look();
  return useTabs.subscribe(look);
}

/** Leaves the missing paths of a tab as they are. */
export function leaveMissing(tab: string): void {
  setMissing(tab, []);
}

const parts = (path: string): string[] => path.split(/[/\\]/);

/**
 * Where another missing path may be, now that the place of one is known: both lost the same folder above them.
 * @returns undefined if they have nothing in common
 */
export function guessed(lost: string, found: string, other: string): string | undefined {
  const [from, to, way] = [parts(lost), parts(found), parts(other)];
  // What both ends have in common stayed the same; what is before it has moved.
  while (from.length > 1 && to.length > 1 && from.at(-1) === to.at(-1)) {
    from.pop();
    to.pop();
  }
  const isBelow = from.every((part, at) => part === way[at]);
  if (isBelow) return [...to, ...way.slice(from.length)].join('/');
  // The chosen folder has another name: its neighbours may be beside it.
  const above = parts(lost).slice(0, -1);
  if (above.join('') === '' || !above.every((part, at) => part === way[at])) return undefined;
  return [...parts(found).slice(0, -1), ...way.slice(above.length)].join('/');
}

/** Sets a path that was missing, everywhere in the open workflow, and those of the others that are found beside it. */
export async function replaceMissing(tab: string, lost: string, found: string): Promise<void> {
  const missing = useMissing.getState().byTab[tab] ?? [];
  const guesses = missing.flatMap(({ path }): [string, string][] => {
    const guess = path === lost ? found : guessed(lost, found, path);
    return guess === undefined ? [] : [[path, guess]];
  });
  const facts = await inspectPaths(guesses.map(([, guess]) => guess)).catch((): PathFacts[] => []);
  const there = new Set(
    facts.filter(({ kind }) => kind === 'file' || kind === 'folder').map(({ path }) => path),
  );
  const next = new Map(guesses.filter(([path, guess]) => path === lost || there.has(guess)));
  if (useDocument.getState().tab !== tab) return;
  documentActions().edit('param', (content) => {
    const { nodes } = withPaths(workflowOf(content), params(), (path) => next.get(path) ?? path);
    return { ...content, nodes: Object.fromEntries(nodes.map((node) => [node.id, node])) };
  });
  documentActions().endGesture();
  setMissing(
    tab,
    missing.filter(({ path }) => !next.has(path)),
  );
}

/** The open workflow as it is now. */
export const openWorkflowNow = (): Workflow => workflowOf(contentIn(useDocument.getState()));
