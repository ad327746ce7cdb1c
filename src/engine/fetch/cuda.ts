import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CUDA_LIBRARIES, cudaBinaries, cudaProvider } from '../compiled/cudaEngine.ts';
import { engineVersion } from '../compiled/version.ts';
import { emptyPackage, npmInstall, pipDownload, unzipStep } from './common.ts';
import type { FetchStep, FetchWay } from './step.ts';

/** What the provider of this version of ONNX Runtime is linked to: CUDA 13 and cuDNN 9. */
const NVIDIA_WHEELS = [
  'nvidia-cublas~=13.0',
  'nvidia-cuda-runtime~=13.0',
  'nvidia-cuda-nvrtc~=13.0',
  'nvidia-cufft~=12.0',
  'nvidia-curand~=10.0',
  'nvidia-cudnn-cu13~=9.0',
];

/** In the order in which one needs another. */
const LIBRARIES = [
  'libcudart.so',
  'libcublasLt.so',
  'libcublas.so',
  'libcurand.so',
  'libcufft.so',
  'libcudnn.so',
];

const binaries = relative('/', cudaBinaries('/'));
const provider = relative('/', cudaProvider('/'));

/** Ways to ONNX Runtime's provider for CUDA: out of its Python package with NVIDIA's libraries, or by the npm package's installer. */
export function cudaWays(): FetchWay[] {
  if (process.platform !== 'linux' || process.arch !== 'x64') return [];
  return [
    {
      name: "ONNX Runtime's and NVIDIA's Python packages",
      needs: [['npm'], ['pip3', 'pip'], ['unzip'], ['g++', 'c++', 'clang++']],
      makes: [provider, `${binaries}/${CUDA_LIBRARIES}`],
      steps: ({ npm, pip3: pip, unzip, 'g++': compiler }) => [
        emptyPackage,
        packageStep(npm, true),
        {
          words: `fetching the CUDA provider ${engineVersion} and NVIDIA's libraries (about 1.5 GB)`,
          program: pipDownload(pip, [`onnxruntime-gpu==${engineVersion}`, ...NVIDIA_WHEELS], {
            python: '3.12',
            platforms: ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014'],
          }),
        },
        unzipStep(unzip, 'wheels', binaries, PROVIDER_FILES, true),
        { words: 'bringing the libraries together', work: writeShim },
        {
          words: 'building what brings them',
          program: ['sh', '-c', `cd ${binaries} && exec ${compiler} @cuda_libraries.txt`],
        },
      ],
    },
    {
      name: "the package's own installer",
      needs: [['npm']],
      makes: [provider],
      // It takes CUDA 12 and cuDNN 9 from the system.
      steps: ({ npm }) => [emptyPackage, packageStep(npm, false)],
    },
  ];
}

const PROVIDER_FILES = [
  'onnxruntime/capi/libonnxruntime_providers_cuda.so',
  'onnxruntime/capi/libonnxruntime_providers_shared.so',
  'nvidia/*.so.*',
];

function packageStep(npm: string, isBare: boolean): FetchStep {
  return {
    words: `fetching onnxruntime-node ${engineVersion}`,
    program: npmInstall(npm, [`onnxruntime-node@${engineVersion}`], isBare),
    ...(isBare ? {} : { env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' } }),
  };
}

/** An addon that does nothing but bring the libraries: the provider does not say where they are. */
async function writeShim(at: string): Promise<void> {
  const folder = join(at, binaries);
  const names = await readdir(folder);
  const found = LIBRARIES.map((library) => {
    // The file that has the library's own name: one number after `.so`.
    const name = names.find((one) => one.startsWith(`${library}.`) && /\.so\.\d+$/.test(one));
    if (name === undefined) throw new Error(`${library} is not in NVIDIA's packages`);
    return name;
  });
  await writeFile(
    join(folder, 'cuda_libraries.cc'),
    'extern "C" void *napi_register_module_v1(void *, void *exports) { return exports; }\n',
  );
  const options = [
    '-shared',
    '-fPIC',
    'cuda_libraries.cc',
    '-o',
    CUDA_LIBRARIES,
    '-Wl,--no-as-needed',
    '-Wl,--allow-shlib-undefined',
    '-Wl,-rpath,$ORIGIN',
    '-L.',
    ...found.map((name) => `-l:${name}`),
  ];
  await writeFile(join(folder, 'cuda_libraries.txt'), `${options.join('\n')}\n`);
  await rm(join(at, 'wheels'), { recursive: true });
}
