// `npm run test:host [-- --electron] [-- --grep TEXT]`: the tests inside the extension host, in code-server or in desktop
// VS Code.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { electron: { type: 'boolean', default: false }, grep: { type: 'string' } },
  allowPositionals: true,
});
const env = {
  ...process.env,
  ...(values.electron ? { SFT_HOST: 'electron' } : {}),
  ...(values.grep === undefined ? {} : { SFT_HOST_GREP: values.grep }),
};
const vitest = ['vitest', 'run', '--project', 'host', ...positionals];
const screenless =
  values.electron && process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
const [program = '', ...args] = screenless ? ['xvfb-run', '-a', ...vitest] : vitest;
const { status, error } = spawnSync(program, args, {
  env,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (error !== undefined)
  process.stderr.write(
    screenless
      ? 'Desktop VS Code needs a screen: install xvfb, or run npm run test:host without --electron.\n'
      : `${error.message}\n`,
  );
process.exit(status ?? 1);
