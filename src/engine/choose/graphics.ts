import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folders in which Linux keeps shared libraries, and those that the environment names. */
function libraryFolders(env: NodeJS.ProcessEnv): string[] {
  const { arch } = process;
  const triple = arch === 'x64' ? 'x86_64-linux-gnu' : 'aarch64-linux-gnu';
  const named = (env.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '');
  return [
    ...named,
    `/usr/lib/${triple}`,
    `/lib/${triple}`,
    '/usr/lib64',
    '/lib64',
    '/usr/lib',
    '/usr/local/lib',
    '/usr/lib/wsl/lib',
    '/run/opengl-driver/lib',
  ];
}

/** Whether a shared library lies where Linux looks for it. */
export function hasLibrary(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return libraryFolders(env).some((folder) => existsSync(join(folder, name)));
}
