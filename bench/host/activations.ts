// `node activations.ts N`: activates the extension in N extension hosts, one after the other, and prints a line of JSON for each.
import {
  mkdirSync,
  mkdtempSync,
  copyFileSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { runInCodeServer } from '../../test/host/inCodeServer.ts';
import { extensionId } from '../../test/support/vscode/extensionHost.ts';
import { prepareMachine } from '../../test/support/vscode/machine.ts';
import { repository } from '../../test/support/vscode/places.ts';

/**
 * Stands in for the bundle: times what VS Code shows of an extension in its table of running ones, which is reading and compiling the
 * bundle, and the call of `activate`. Both keep the host from all other work.
 */
const stopwatch = `const processor = (since) => { const { user, system } = process.threadCpuUsage(since); return (user + system) / 1000; };
const [began, before] = [performance.now(), process.threadCpuUsage()];
const loaded = require(${JSON.stringify(manifest.main)});
const timed = { loading: performance.now() - began };
const loadingProcessor = processor(before);
exports.activate = (context) => {
  const [called, beforeCall] = [performance.now(), process.threadCpuUsage()];
  const result = loaded.activate(context);
  timed.call = performance.now() - called;
  timed.processor = loadingProcessor + processor(beforeCall);
  globalThis.sftActivation = timed;
  return result;
};
exports.deactivate = () => loaded.deactivate?.();
`;

/** What the host runs in the place of a test suite. */
const suite = `const { appendFileSync } = require('node:fs');
const vscode = require('vscode');
exports.run = async () => {
  await vscode.extensions.getExtension(${JSON.stringify(extensionId)}).activate();
  appendFileSync(process.env.SFT_HOST_REPORT, JSON.stringify(globalThis.sftActivation) + '\\n');
};
`;

const hosts = Number(process.argv[2]);
const prepared = await prepareMachine();
if (!('machine' in prepared)) throw new Error('missing' in prepared ? prepared.missing : prepared.broken);
// In the checkout, as the tests' own suite.
const suites = join(repository, '.vscode-test/suite');
mkdirSync(suites, { recursive: true });
const file = join(suites, 'activation.cjs');
writeFileSync(file, suite);
const folder = mkdtempSync(join(tmpdir(), 'sft-activation-'));
try {
  // The checkout, with the stopwatch in the place of its entry.
  const extension = join(folder, 'extension');
  mkdirSync(extension);
  // By its place the editor knows whose module asks for its API: no link.
  mkdirSync(join(extension, dirname(manifest.main)), { recursive: true });
  copyFileSync(join(repository, manifest.main), join(extension, manifest.main));
  for (const name of ['media', 'package.nls.json'])
    symlinkSync(join(repository, name), join(extension, name));
  writeFileSync(join(extension, 'package.json'), JSON.stringify({ ...manifest, main: './stopwatch.cjs' }));
  writeFileSync(join(extension, 'stopwatch.cjs'), stopwatch);
  const report = join(folder, 'report.jsonl');
  writeFileSync(report, '');
  for (let host = 1; host <= hosts; host++) {
    process.stderr.write(`activation in host ${host} of ${hosts} ...\n`);
    const said = await runInCodeServer(prepared.machine, { suite: file, report, extension });
    if (readFileSync(report, 'utf8').split('\n').length !== host + 1)
      throw new Error(`The extension was not activated.\n${said}`);
  }
  process.stdout.write(readFileSync(report, 'utf8'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
