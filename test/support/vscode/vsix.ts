import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeServer } from './codeServer.ts';
import { command } from './command.ts';
import { repository } from './places.ts';

/** Builds and packs the extension as `npm run package` does, into a folder, and gives the VSIX's path. */
export async function packVsix(folder: string): Promise<string> {
  const { code, output } = await command(process.execPath, ['scripts/package.ts', '--out', folder], {
    cwd: repository,
    seconds: 180,
  });
  if (code !== 0) throw new Error(`The VSIX could not be packed:\n${output}`);
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.vsix'));
  if (name === undefined) throw new Error(`There is no VSIX in ${folder}`);
  return join(folder, name);
}

/** Installs a VSIX into a folder of extensions, as `code --install-extension` does. */
export async function installVsix(
  { node, entry }: CodeServer,
  vsix: string,
  extensions: string,
): Promise<void> {
  const user = mkdtempSync(join(tmpdir(), 'sft-install-'));
  const config = join(user, 'config.yaml');
  writeFileSync(config, '{}\n');
  try {
    const places = ['--config', config, '--user-data-dir', user, '--extensions-dir', extensions];
    const { code, output } = await command(node, [entry, ...places, '--install-extension', vsix], {
      env: { ...process.env, EXTENSIONS_GALLERY: '{}', XDG_DATA_HOME: user, XDG_CONFIG_HOME: user },
      seconds: 120,
    });
    if (code !== 0) throw new Error(`${vsix} could not be installed:\n${output}`);
  } finally {
    rmSync(user, { recursive: true, force: true });
  }
}
