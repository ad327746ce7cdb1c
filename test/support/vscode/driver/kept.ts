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

/** All texts in the page's own databases. Runs in the page. */
async function readStores(): Promise<string[]> {
  const answered = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('The database does not answer'));
    });
  const found: string[] = [];
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
