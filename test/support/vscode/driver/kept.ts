import type { Page } from 'playwright-core';
import { until } from '../until.ts';

/**
 * Waits until the window has kept something over a reload, such as `"tab":"table"` in the state of a panel: in a browser
 * it writes down what is open every few seconds, and not when the page goes.
 */
export async function untilKept(page: Page, text: string): Promise<void> {
  await until(`the window keeps ${text}`, async () => {
    const all = await page.evaluate<string[]>(readStores);
    return all.some((value) => value.replaceAll('\\', '').includes(text));
  });
}

/** Gives all texts in the page's own databases. A text, since it runs in the page, whose types are not known here. */
const readStores = `(async () => {
  const answered = (request) => new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', reject);
  });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state')) continue;
    const database = await answered(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const values = await answered(database.transaction(store).objectStore(store).getAll());
      found.push(...values.map(String));
    }
    database.close();
  }
  return found;
})()`;
