import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventSft } from '../../../test/support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { loadTerms } from '../../library/terms.ts';
import { questionAnswering as head } from '../../model/heads/questionAnswering.ts';
import { type Base, loadBase } from '../base.ts';
import { dataForHead } from '../evaluator/headTask.ts';

let workspace: TinyWorkspace;
let base: Base;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-answering-')));
  base = await loadBase(workspace.path('base'));
  const qas = [{ id: 'q', question: 'ba ?', answers: [{ text: 'Casa', answer_start: 3 }] }];
  const paragraphs = [{ context: 'la Casa the', qas }];
  writeFileSync(workspace.path('squad.json'), JSON.stringify({ data: [{ title: 'x', paragraphs }] }));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** Exact match of answers, and notes, under an SFT that was trained in `trained`. */
async function evaluated(trained: string | undefined, told?: string) {
  const labels = ['start', 'end'];
  const metadata = {
    task: 'questionAnswering',
    labels,
    ...(trained === undefined ? {} : { language: trained }),
  };
  const file = workspace.path('answerer.sft.safetensors');
  await inventSft(workspace.path('base'), file, { seed: 8, labels, head, metadata });
  const [source] = await loadTerms([{ sft: file, coefficient: 1 }]);
  const request = { data: workspace.path('squad.json'), language: told };
  const data = await dataForHead(base, source, request);
  const matches = (text: string) => {
    const prediction = Float64Array.from(text, (unit) => unit.charCodeAt(0));
    const { metrics } = data.score([0], [prediction]);
    const [{ gold, predicted }] = data.outcome?.(0, prediction).items ?? [];
    expect(gold === predicted).toBe(metrics.exactMatch === 1);
    return metrics.exactMatch;
  };
  return { spanish: matches('la casa'), english: matches('the casa'), notes: data.notes };
}

describe('answers are compared', () => {
  it('as in the language that the SFT says', async () => {
    expect(await evaluated('es')).toEqual({
      spanish: 1,
      english: 0,
      notes: [
        'Answers are compared as in the language es, as the SFT says: without case, punctuation of any script and articles of es.',
      ],
    });
  });

  it('as in English where it says that or nothing, of which nothing is said', async () => {
    for (const language of ['en', 'en-GB', undefined]) {
      expect(await evaluated(language)).toEqual({ spanish: 0, english: 1, notes: [] });
    }
  });

  it('as in the language that is told, whatever the SFT says', async () => {
    expect(await evaluated('es', 'en')).toEqual({ spanish: 0, english: 1, notes: [] });
    const { spanish, english, notes } = await evaluated('en', 'zh-Hant');
    expect([spanish, english]).toEqual([0, 0]);
    expect(notes).toEqual([
      'Answers are compared as in the language zh-Hant, as --language says: without case and punctuation of any script, ideograph by ideograph.',
    ]);
  });
});
