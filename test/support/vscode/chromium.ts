import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { command } from './command.ts';
import { withLock } from './lock.ts';
import { Missing } from './missing.ts';
import { cacheFolder } from './places.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium of this machine, or the one that CHROMIUM_PATH names. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') return named;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  return folders
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(executable);
}

/**
 * A Chromium, installed from Debian's packages where there is none and this process is root.
 * @throws Missing where there is none and none can be installed.
 */
export async function installChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) {
    if (executable(found)) return found;
    throw new Error(`CHROMIUM_PATH names ${found}, which is no program`);
  }
  if (!isDebian() || process.getuid?.() !== 0)
    throw new Missing(
      'there is no Chromium or Chrome; install one, or name one in CHROMIUM_PATH (on Debian: apt-get install chromium)',
    );
  return withLock(join(cacheFolder, 'chromium.lock'), async () => {
    const output = findChromium() === undefined ? await aptInstall() : '';
    const chromium = findChromium();
    if (chromium === undefined)
      throw new Missing(`Chromium could not be installed: ${output.trim().split('\n').slice(-3).join('\n')}`);
    return chromium;
  });
}

/** Fresh machines have no lists of packages, old ones outdated lists: a failure is worth an update. */
async function aptInstall(): Promise<string> {
  process.stdout.write('Installing Chromium for the tests in a window (once) ...\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    command('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env, seconds: 600 });
  const first = await install();
  if (first.code === 0) return first.output;
  await command('apt-get', ['update'], { env, seconds: 300 });
  return (await install()).output;
}

function isDebian(): boolean {
  const file = '/etc/os-release';
  return existsSync(file) && /^ID=debian$/m.test(readFileSync(file, 'utf8'));
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
