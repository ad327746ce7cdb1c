// `npm start` on a fresh clone: installs what is missing, builds, and opens SFT Studio on a copy of the demo: in desktop VS
// Code, or in the browser. With --headless or --json the demo runs in the terminal. Plain JavaScript that needs nothing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openInBrowser } from './scripts/start/browser.mjs';
import { demoPlace } from './scripts/start/demo.mjs';
import { desktopCode, openInDesktop } from './scripts/start/desktop.mjs';
import { prepare, root } from './scripts/start/prepare.mjs';

const usage = `npm start                         open SFT Studio on a copy of the demo
npm start -- --folder FOLDER      the same, and keep the copy in FOLDER
npm start -- --headless [--json]  run the demo in the terminal
`;

/** Says what is wrong, and ends. */
function refuse(text, code = 1) {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function options() {
  const known = ['headless', 'json', 'help'].map((name) => [name, { type: 'boolean', default: false }]);
  try {
    return parseArgs({ options: { ...Object.fromEntries(known), folder: { type: 'string' } } }).values;
  } catch (error) {
    return refuse(`${error.message}\n\n${usage}`, 2);
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11))
  refuse(`SFT Studio needs Node 20.11 or newer; this is ${process.version}.`);
const { headless, json, folder, help } = options();
if (help) {
  process.stdout.write(usage);
  process.exit(0);
}
const headlessOnly = headless || json;
const code = headlessOnly ? undefined : desktopCode();
if (!headlessOnly && code.program === undefined && process.platform === 'win32')
  refuse(
    `SFT Studio opens in VS Code, but ${code.reason}. Install VS Code, or run the demo in the terminal: npm start -- --headless`,
  );

prepare();
if (headlessOnly) {
  const demo = [join(root, 'dist', 'demo.js'), ...process.argv.slice(2)];
  process.exit(spawnSync(process.execPath, demo, { stdio: 'inherit' }).status ?? 1);
}

const place = await demoPlace(folder).catch((error) => refuse(error.message));
let ending;
/** Ends what was started and removes what is temporary, once. */
const end = (code) => {
  ending ??= place.remove(opened).finally(() => process.exit(code));
};
let opened;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(130));
try {
  if (code.program === undefined) {
    process.stdout.write(`Opening in the browser, since ${code.reason}.\n`);
    await openInBrowser(place, (child) => (opened = child));
  } else await openInDesktop(code.program, place);
  if (code.program !== undefined && !place.isTemporary) end(0);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  end(1);
}
