import { runTests } from '@vscode/test-electron';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, repository } from '../support/vscode/places.ts';
import { quietSettings } from '../support/vscode/settings.ts';
import { hostEnvironment, type SuiteOptions } from './inCodeServer.ts';

/**
 * Runs the suite in desktop VS Code, which is downloaded into the cache folder. SFT_VSCODE_VERSION names a version, such
 * as the oldest that package.json allows.
 */
export async function runInElectron({ suite, report }: SuiteOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-host-'));
  const inside = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  try {
    const settings = quietSettings({ theme: 'Dark Modern', restricted: false });
    writeFileSync(join(inside('user/User'), 'settings.json'), JSON.stringify(settings));
    await runTests({
      version: process.env.SFT_VSCODE_VERSION ?? 'stable',
      cachePath: join(cacheFolder, 'desktop'),
      extensionDevelopmentPath: repository,
      extensionTestsPath: suite,
      // Quotes are not allowed in names on Windows.
      launchArgs: [
        inside(`it's a wörk space #1 字`),
        '--user-data-dir',
        inside('user'),
        '--extensions-dir',
        inside('extensions'),
        '--disable-workspace-trust',
        '--disable-updates',
      ],
      extensionTestsEnv: { ...hostEnvironment(report), SFT_HOME: inside('home'), HF_HOME: inside('hub') },
    });
    return '';
  } catch (error) {
    // Failed tests end like this too: what they said is in the report.
    return String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
