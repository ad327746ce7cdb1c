/** A line of the report that the suite in the extension host writes. */
export type HostLine = { readonly planned: readonly string[] } | HostResult | { readonly ended: true };

export interface HostResult {
  /** With the titles of the groups around it. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What a failed test said. */
  readonly error?: string;
}

/** What came of each test that was planned, or failed outside of a test. A test without a result did not run. */
export function readReport(text: string): Map<string, HostResult | undefined> {
  const results = new Map<string, HostResult | undefined>();
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as HostLine;
    if ('planned' in entry) for (const title of entry.planned) results.set(title, undefined);
    else if ('title' in entry && results.get(entry.title)?.state !== 'failed')
      results.set(entry.title, entry);
  }
  return results;
}
