import type { FrameLocator, Page } from 'playwright-core';

/** Inside of the webview that is in sight, a panel or a view. Selectors pierce open shadow roots. */
export const webview = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready >> visible=true').frameLocator('iframe#active-frame');
