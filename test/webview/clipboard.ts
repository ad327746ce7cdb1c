import type { Page } from 'playwright-core';

/** What was copied last on a page that may read the clipboard. */
export const copied = (page: Page): Promise<unknown> => page.evaluate('navigator.clipboard.readText()');
