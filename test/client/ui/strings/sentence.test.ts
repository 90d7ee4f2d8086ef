import { expect, it } from 'vitest';
import { EMPHASIS } from '../../../../client/ui/strings/emphasis.ts';

const names = (text: string) => text.split(EMPHASIS).filter((_, index) => index % 2 === 1);

it('names in asterisks are emphasised', () => {
  expect(names('*Cosine* cannot compare *My queries* with *a-b (2)*.')).toEqual([
    'Cosine',
    'My queries',
    'a-b (2)',
  ]);
  expect(names('*余弦相似度*无法比较*查询*。')).toEqual(['余弦相似度', '查询']);
});

it('asterisks of patterns are not names', () => {
  expect(names('No picture matches a/**. Write cats/**, or a file name, such as *.jpg.')).toEqual([]);
  expect(names('Such as "*.jpg" or "cats/**".')).toEqual([]);
  expect(names('No picture matches *.jpg. Write for example *.png.')).toEqual([]);
});
