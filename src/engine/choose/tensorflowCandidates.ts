import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../formats/fileErrors.ts';
import { tensorflowEngine, type TensorflowPackage } from '../eager/tensorflowEngine.ts';
import { here, missing, type EngineCandidate, type EnginePlaces } from './candidate.ts';
import { hasLibrary } from './graphics.ts';
import { findPackage, libraryNote, type FoundPackage } from './packages.ts';

/** Native TensorFlow, run op by op; never among our dependencies. */
export const tensorflowCandidates: readonly EngineCandidate[] = [
  candidate('tfjs-node', 'TensorFlow on the processor (@tensorflow/tfjs-node)'),
  candidate('tfjs-node-gpu', 'TensorFlow on an NVIDIA card (@tensorflow/tfjs-node-gpu)'),
];

function candidate(name: TensorflowPackage, title: string): EngineCandidate {
  const find = ({ engines }: EnginePlaces) => findPackage(`@tensorflow/${name}`, join(engines, name));
  const isGpu = name === 'tfjs-node-gpu';
  return {
    name,
    title,
    competes: true,
    onDevice: isGpu,
    async probe(places) {
      const command = `sft engine add ${name}`;
      if (isGpu && process.platform === 'linux' && !hasLibrary('libcuda.so.1'))
        return missing('no NVIDIA driver (libcuda.so.1) was found');
      const found = await find(places);
      if (found === undefined) return missing('it is not installed', command);
      if (!(await hasAddon(found))) return missing('its native part is missing', command);
      return here(`version ${await versionOf(found)} is installed`);
    },
    async open({ threads, ...places }) {
      const found = await find(places);
      return tensorflowEngine({
        package: name,
        folder: found?.from ?? places.engines,
        version: found === undefined ? '' : await versionOf(found),
        threads,
      });
    },
  };
}

async function versionOf({ version, from }: FoundPackage): Promise<string> {
  const library = await libraryNote(from);
  return library === undefined ? version : `${version} (${library})`;
}

/** The addon lies in a folder named after a version of Node's native interface. */
async function hasAddon({ folder }: FoundPackage): Promise<boolean> {
  try {
    const versions = await readdir(join(folder, 'lib'));
    return versions.some((version) => existsSync(join(folder, 'lib', version, 'tfjs_binding.node')));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
