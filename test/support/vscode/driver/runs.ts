import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { processesOf } from '../processes.ts';
import { until } from '../until.ts';
import { pick, quickInput, quickPickItem, runCommand } from './palette.ts';
import { webview } from './webview.ts';

/** Longest time for a run of the demo on a machine that has much else to do, in seconds. */
export const longRun = 150;

/** Trains a recipe of the workspace, chosen by the beginning of its name, and waits for the panel of its run. */
export async function train(page: Page, recipe: RegExp, run: string): Promise<FrameLocator> {
  await runCommand(page, 'SFT: Train', 'Which recipe');
  await pick(page, recipe);
  return runPanel(page, run);
}

/** The panel in sight, once it shows this run. */
export async function runPanel(page: Page, run: string): Promise<FrameLocator> {
  await page.locator('.part.editor .tab.active').filter({ hasText: run }).waitFor({ timeout: 60_000 });
  const panel = webview(page);
  await panel.locator('h1').waitFor({ timeout: 60_000 });
  return panel;
}

/** Waits until the panel in sight shows the result of its run. */
export async function panelIsDone(page: Page): Promise<void> {
  await webview(page)
    .locator('.result')
    .waitFor({ timeout: longRun * 1000 });
}

/** The step of its phase that the panel in sight shows. */
export async function shownStep(page: Page): Promise<number> {
  const text = await webview(page).locator('.track-step').innerText({ timeout: 5000 });
  return Number(/step ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''));
}

/** Chooses several entries of an open quick pick by (part of) their texts. */
export async function pickSeveral(page: Page, texts: readonly RegExp[]): Promise<void> {
  for (const text of texts) {
    const row = quickPickItem(page, text).first();
    await row.waitFor();
    await row.locator('.quick-input-list-checkbox, .monaco-checkbox, input[type=checkbox]').first().click();
  }
  await quickInput(page).press('Enter');
}

export interface Told {
  readonly type: string;
  readonly phase?: string;
  readonly step?: number;
}

/** What a run has told so far, by its folder. */
export function told(run: string): Told[] {
  const file = join(run, 'events.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Told);
}

/** Waits until a run has told an event of this type. */
export async function untilTold(run: string, type: string): Promise<void> {
  await until(`${run} tells ${type}`, () => told(run).some((event) => event.type === type), longRun);
}

/** The process that trains a run, not its supervisor. */
export async function runProcess(home: string, run: string): Promise<number> {
  return until(`a process trains ${run}`, () => {
    const found = processesOf(home).filter(
      ({ args }) => args.some((arg) => arg.startsWith(`${run}/`)) && !args.join(' ').includes('supervisor'),
    );
    return found[0]?.pid;
  });
}
