import type { Reporter, TestCase } from 'vitest/node';

/** Ends the output with `N passed, N failed`; above it, by name, what passed at a second try only and what was skipped. */
export default class ClosingLine implements Reporter {
  private readonly counts = { passed: 0, failed: 0 };
  private readonly skipped: string[] = [];
  private readonly flaky: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    const { state } = result;
    if (test.diagnostic()?.flaky === true) this.flaky.push(test.fullName);
    if (state === 'passed') this.counts.passed++;
    else if (state === 'failed') this.counts.failed++;
    else {
      const note = 'note' in result && result.note !== undefined ? ` (${result.note})` : '';
      this.skipped.push(`${test.fullName}${note}`);
    }
  }

  onTestRunEnd(modules: readonly { readonly state: () => string; errors: () => readonly unknown[] }[]): void {
    // A file that does not even load has no tests to count.
    const broken = modules.filter((one) => one.errors().length > 0).length;
    if (this.flaky.length > 0) {
      process.stdout.write('\nPassed at the second try only, so something in them is left to chance:\n');
      for (const name of this.flaky) process.stdout.write(`  ${name}\n`);
    }
    if (this.skipped.length > 0) {
      process.stdout.write(
        '\nSkipped, for want of ../shared (real data and oracles), a Node version, a program or a right of this machine:\n',
      );
      for (const name of this.skipped) process.stdout.write(`  ${name}\n`);
    }
    const { passed, failed } = this.counts;
    const rest = this.skipped.length > 0 ? `, ${this.skipped.length} skipped` : '';
    process.stdout.write(`${passed} passed, ${failed + broken} failed${rest}\n`);
  }
}
