import { release } from 'node:os';
import { userError, type UserError } from '../../core/errors/userError.ts';

/** What decides whether ONNX Runtime's binaries run here. */
export interface Machine {
  /** As `process.platform` and `process.arch` say. */
  readonly platform: string;
  readonly arch: string;
  /** Version of the kernel; on macOS it tells the system's. */
  readonly kernel: string;
  /** On Linux: version of glibc, or `other` (musl, above all); undefined where it cannot be told. */
  readonly libc: string | undefined;
}

const systems: Readonly<Record<string, { readonly name: string; readonly archs: readonly string[] }>> = {
  linux: { name: 'Linux', archs: ['x64', 'arm64'] },
  darwin: { name: 'macOS', archs: ['arm64'] },
  win32: { name: 'Windows', archs: ['x64', 'arm64'] },
};

/** The oldest that the binaries of onnxruntime-node can be loaded on. */
export const oldest = { glibc: '2.28', macos: 14 } as const;

/** Why there is no engine for a machine, in a sentence; undefined where there is one. */
export function engineMissing({ platform, arch, kernel, libc }: Machine): string | undefined {
  const system = systems[platform];
  if (system === undefined) {
    return `There is no engine for ${platform}: ONNX Runtime brings one for Linux, macOS and Windows.`;
  }
  if (!system.archs.includes(arch)) {
    return platform === 'darwin' && arch === 'x64'
      ? 'There is no engine for Macs with Intel processors, nor for a Node for them on Apple silicon: ONNX Runtime brings one for Apple silicon alone.'
      : `There is no engine for ${system.name} on ${arch}: ONNX Runtime brings one for ${system.archs.join(' and ')}.`;
  }
  if (platform === 'darwin') {
    // Darwin 23 is macOS 14.
    const macos = Number.parseInt(kernel, 10) - 9;
    return macos < oldest.macos
      ? `The engine needs macOS ${oldest.macos} or newer, and this one is older.`
      : undefined;
  }
  if (platform !== 'linux' || libc === undefined) return undefined;
  if (libc === 'other') {
    return 'There is no engine for Linux without glibc, such as Alpine: ONNX Runtime brings one for glibc alone.';
  }
  return older(libc, oldest.glibc)
    ? `The engine needs glibc ${oldest.glibc} or newer; this system has ${libc}.`
    : undefined;
}

/** What a failure to load ONNX Runtime means for the user; undefined where it is none of the known ones. */
export function engineProblem(machine: Machine, failure: unknown): UserError | undefined {
  const reason = engineMissing(machine);
  if (reason !== undefined) return userError('engine-missing', { reason });
  if (!(failure instanceof Error) || !('code' in failure)) return undefined;
  const [line = ''] = failure.message.split(/\r?\n/);
  // require() fails on the binary of this platform, not on the package.
  if (failure.code === 'MODULE_NOT_FOUND' && line.includes('onnxruntime_binding.node'))
    return userError('engine-other-package', { target: `${machine.platform}-${machine.arch}` });
  // The text is in the language of the system.
  if (failure.code === 'ERR_DLOPEN_FAILED' && machine.platform === 'win32')
    return userError('engine-windows-runtime', { reason: line.replace(/\.$/, '') });
  return undefined;
}

/** The machine of this process. */
export function thisMachine(): Machine {
  const { platform, arch } = process;
  return { platform, arch, kernel: release(), libc: platform === 'linux' ? libcVersion() : undefined };
}

function libcVersion(): string | undefined {
  // Or else the report looks up names of network addresses, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as {
    readonly header?: { readonly glibcVersionRuntime?: string };
    readonly sharedObjects?: readonly string[];
  };
  const version = report.header?.glibcVersionRuntime;
  if (version !== undefined) return version;
  return report.sharedObjects?.some((file) => file.includes('musl')) === true ? 'other' : undefined;
}

function older(version: string, limit: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [limitMajor = 0, limitMinor = 0] = limit.split('.').map(Number);
  return major < limitMajor || (major === limitMajor && minor < limitMinor);
}
