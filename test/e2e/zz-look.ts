import { prepareMachineWithVsix } from '../support/vscode/machine.ts';
import { launchBrowser, openWindow } from '../support/vscode/window.ts';
import { runCommand, pick } from '../support/vscode/driver/palette.ts';
import { openActivity } from '../support/vscode/driver/tree.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import { activated } from '../support/vscode/extensionHost.ts';

const { prepared, remove } = await prepareMachineWithVsix();
if (!('machine' in prepared)) throw new Error(JSON.stringify(prepared));
const browser = await launchBrowser(prepared.machine.chromium);
const window = await openWindow(prepared.machine, browser, {
  files: '/tmp/demows2',
  theme: (process.argv[2] ?? 'Dark Modern') as never,
  size: { width: 1400, height: 900 },
});
const { page, server } = window;
let n = 0;
const shot = async (name: string) => {
  await page.screenshot({ path: `/tmp/look/${n++}-${name}.png` });
  console.log(name);
};
try {
  await shot('start');
  await runCommand(page, 'SFT: Train');
  await page.waitForTimeout(1500);
  await shot('train-pick');
  await pick(page, /^qha/);
  await page.waitForTimeout(8000);
  await shot('run1');
  await page.waitForTimeout(5000);
  await shot('run2');
  await page.waitForTimeout(10000);
  await shot('run3');
} catch (e) {
  console.error(e);
  await shot('failed');
}
await window.close();
await browser.close();
remove();
