import Mocha from 'mocha';
import { appendFileSync } from 'node:fs';
import type { HostLine } from '../../report.ts';

/**
 * Runs the suite inside the extension host and writes what comes out, line by line, to the file SFT_HOST_REPORT, so that
 * what is known survives a host that dies.
 */
export async function runMocha(files: readonly (() => Promise<unknown>)[]): Promise<void> {
  const { SFT_HOST_REPORT: report, SFT_HOST_GREP: grep } = process.env;
  if (report === undefined) throw new Error('SFT_HOST_REPORT names no file');
  const tell = (line: HostLine) => appendFileSync(report, `${JSON.stringify(line)}\n`);
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 30_000,
    reporter: Silent,
    ...(grep === undefined ? {} : { grep }),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) await load();

  const titles: string[] = [];
  mocha.suite.eachTest((test) => {
    if (grep === undefined || test.fullTitle().includes(grep)) titles.push(test.fullTitle());
  });
  tell({ planned: titles });
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => tell({ title: test.fullTitle(), state: 'passed' }))
      .on('pending', (test) => tell({ title: test.fullTitle(), state: 'skipped' }))
      .on('fail', (test, error: unknown) =>
        tell({ title: test.fullTitle(), state: 'failed', error: describe(error) }),
      );
  });
  tell({ ended: true });
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** The report is all that is told. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

const describe = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
