import { installChromium } from './chromium.ts';

/**
 * Before the tests of built pages: a browser, installed as for the tests in a window. Where this machine cannot have one,
 * they are skipped and say so; a broken one lets them fail, and no other tests with them.
 */
export default async function setup(): Promise<void> {
  try {
    await installChromium();
  } catch (error) {
    process.stdout.write(`Tests of webviews: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
