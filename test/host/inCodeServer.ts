import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { repository } from '../support/vscode/places.ts';
import { startServer } from '../support/vscode/server.ts';
import { quietSettings } from '../support/vscode/settings.ts';
import { launchBrowser, windowAddress, type Machine } from '../support/vscode/window.ts';

export interface SuiteOptions {
  /** The bundled suite. */
  readonly suite: string;
  /** The file into which it reports. */
  readonly report: string;
  /** The folder of the extension under development; the checkout unless given. */
  readonly extension?: string;
}

/** Seconds for the whole suite. */
const limit = 600;

/** Runs the suite in an extension host of code-server, and gives what the host printed. */
export async function runInCodeServer(
  machine: Machine,
  { suite, report, extension = repository }: SuiteOptions,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-workspace-'));
  const workspace = join(folder, `it's a "wörk" space #1 字`);
  mkdirSync(workspace);
  const server = await startServer(machine.codeServer, {
    settings: quietSettings({ theme: 'Dark Modern', restricted: false }),
    restricted: false,
    smokeTestDriver: true,
    env: hostEnvironment(report),
  });
  const browser = await launchBrowser(machine.chromium);
  const output: string[] = [];
  try {
    const page = await browser.newPage();
    // The names are VS Code's: it calls them where its own test runner drives a browser.
    await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
      // VS Code tells at length how it connects.
      if (type !== 'info') output.push(`[${type}] ${args.map(String).join(' ')}`);
    });
    const ended = new Promise<void>((resolve) => {
      void page.exposeFunction('codeAutomationExit', () => resolve());
    });
    const remote = (path: string) => `vscode-remote://${server.host}${encodeURI(path)}`;
    const payload = [
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(suite)],
    ] as const;
    await page.goto(windowAddress(server.host, workspace, {}, payload));
    const outcome = await Promise.race([ended, pause(limit * 1000, 'late' as const, { ref: false })]);
    if (outcome === 'late') output.push(`The suite did not end within ${limit} s.`);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return output.join('\n');
}

/** What the suite reads from its environment. */
export function hostEnvironment(report: string): Record<string, string> {
  const { SFT_HOST_GREP: grep } = process.env;
  return { SFT_HOST_REPORT: report, ...(grep === undefined ? {} : { SFT_HOST_GREP: grep }) };
}
