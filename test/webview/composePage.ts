import { onTestFinished } from 'vitest';
import type { Page } from 'playwright-core';
import type { ComposeDocument } from '../../src/protocol/compose.ts';
import type { FromCompose, ToCompose } from '../../src/protocol/composePanel.ts';
import { composeHost, type ComposeHostOptions } from '../support/composeHost.ts';
import { openViews, type ViewPage, type ViewPages } from './runPage.ts';
import type { ThemeKind } from './themes.ts';

export type ComposePages = ViewPages<ToCompose, FromCompose>;
type ComposePage = ViewPage<ToCompose, FromCompose>;

export const openComposePages = (): Promise<ComposePages> => openViews<ToCompose, FromCompose>('compose');

export interface OpenComposeOptions extends Omit<ComposeHostOptions, 'send' | 'document'> {
  readonly theme?: ThemeKind;
  readonly width?: number;
}

/** A page on a compose bench with what stands behind it in a window. */
export async function openBenchPage(
  pages: ComposePages,
  document: ComposeDocument,
  { theme, width, ...more }: OpenComposeOptions,
) {
  const opened: { page?: ComposePage } = {};
  const early: FromCompose[] = [];
  const host = composeHost({ ...more, document, send: (message) => void opened.page?.send(message) });
  const take = (message: FromCompose): void => {
    // The page says that it is ready before it is handed out.
    if (opened.page === undefined) early.push(message);
    else void host.take(message).catch((error: unknown) => host.failures.push(error));
  };
  const page = await pages.open({
    take,
    ...(theme === undefined ? {} : { theme }),
    ...(width === undefined ? {} : { width }),
  });
  opened.page = page;
  onTestFinished(() => host.feed.close());
  for (const message of early) take(message);
  return { ...page, host };
}

/** Keeps a picture to be looked at, where `SFT_SHOTS` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const { SFT_SHOTS } = process.env;
  if (SFT_SHOTS !== undefined) await page.screenshot({ path: `${SFT_SHOTS}/${name}.png`, fullPage: true });
}
