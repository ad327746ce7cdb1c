import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compiledEngine } from '../compiled/compiledEngine.ts';
import { cudaEngine, cudaProvider } from '../compiled/cudaEngine.ts';
import { engineMissing, thisMachine } from '../compiled/platform.ts';
import { isRuntimeLoaded, runtimeProblem } from '../compiled/runtime.ts';
import { engineVersion, webVersion } from '../compiled/version.ts';
import { wasmEngine } from '../compiled/wasmEngine.ts';
import { webgpuEngine } from '../compiled/webgpuEngine.ts';
import { here, missing, type EngineCandidate, type EngineProbe } from './candidate.ts';
import { hasLibrary } from './graphics.ts';
import { findPackage } from './packages.ts';

/** Systems for which onnxruntime-node has WebGPU inside. */
const WEBGPU_SYSTEMS = ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];

/** Engines that run traced graphs in ONNX Runtime. */
export const onnxCandidates: readonly EngineCandidate[] = [
  {
    name: 'cpu',
    title: `ONNX Runtime ${engineVersion} on the processor`,
    competes: true,
    onDevice: false,
    probe: probeNative,
    problem: runtimeProblem,
    open: async ({ threads }) => compiledEngine({ threads }),
  },
  {
    name: 'webgpu',
    title: `ONNX Runtime ${engineVersion} on a graphics card of any make, by WebGPU`,
    competes: true,
    onDevice: true,
    async probe(places) {
      const native = await probeNative(places);
      if (!native.found) return native;
      const system = `${process.platform}-${process.arch}`;
      if (!WEBGPU_SYSTEMS.includes(system)) return missing(`ONNX Runtime has no WebGPU for ${system}`);
      if (process.platform === 'linux' && !hasLibrary('libvulkan.so.1'))
        return missing('the Vulkan loader (libvulkan.so.1) is missing', vulkanCommand());
      return here('WebGPU is inside ONNX Runtime; whether there is a card is tried out');
    },
    open: async ({ threads }) => webgpuEngine({ threads }),
  },
  {
    name: 'cuda',
    title: `ONNX Runtime ${engineVersion} on an NVIDIA card, by CUDA`,
    competes: true,
    onDevice: true,
    async probe({ engines }) {
      if (`${process.platform}-${process.arch}` !== 'linux-x64')
        return missing('ONNX Runtime has CUDA for Linux on x64 alone');
      if (!hasLibrary('libcuda.so.1') && !existsSync('/proc/driver/nvidia/version'))
        return missing('no NVIDIA driver (libcuda.so.1) was found');
      const folder = join(engines, 'cuda');
      const found = await findPackage('onnxruntime-node', folder);
      if (found?.from !== folder || !existsSync(cudaProvider(folder)))
        return missing('the CUDA provider has not been fetched', 'sft engine add cuda');
      if (found.version !== engineVersion)
        return missing(`the CUDA provider is of version ${found.version}`, 'sft engine add cuda');
      return here(`the CUDA provider ${found.version} has been fetched`);
    },
    open: async ({ threads, engines }) => cudaEngine({ threads, folder: join(engines, 'cuda') }),
  },
  {
    name: 'wasm',
    title: `ONNX Runtime ${webVersion} in WebAssembly, without native code`,
    competes: false,
    onDevice: false,
    async probe({ engines }) {
      const found = await findPackage('onnxruntime-web', join(engines, 'wasm'));
      return found === undefined
        ? missing('onnxruntime-web is not installed', 'npm ci')
        : here('it is part of SFT Studio');
    },
    open: async ({ threads }) => wasmEngine({ threads }),
  },
];

async function probeNative({ engines }: { readonly engines: string }): Promise<EngineProbe> {
  const reason = engineMissing(thisMachine());
  if (reason !== undefined) return missing(reason.replace(/\.$/, ''));
  const found =
    isRuntimeLoaded() || (await findPackage('onnxruntime-node', join(engines, 'cpu'))) !== undefined;
  return !found ? missing('onnxruntime-node is not installed', 'npm ci') : here('it is part of SFT Studio');
}

function vulkanCommand(): string {
  if (existsSync('/usr/bin/dnf')) return 'sudo dnf install vulkan-loader';
  if (existsSync('/usr/bin/pacman')) return 'sudo pacman -S vulkan-icd-loader';
  return 'sudo apt-get install libvulkan1';
}
