// SFT Studio in desktop VS Code, as an extension under development: nothing is installed into the user's profile.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './prepare.mjs';

const isWindows = process.platform === 'win32';

/** The `code` of this machine that can open a window of its own; or the reason why there is none. */
export function desktopCode(env = process.env) {
  if (env.VSCODE_IPC_HOOK_CLI) return { reason: "this terminal's `code` is that of a remote window" };
  if (env.WSL_DISTRO_NAME) return { reason: 'this is WSL' };
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { reason: 'there is no display' };
  if (process.platform === 'darwin' && env.SSH_CONNECTION) return { reason: 'this is a remote terminal' };
  const { status, stdout } = spawnSync('code', ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    shell: isWindows,
    env,
  });
  const version = /^\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0];
  if (status !== 0 || version === undefined) return { reason: 'there is no `code` on the PATH' };
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.vscode.replace(
    /^\D*/,
    '',
  );
  if (isOlder(version, wanted)) return { reason: `VS Code ${version} is older than ${wanted}` };
  return { program: 'code' };
}

function isOlder(version, wanted) {
  const [a, b] = [version, wanted].map((text) => text.split('.').map(Number));
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** Opens the window; `code` returns at once, so a demo that is to go waits for Ctrl-C. Throws a sentence. */
export async function openInDesktop(program, { demo, env, isTemporary }) {
  const quoted = (text) => (isWindows ? `"${text}"` : text);
  const args = ['--new-window', quoted(`--extensionDevelopmentPath=${root}`), quoted(demo)];
  const child = spawn(program, args, { stdio: 'inherit', shell: isWindows, env: { ...process.env, ...env } });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`VS Code could not be opened (exit code ${code}).`);
  process.stdout.write(`SFT Studio opens in VS Code on the demo in ${demo}\n`);
  if (!isTemporary) return;
  process.stdout.write(
    'It is removed when you press Ctrl-C here, with all that was trained in it: close the window first. --folder FOLDER keeps it.\n',
  );
  setInterval(() => undefined, 2 ** 30); // until Ctrl-C
}
