import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LIBRARY_NOTE } from '../choose/packages.ts';
import type { TensorflowPackage } from '../eager/tensorflowEngine.ts';
import { emptyPackage, npmInstall, pipDownload, unzipStep } from './common.ts';
import type { FetchWay } from './step.ts';

/** Of the packages; and of TensorFlow, whose later versions have the same C interface. */
const PACKAGE_VERSION = '4.22.0';
const OWN_LIBRARY = '2.9.1';
const WHEEL_LIBRARY = '2.15.1';

/** What the addon is built from, of a wheel. Not every version has files for each. */
const WHEEL_FILES = [
  'tensorflow/libtensorflow_*',
  'tensorflow/include/tensorflow/c/*',
  'tensorflow/include/tensorflow/core/platform/ctstring*',
  'tensorflow/include/tsl/*',
  'tensorflow/include/tensorflow/tsl/*',
];

/** Ways to native TensorFlow: the package's own installer, or the C library out of TensorFlow's Python package. */
export function tensorflowWays(name: TensorflowPackage): FetchWay[] {
  const folder = `node_modules/@tensorflow/${name}`;
  const addon = `${folder}/lib/napi-v8/tfjs_binding.node`;
  const own: FetchWay = {
    name: "the package's own installer",
    needs: [['npm']],
    makes: [addon],
    steps: ({ npm }) => [
      emptyPackage,
      {
        words: `fetching @tensorflow/${name} with TensorFlow ${OWN_LIBRARY}`,
        program: npmInstall(npm, [`@tensorflow/${name}@${PACKAGE_VERSION}`], false),
      },
      note(OWN_LIBRARY),
    ],
  };
  if (process.platform !== 'linux' || process.arch !== 'x64') return [own];
  const wheel = name === 'tfjs-node' ? 'tensorflow-cpu' : 'tensorflow';
  const built: FetchWay = {
    name: "the library of TensorFlow's Python package",
    needs: [['npm'], ['pip3', 'pip'], ['unzip'], ['g++', 'c++', 'clang++']],
    makes: [addon, `${folder}/deps/lib/libtensorflow_cc.so.2`],
    steps: ({ npm, pip3: pip, unzip, 'g++': compiler }) => [
      emptyPackage,
      {
        words: `fetching @tensorflow/${name}`,
        program: npmInstall(npm, [`@tensorflow/${name}@${PACKAGE_VERSION}`, 'node-api-headers@1'], true),
      },
      {
        words: `fetching TensorFlow ${WHEEL_LIBRARY}`,
        program: pipDownload(pip, [`${wheel}==${WHEEL_LIBRARY}`], {
          python: '3.10',
          platforms: ['manylinux2014'],
        }),
      },
      unzipStep(unzip, 'wheels', 'unpacked', WHEEL_FILES),
      { words: 'putting the library in its place', work: (at) => placeLibrary(at, folder) },
      {
        words: 'building the addon',
        program: [
          'sh',
          '-c',
          // The shell lists the sources; nothing in it comes from outside.
          `cd ${folder} && exec ${compiler} -std=c++17 -O2 -shared -fPIC -DNAPI_VERSION=8 -Ideps/include ` +
            `-I../../node-api-headers/include binding/*.cc -o lib/napi-v8/tfjs_binding.node ` +
            `-Wl,-rpath,'$ORIGIN/../../deps/lib' -Ldeps/lib -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2`,
        ],
      },
      note(WHEEL_LIBRARY),
    ],
  };
  return [own, built];
}

async function placeLibrary(at: string, folder: string): Promise<void> {
  const target = join(at, folder);
  for (const part of ['deps', 'lib']) await rm(join(target, part), { recursive: true, force: true });
  await mkdir(join(target, 'deps/lib'), { recursive: true });
  await mkdir(join(target, 'lib/napi-v8'), { recursive: true });
  const from = join(at, 'unpacked/tensorflow');
  for (const name of await readdir(from))
    if (/^libtensorflow_.*\.so\.\d+$/.test(name))
      await rename(join(from, name), join(target, 'deps/lib', name));
  await rename(join(from, 'include'), join(target, 'deps/include'));
  for (const part of ['unpacked', 'wheels']) await rm(join(at, part), { recursive: true });
}

function note(version: string) {
  return {
    words: 'noting the version',
    work: (at: string) => writeFile(join(at, LIBRARY_NOTE), `TensorFlow ${version}\n`),
  };
}
