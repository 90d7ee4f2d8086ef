import { describe, expect, it } from 'vitest';
import { patternValue, readPeftConfig } from '../../../server/runtime/adapters/peft-config.ts';

describe('patterns', () => {
  it('name a module, its end, or a regular expression for it, as in PEFT', () => {
    const value = (key: string) => patternValue({ [key]: 3 }, 'model.vision.visual_projection');
    for (const key of [
      'model.vision.visual_projection',
      'visual_projection',
      'vision.visual_projection',
      '.*projection',
      'v[a-z]+\\.visual_projection',
    ])
      expect(value(key), key).toBe(3);
    for (const key of ['projection', 'text_projection', 'model', 'visual'])
      expect(value(key), key).toBeUndefined();
  });

  it('are refused when they could run for ever', () => {
    expect(() => patternValue({ '(a+)+': 1 }, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')).toThrow(
      /does not support the pattern/,
    );
    expect(() => patternValue({ '[': 1 }, 'a')).toThrow(/not a regular expression/);
  });

  it('are positive numbers', () => {
    expect(() => readPeftConfig('{"rank_pattern": {"a": -1}}', 'adapter_config.json')).toThrow(
      /rank_pattern\.a/,
    );
  });
});
