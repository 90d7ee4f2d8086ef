import { beforeEach, expect, test } from 'vitest';
import { contentOf, upstreamOf } from '../../../client/document/content.ts';
import { addParts, joinEnds, patchNode, removeItems, setParam } from '../../../client/document/edits.ts';
import { speakUp, useQuiet, withoutQuiet } from '../../../client/document/quiet.ts';
import { documentActions, useDocument } from '../../../client/document/store.ts';

const wire = (from: string, to: string) => ({
  from: { node: from, port: 'out' },
  to: { node: to, port: 'in' },
});
const workflow = () =>
  contentOf({
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'a', type: 't/a', position: { x: 0, y: 0 } },
      { id: 'b', type: 't/b', position: { x: 300, y: 0 } },
    ],
    edges: [wire('a', 'b')],
  });
const edit = documentActions().edit;
const add = (id: string, wired = false) =>
  edit(
    'add',
    (content) => {
      const added = addParts(content, { nodes: [{ id, type: 't/n', position: { x: 0, y: 300 } }] });
      return wired ? joinEnds(added, wire('a', id).from, wire('a', id).to).content : added;
    },
    { select: [id] },
  );
const quiet = () => useQuiet.getState().nodes;

let tabs = 0;
beforeEach(() => documentActions().show(`tab-${tabs++}`, workflow()));

test('a workflow that is opened is not quiet', () => {
  expect(quiet()).toEqual({});
});

test('an added node is quiet until it was edited and then left', () => {
  add('n');
  documentActions().select(['a']);
  documentActions().select(['n']);
  expect(quiet()).toEqual({ n: 'new' });
  edit('param', (content) => setParam(content, 'n', 'k', 3));
  expect(quiet()).toEqual({ n: 'touched' });
  documentActions().select(['a']);
  expect(quiet()).toEqual({});
});

test('the wire that a node is added with does not count as an edit, a later one does', () => {
  add('n', true);
  expect(quiet()).toEqual({ n: 'new' });
  documentActions().select([]);
  expect(quiet()).toEqual({ n: 'new' });
  documentActions().select(['n']);
  edit('connect', (content) => joinEnds(content, wire('n', 'b').from, wire('n', 'b').to, true).content);
  expect(quiet().n).toBe('touched');
});

test('moving and naming a node are no edits', () => {
  add('n');
  edit('move', (content) => patchNode(content, 'n', { position: { x: 9, y: 9 }, title: 'Mine' }));
  documentActions().select([]);
  expect(quiet()).toEqual({ n: 'new' });
});

test('pasted nodes are quiet together, each until it was edited and left', () => {
  edit(
    'paste',
    (content) => {
      const nodes = ['p', 'q'].map((id) => ({ id, type: 't/n', position: { x: 0, y: 600 } }));
      return joinEnds(addParts(content, { nodes }), wire('p', 'q').from, wire('p', 'q').to).content;
    },
    { select: ['p', 'q'] },
  );
  edit('param', (content) => setParam(content, 'q', 'k', 3));
  documentActions().select(['p']);
  expect(quiet()).toEqual({ p: 'new' });
});

test('a node whose wire was pulled off is quiet until something else is selected', () => {
  const [id] = useDocument.getState().edgeOrder;
  edit('disconnect', (content) => removeItems(content, new Set(), new Set([id!])));
  expect(quiet()).toEqual({ b: 'touched' });
  documentActions().select(['a']);
  expect(quiet()).toEqual({});
});

test('a run ends the quiet of the nodes that it asks for', () => {
  add('n');
  add('m', true);
  speakUp(upstreamOf(useDocument.getState(), ['m']));
  expect(quiet()).toEqual({ n: 'new' });
  speakUp();
  expect(quiet()).toEqual({});
});

test('each tab keeps its own quiet nodes', () => {
  add('n');
  const { tab } = useDocument.getState();
  const content = workflow();
  documentActions().show('other', content);
  expect(quiet()).toEqual({});
  documentActions().show(tab, content);
  expect(quiet()).toEqual({ n: 'new' });
});

test('problems of quiet nodes are left out, a cycle only if all its nodes are quiet', () => {
  const at = (nodeId: string, nodes?: string[]) => ({
    code: 'x',
    message: nodeId,
    nodeId,
    ...(nodes && { nodes }),
  });
  const problems = [at('a'), at('n'), at('a', ['a', 'n']), { code: 'y', message: 'whole' }];
  expect(withoutQuiet(problems, { n: 'new' }).map(({ message }) => message)).toEqual(['a', 'a', 'whole']);
});
