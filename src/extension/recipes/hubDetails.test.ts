import { expect, test } from 'vitest';
import { publishedSfts } from '../../library/publishedSfts.ts';
import { english } from '../translate.ts';
import { hubNameOf } from './hubDetails.ts';

const published = (part: string) => publishedSfts.find(({ id }) => id.includes(part))!;

test.each([
  [
    { kind: 'base', isFetched: true, base: { modelType: 'bert', parameters: 178e6 } },
    'base model · bert · 178M',
    null,
  ],
  [{ kind: 'base', isFetched: false }, 'base model · not fetched', null],
  [
    { kind: 'sft', isFetched: true, bytes: 60e6, published: published('mbert-lang-sft-mt') },
    'SFT: Maltese · bert-base-multilingual-cased · 60 MB',
    'bert-base-multilingual-cased',
  ],
  [
    { kind: 'sft', isFetched: false, published: published('xlmr-task-sft-nli-ms') },
    'SFT: Language inference, several sources · xlm-roberta-base · not fetched',
    'xlm-roberta-base',
  ],
  [
    {
      kind: 'sft',
      isFetched: true,
      bytes: 1000,
      sft: { kind: 'task', task: 'tagging', language: 'mt', base: 'tiny' },
    },
    'SFT: tagging mt · tiny · 1.0 kB',
    'tiny',
  ],
  [{ kind: 'sft', isFetched: true, bytes: 10 }, 'SFT · 10 B', null],
] as const)('%j', (model, detail, base) => {
  expect(hubNameOf({ reference: 'x', ...model }, english)).toEqual({
    reference: 'x',
    kind: model.kind,
    detail,
    base,
  });
});
