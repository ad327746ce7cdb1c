import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeServer } from './codeServer.ts';
import { command } from './command.ts';
import { repository } from './places.ts';

/** Of the checkout, what the extension needs to run. */
const packed = ['dist', 'media', 'README.md', 'LICENSE', 'CHANGELOG.md', 'package.nls.json', 'l10n'];

/** A VSIX of what has been built, without the engine. SFT_VSIX names a better one, such as `npm run package` makes. */
export async function packVsix(file: string): Promise<void> {
  const staging = mkdtempSync(join(tmpdir(), 'sft-staging-'));
  try {
    for (const name of packed) {
      const source = join(repository, name);
      if (existsSync(source))
        cpSync(source, join(staging, name), {
          recursive: true,
          filter: (path) => !path.endsWith('.map'),
        });
    }
    const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    for (const field of ['scripts', 'devDependencies', 'dependencies', 'private', 'allowScripts'])
      delete manifest[field];
    writeFileSync(join(staging, 'package.json'), JSON.stringify(manifest, null, 2));
    const vsce = join(repository, 'node_modules/@vscode/vsce/vsce');
    const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
    const { code, output } = await command(process.execPath, [vsce, 'package', ...options, '--out', file], {
      cwd: staging,
      seconds: 120,
    });
    if (code !== 0) throw new Error(`The VSIX could not be packed:\n${output}`);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
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
