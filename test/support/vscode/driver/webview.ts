import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Inside of the webview that is in sight, a panel or a view. Selectors pierce open shadow roots. */
export const webview = (page: Page): FrameLocator =>
  page.frameLocator('iframe.webview.ready >> visible=true').frameLocator('iframe#active-frame');

/** The webviews in sight: the frames of hidden ones are gone, or out of sight. */
export const webviews = (page: Page): Locator => page.locator('iframe.webview.ready >> visible=true');
