import { beforeEach, describe, expect, test } from 'vitest';
import { defineNode, param, port } from '../../nodes/sdk/index.ts';
import { createRegistry } from '../../server/engine/registry.ts';
import { createExaminer } from '../../server/http/gate/prepare.ts';
import type { Workflow } from '../../workflows/workflow.ts';

let analyses = 0;
beforeEach(() => {
  analyses = 0;
});
const counted = defineNode({
  title: 'Counted',
  description: 'Counts how often somebody asks what it would give.',
  inputs: {},
  params: { text: param.text({ default: '', help: 'Text.' }) },
  outputs: { texts: port.texts({ help: 'Texts.' }) },
  infer: () => {
    analyses += 1;
    return { texts: { type: 'texts', count: 1 } };
  },
  run: ({ params }) => ({ texts: { kind: 'texts', items: [{ kind: 'text', text: params.text }] } }),
});
const examiner = () => createExaminer(createRegistry([['test/counted', counted]]));

const workflow: Workflow = {
  format: 'patchbay',
  version: 1,
  name: 'Flow',
  nodes: [{ id: 'a', type: 'test/counted', params: { text: 'x' } }],
  edges: [],
  inputs: [{ name: 'text', node: 'a', param: 'text' }],
};
const body = (more: object = {}) => JSON.stringify({ workflow, ...more });

describe('a run request', () => {
  test('is one step from its body to what the queue takes: defaults, inputs in place, the text of the journal', () => {
    const { value } = examiner().request(body({ inputs: { text: 'cats' }, series: 's' }));
    const { workflowText, ...run } = value!;
    expect(run).toEqual({
      name: 'Flow',
      lane: 'light',
      useCache: true,
      partial: false,
      front: false,
      series: 's',
      query: null,
      folder: null,
    });
    expect(JSON.parse(workflowText)).toEqual({
      ...workflow,
      nodes: [{ id: 'a', type: 'test/counted', params: { text: 'cats' } }],
    });
    expect(analyses).toBe(1);
  });

  test('and one to run a saved workflow end as the same run', () => {
    const wishes = {
      inputs: { text: 'cats' },
      useCache: false,
      partial: false,
      front: false,
      workflowId: 'wf',
    };
    const saved = examiner().saved(JSON.stringify(workflow), wishes);
    expect(saved.value).toEqual(examiner().request(body(wishes)).value);
  });

  test('with an unknown field, such as a name of an older version, is refused by that name', () => {
    const [problem] = examiner().request(body({ cache: false })).problems ?? [];
    expect(problem?.code).toMatch(/^request\./);
    expect(problem?.message).toContain('cache');
  });
});

describe('the analysis of a workflow', () => {
  test('is made once for a run and for the editor that asks about the same workflow', () => {
    const { request, inspect } = examiner();
    request(body());
    const { value } = inspect(body());
    expect(value).toEqual({ problems: [], info: { a: { texts: { type: 'texts', count: 1 } } } });
    expect(analyses).toBe(1);
  });

  test('is made anew when the workflow, the nodes asked for or the models are others', () => {
    const { request, inspect, setModels } = examiner();
    request(body());
    inspect(body({ targets: ['a'] }));
    expect(analyses).toBe(2);
    inspect(JSON.stringify({ workflow: { ...workflow, name: 'Other' } }));
    expect(analyses).toBe(3);
    setModels([]);
    inspect(JSON.stringify({ workflow: { ...workflow, name: 'Other' } }));
    expect(analyses).toBe(4);
  });
});
