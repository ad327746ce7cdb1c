/** What VS Code's gallery calls the platforms for which ONNX Runtime brings a CPU engine. */
export const targets = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'] as const;
export type Target = (typeof targets)[number];

/**
 * The engine's binaries on each system. The macOS binding names `libonnxruntime.1.dylib`, of which the npm package has a second
 * copy. On Windows the WebGPU provider loads the shader compiler by name (dxcompiler, dxil); DirectML is loaded late, and only by
 * a provider that is not used.
 */
const binaries: Readonly<Record<string, readonly string[]>> = {
  linux: ['libonnxruntime.so.1'],
  darwin: ['libonnxruntime.1.dylib'],
  win32: ['onnxruntime.dll', 'dxcompiler.dll', 'dxil.dll'],
};

/** Most bytes that a target's VSIX may have. */
export function sizeLimit(target: Target): number {
  return (target.startsWith('win32') ? 35 : 25) * 1e6;
}

/** The binaries of a target, as paths in the package `onnxruntime-node`. */
export function engineBinaries(target: Target): string[] {
  const [system = '', arch = ''] = target.split('-');
  return ['onnxruntime_binding.node', ...(binaries[system] ?? [])].map(
    (name) => `bin/napi-v6/${system}/${arch}/${name}`,
  );
}

/** Reads a target's name; throws a sentence for any that has no engine. */
export function parseTarget(name: string): Target {
  const target = targets.find((one) => one === name);
  if (target === undefined) {
    throw new Error(
      `There is no engine for ${name}: ONNX Runtime brings one for ${targets.join(', ')}. Give one of these with --target.`,
    );
  }
  return target;
}
