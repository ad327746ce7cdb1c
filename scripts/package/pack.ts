import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { engineFolder, shippedFiles } from './files.ts';
import { engineManifest, extensionManifest } from './manifests.ts';
import { sizeLimit, type Target } from './targets.ts';
import { thirdParties, thirdPartyText } from './thirdParty.ts';

const engine = ['onnxruntime-node', 'onnxruntime-web', 'onnxruntime-common'];

/**
 * Packs the built checkout at `root` for a target into the folder `out`; gives the VSIX's path. What is shipped is copied into a
 * temporary folder, and vsce takes all of that: nothing that lies about in the checkout gets in.
 */
export async function pack(root: string, target: Target, out: string): Promise<string> {
  const staging = mkdtempSync(join(tmpdir(), 'sft-package-'));
  try {
    stage(root, target, staging);
    const { name, version } = readJson(join(staging, 'package.json'));
    const file = join(out, `${String(name)}-${target}-${String(version)}.vsix`);
    mkdirSync(out, { recursive: true });
    // The same files give the same bytes.
    process.env.SOURCE_DATE_EPOCH ??= '946684800';
    await createVSIX({
      cwd: staging,
      packagePath: file,
      target,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    const { size } = statSync(file);
    if (size > sizeLimit(target)) {
      throw new Error(`${file} has ${size} bytes; at most ${sizeLimit(target)} are meant to be downloaded.`);
    }
    return file;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function stage(root: string, target: Target, staging: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(staging, path)), { recursive: true });
    writeFileSync(join(staging, path), text);
  };
  const writeJson = (path: string, value: object) => write(path, `${JSON.stringify(value, undefined, 2)}\n`);
  const shipped = shippedFiles(root, target);
  for (const { from, to } of shipped) {
    mkdirSync(dirname(join(staging, to)), { recursive: true });
    copyFileSync(from, join(staging, to));
  }
  writeJson('package.json', extensionManifest(readJson(join(root, 'package.json'))));
  for (const name of engine) {
    const manifest = readJson(join(root, 'node_modules', name, 'package.json'));
    writeJson(`${engineFolder}/${name}/package.json`, engineManifest(manifest));
  }
  const inputs = readJson(join(root, 'dist/inputs.json')) as Record<string, string[]>;
  const parties = thirdParties(
    root,
    inputs,
    shipped.map(({ to }) => to),
    engine,
  );
  write('dist/THIRD-PARTY.txt', thirdPartyText(parties, readFileSync(join(root, 'LICENSE'), 'utf8')));
  // An empty list of what to leave out, so that vsce does not ask for one.
  write('.vscodeignore', '');
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
