import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installChromium } from './chromium.ts';
import { installCodeServer } from './codeServer.ts';
import { Missing } from './missing.ts';
import { installVsix, packVsix } from './vsix.ts';
import type { Machine } from './window.ts';

/** What tests in a window get: what they need, or why they cannot run. */
export type Prepared =
  | { readonly machine: Machine }
  /** For want of something that this machine cannot have. */
  | { readonly missing: string }
  /** Something that should have worked. */
  | { readonly broken: string };

/** Gets everything that a window needs, and says why where it cannot. */
export async function prepareMachine(): Promise<Prepared> {
  try {
    return { machine: { codeServer: await installCodeServer(), chromium: await installChromium() } };
  } catch (error) {
    return error instanceof Missing ? { missing: error.message } : { broken: String(error) };
  }
}

export interface InstalledMachine {
  readonly prepared: Prepared;
  /** Removes the folder of extensions. */
  readonly remove: () => void;
}

/** The same, with the VSIX installed once, for all windows that want it: SFT_VSIX, or one packed of what is built. */
export async function prepareMachineWithVsix(): Promise<InstalledMachine> {
  const prepared = await prepareMachine();
  if (!('machine' in prepared)) return { prepared, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'sft-installed-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const installed = join(folder, 'extensions');
    const vsix = process.env.SFT_VSIX ?? (await packVsix(folder));
    await installVsix(prepared.machine.codeServer, vsix, installed);
    return { prepared: { machine: { ...prepared.machine, installed } }, remove };
  } catch (error) {
    return { prepared: { broken: String(error) }, remove };
  }
}
