import { describe, expect, it } from 'vitest';
import { matchesPython } from '../../../server/runtime/adapters/python-pattern.ts';

const PATHS = [
  'visual_projection',
  'model.vision.visual_projection',
  'vision_model.encoder.layers.10.self_attn.q_proj',
  'head',
  'blocks.1.attn.proj',
  'text_model.head',
  'a.b',
  'visualXprojection',
  'vis.ual_projection',
  'aaaaaaaaaaaaaaaaaaab',
  'x\ny',
  'Vürde.proj',
];

/** Patterns, and which of the paths `re.match(rf"(.*\.)?({pattern})$", path)` and `re.fullmatch` of Python 3.11 match. */
const PYTHON: readonly [string, readonly number[], readonly number[]][] = [
  ['visual_projection', [0, 1], [0]],
  ['visual.projection', [0, 1, 7], [0, 7]],
  ['visual\\.projection', [], []],
  ['.*projection', [0, 1, 7, 8], [0, 1, 7, 8]],
  ['v[a-z]+\\.visual_projection', [1], []],
  ['(visual|text)_projection', [0, 1], [0]],
  ['(?:visual|text)_projection', [0, 1], [0]],
  ['layers\\.(1|10)\\..*', [2], []],
  ['layers.\\d+.self_attn.[qv]_proj', [2], []],
  ['(a+)+b', [9], [9]],
  ['(a+)+', [], []],
  ['(a|aa)*b', [6, 9], [9]],
  ['(a*)*', [], []],
  ['a{3,5}', [], []],
  ['a{19}b', [9], [9]],
  ['a{,30}b', [6, 9], [9]],
  ['a{2', [], []],
  ['[^.]+', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [0, 3, 7, 9, 10]],
  ['^visual_projection', [0], [0]],
  ['^model.*', [1], [1]],
  ['model', [], []],
  ['projection', [], []],
  ['visual', [], []],
  ['head$', [3, 5], [3]],
  ['head|proj', [3, 4, 5, 11], [3]],
  ['', [], []],
  ['a|', [], []],
  ['[]a]+b', [9], [9]],
  ['[a-]+b', [9], [9]],
  ['x.y', [], []],
  ['x\\sy', [10], [10]],
  ['\\w+\\.proj', [4, 11], [11]],
  ['V\\Wrde.proj', [], []],
  ['(?P<n>visual)_projection', [0, 1], [0]],
  ['.+?_projection', [0, 1, 8], [0, 1, 8]],
  ['vis\\.ual_projection$', [8], [8]],
  ['\\Avisual_projection\\Z', [0], [0]],
  ['[\\d.]+', [], []],
  ['visual_projection|head', [0, 1, 3, 5], [0, 3]],
  ['a.b', [6], [6]],
  ['v.*?n', [0, 1, 7, 8], [0, 7, 8]],
  ['[a-z_]{17}', [0, 1], [0]],
  ['[a-z_]{1,16}', [2, 3, 4, 5, 6, 8, 11], [3]],
  ['\\D+', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [0, 1, 3, 5, 6, 7, 8, 9, 10, 11]],
  ['a{0}b', [6], []],
  ['(x)?head', [3, 5], [3]],
  ['(model\\.)?vision\\.visual_projection', [1], [1]],
];

const places = (matches: (path: string) => boolean) => PATHS.flatMap((path, i) => (matches(path) ? [i] : []));

describe('a pattern of Python', () => {
  it.each(PYTHON)('%j matches as in Python', (pattern, ends, wholes) => {
    expect(places((path) => matchesPython(`(.*\\.)?(${pattern})$`, path))).toEqual(ends);
    expect(places((path) => matchesPython(pattern, path, { whole: true }))).toEqual(wholes);
  });

  it('is answered in time however it repeats', () => {
    const text = `${'a'.repeat(500)}b`;
    const began = performance.now();
    for (const pattern of [
      '(a+)+$',
      '(a|aa)*$',
      '(.*.*.*.*.*c){20}',
      `${'('.repeat(300)}a${'*)'.repeat(300)}$`,
    ])
      expect(matchesPython(pattern, text)).toBe(false);
    // Each takes minutes or longer with backtracking, and milliseconds here.
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each(['[', '(', 'a**', '*a', 'a{3,1}', '[b-a]', 'a)', '\\'])('%j is none', (pattern) => {
    expect(() => matchesPython(pattern, 'a')).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it.each([
    '(?=a)a',
    '(?!b)a',
    '(?<=a)b',
    '(a)\\1',
    '(?i)HEAD',
    'a++',
    '(?>a)',
    '\\bhead',
    '\\x61',
    '^*a',
    'a{99999}',
    'a'.repeat(1001),
  ])('%j is not supported', (pattern) => {
    expect(() => matchesPython(pattern, 'a')).toThrow(expect.objectContaining({ kind: 'unsupported' }));
  });
});
