import type { Page } from 'playwright-core';
import { until } from '../until.ts';

/**
 * Waits until the window has kept something over a reload, such as `"tab":"table"` in the state of a panel: in a browser
 * it writes down what is open every few seconds, and not when the page goes.
 */
export async function untilKept(page: Page, text: string): Promise<void> {
  await until(`the window keeps ${text}`, async () => {
    const all = await page.evaluate(readStores);
    return all.some((value) => value.replaceAll('\\', '').includes(text));
  });
}

/** All texts in the page's own databases. Runs in the page, and so brings along all that it needs. */
async function readStores(): Promise<string[]> {
  const found: string[] = [];
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- what lies outside is not there in the page
  const answered = async <T>(request: IDBRequest<T>): Promise<T> => {
    await new Promise((resolve, reject) => {
      request.addEventListener('success', resolve);
      request.addEventListener('error', reject);
    });
    return request.result;
  };
  for (const { name = '' } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state')) continue;
    const database = await answered(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const values = await answered(database.transaction(store).objectStore(store).getAll());
      found.push(...values.map(String));
    }
    database.close();
  }
  return found;
}
