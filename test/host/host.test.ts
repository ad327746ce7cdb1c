import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { bundleSuite } from './bundle.ts';
import { runInCodeServer } from './inCodeServer.ts';
import { runInElectron } from './inElectron.ts';
import { readReport, type HostResult } from './report.ts';

// The suite runs once, while this file is read; each of its tests is then told as a test of this file.
interface Outcome {
  readonly results: ReadonlyMap<string, HostResult | undefined>;
  readonly output: string;
}

async function runSuite(): Promise<Outcome | { readonly missing: string }> {
  const prepared = inject('prepared');
  const electron = process.env.SFT_HOST === 'electron';
  if (!electron && 'missing' in prepared) return prepared;
  if (!electron && 'broken' in prepared) return { results: new Map(), output: prepared.broken };
  const folder = mkdtempSync(join(tmpdir(), 'sft-report-'));
  try {
    const options = { suite: await bundleSuite(), report: join(folder, 'report.jsonl') };
    const output =
      'machine' in prepared ? await runInCodeServer(prepared.machine, options) : await runInElectron(options);
    const report = existsSync(options.report) ? readFileSync(options.report, 'utf8') : '';
    return { results: readReport(report), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const outcome = await runSuite();

describe('in the extension host', () => {
  if ('missing' in outcome) {
    it('the whole suite', ({ skip }) => skip(outcome.missing));
    return;
  }
  const { results, output } = outcome;
  it('the suite starts', () => {
    expect(results.size, output).toBeGreaterThan(0);
  });
  it.for([...results])('%s', ([, result], { skip }) => {
    if (result === undefined) throw new Error(`Did not run: the extension host ended before it.\n${output}`);
    if (result.state === 'failed') throw new Error(result.error);
    if (result.state === 'skipped') skip();
  });
});
