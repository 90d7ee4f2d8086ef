import { describe, expect, it } from 'vitest';
import { isTargeted, patternValue, readPeftConfig } from '../../../server/runtime/adapters/peft-config.ts';

describe('init_lora_weights', () => {
  const start = (value: unknown) => () =>
    readPeftConfig(JSON.stringify({ init_lora_weights: value }), 'adapter_config.json');

  // `LoraLayer.update_layer` of PEFT 0.21 reads these two in any case, and the others only as they are.
  it.each([true, false, null, '', 'gaussian', 'Gaussian', 'mica', 'MiCA', 'eva', 'orthogonal'])(
    '%j leaves the base weight as it is',
    (value) => {
      expect(start(value)).not.toThrow();
    },
  );

  it.each(['pissa', 'pissa_niter_16', 'corda', 'olora', 'OLoRA', 'loftq', 'lora_ga', 'Eva', 'unknown'])(
    '%j is refused',
    (value) => {
      expect(start(value)).toThrow(/init_lora_weights/);
    },
  );
});

describe('target_modules', () => {
  it('as a text are one regular expression for the whole path, as in PEFT', () => {
    const targeted = (target_modules: string, module: string) =>
      isTargeted(readPeftConfig(JSON.stringify({ target_modules }), 'adapter_config.json'), module);
    expect(targeted('visual.projection', 'visual_projection')).toBe(true);
    expect(targeted('.*visual_projection', 'model.visual_projection')).toBe(true);
    expect(targeted('visual_projection', 'model.visual_projection')).toBe(false);
  });
});

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

  it('are refused where Patchbay cannot follow Python, and never run for ever', () => {
    for (const key of ['(?!text)visual_projection', '(?i)visual_projection', '(a)\\1'])
      expect(() => patternValue({ [key]: 1 }, 'a'), key).toThrow(/does not support the pattern/);
    expect(() => patternValue({ '[': 1 }, 'a')).toThrow(/not a regular expression/);
    expect(patternValue({ '(a+)+': 1 }, `${'a'.repeat(1000)}b`)).toBeUndefined();
  });

  it('read a dot as any character, and the first key that matches counts', () => {
    expect(patternValue({ 'visual.projection': 40 }, 'visual_projection')).toBe(40);
    expect(patternValue({ 'visual\\.projection': 40 }, 'visual_projection')).toBeUndefined();
    expect(patternValue({ '(text|visual)_projection': 2, visual_projection: 3 }, 'visual_projection')).toBe(
      2,
    );
  });

  it('are positive numbers', () => {
    expect(() => readPeftConfig('{"rank_pattern": {"a": -1}}', 'adapter_config.json')).toThrow(
      /rank_pattern\.a/,
    );
  });
});
