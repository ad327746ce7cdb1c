import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A package of others, parts of which are in ours. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly repository: string;
  /** Who holds the copyright, where the package has no licence text that says so. */
  readonly copyright: string;
  /** Texts of its licence and notices. */
  readonly texts: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly main?: string;
  readonly author?: string | { readonly name: string };
  readonly repository?: string | { readonly url: string };
}

/**
 * The packages that went into files of `dist/`, by name, and those named besides. `inputs` is what the build wrote: the sources
 * of each file of `dist/`.
 */
export function thirdParties(
  root: string,
  inputs: Readonly<Record<string, readonly string[]>>,
  files: readonly string[],
  besides: readonly string[],
): ThirdParty[] {
  const folders = new Set(besides.map((name) => join(root, 'node_modules', name)));
  for (const input of files.flatMap((file) => inputs[file] ?? [])) {
    const folder = packageFolder(resolve(root, input));
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The list and the texts, for people. */
export function thirdPartyText(parties: readonly ThirdParty[], ownLicense: string): string {
  const terms = (one: ThirdParty) =>
    one.texts.length > 0
      ? one.texts
      : [`${one.copyright}\n\n${standardTerms(one.license, parties, ownLicense)}`];
  const list = parties.map(({ name, version, license }) => `  ${name} ${version}: ${license}`);
  const sections = parties.map((one) =>
    [
      '='.repeat(80),
      [`${one.name} ${one.version}`, one.license, one.repository].filter((line) => line !== '').join('\n'),
      ...terms(one),
    ].join('\n\n'),
  );
  return `${[
    'SFT Studio contains software of others:',
    list.join('\n'),
    'The libraries beside onnxruntime_binding.node are built from many projects. Their notices stand with the source of ONNX Runtime: https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt\nOn Windows, dxcompiler.dll and dxil.dll are from the DirectX Shader Compiler: https://github.com/microsoft/DirectXShaderCompiler',
    ...sections,
  ].join('\n\n')}\n`;
}

function packageFolder(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0];
}

function readPackage(folder: string): ThirdParty {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license = '', author = name, repository = '' } = manifest;
  if (license === '') throw new Error(`${name} does not say under which licence it is.`);
  const main = join(folder, manifest.main ?? 'index.js');
  const stated = existsSync(main)
    ? /Copyright \([cC]\)[^\n.]*/.exec(readFileSync(main, 'utf8').slice(0, 500))
    : null;
  return {
    name,
    version,
    license,
    repository: (typeof repository === 'string' ? repository : repository.url).replace(/^git\+|\.git$/g, ''),
    copyright: stated?.[0] ?? `Copyright (c) ${typeof author === 'string' ? author : author.name}`,
    texts: readdirSync(folder)
      .filter((file) => /^(licen[cs]e|notice|copying|thirdpartynotices)/i.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim()),
  };
}

/** The terms of a licence whose text a package leaves out: our own, or those of another package without its holder. */
function standardTerms(license: string, parties: readonly ThirdParty[], ownLicense: string): string {
  if (license === 'Apache-2.0') return ownLicense.trim();
  const text = parties.find((one) => one.license === license && one.texts.length > 0)?.texts[0];
  if (text === undefined) throw new Error(`No package has the text of the licence ${license}.`);
  return text
    .split('\n')
    .filter((line) => !/^\s*(copyright|portions copyright)\b/i.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
