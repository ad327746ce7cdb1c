/** Colours and font of the editor's theme, for what is drawn on a canvas. */
export interface Theme {
  readonly dark: boolean;
  readonly highContrast: boolean;
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly series: Readonly<Record<SeriesColour, string>>;
  readonly font: string;
}

/** `main` is what is looked at, `second` what it is held against, `ghost` others for comparison. */
export type SeriesColour = 'main' | 'second' | 'ghost0' | 'ghost1' | 'ghost2' | 'ghost3';

/** Variables of the editor's themes; a few are left out by some themes. */
const variables: Readonly<Record<SeriesColour, readonly string[]>> = {
  main: ['--vscode-charts-blue', '--vscode-textLink-foreground'],
  second: ['--vscode-charts-orange', '--vscode-editorWarning-foreground'],
  ghost0: ['--vscode-charts-purple', '--vscode-foreground'],
  ghost1: ['--vscode-charts-green', '--vscode-foreground'],
  ghost2: ['--vscode-charts-red', '--vscode-foreground'],
  ghost3: ['--vscode-charts-yellow', '--vscode-foreground'],
};

const ghosts: readonly SeriesColour[] = ['ghost0', 'ghost1', 'ghost2', 'ghost3'];

/** The colour of the n-th series that is there for comparison. */
export function ghostColour(n: number): SeriesColour {
  return ghosts[n % ghosts.length] ?? 'ghost0';
}

/** The CSS value of a series' colour, which follows the theme by itself. */
export function cssColour(colour: SeriesColour): string {
  return opaque(variables[colour].reduceRight((rest, name) => `var(${name}, ${rest})`, 'currentColor'));
}

/** Some of the editor's colours are meant to lie over text, and let through most of what is behind them. */
function opaque(colour: string): string {
  return `rgb(from ${colour} r g b / 1)`;
}

/** The theme as it is now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (...names: readonly string[]) =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? style.color;
  const classes = document.body.classList;
  const highContrast =
    classes.contains('vscode-high-contrast') || classes.contains('vscode-high-contrast-light');
  const foreground = read('--vscode-editor-foreground', '--vscode-foreground');
  const series = Object.fromEntries(
    Object.entries(variables).map(([colour, names]) => [colour, opaque(read(...names))]),
  ) as Record<SeriesColour, string>;
  return {
    dark:
      classes.contains('vscode-dark') ||
      (classes.contains('vscode-high-contrast') && !classes.contains('vscode-high-contrast-light')),
    highContrast,
    foreground,
    muted: highContrast ? foreground : read('--vscode-descriptionForeground', '--vscode-foreground'),
    grid: highContrast
      ? read('--vscode-contrastBorder', '--vscode-foreground')
      : read('--vscode-charts-lines', '--vscode-foreground'),
    background: read('--vscode-editor-background'),
    series,
    font: `11px ${read('--vscode-font-family')}`,
  };
}

/** Calls back when the user has chosen another theme; gives what ends it. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  // The editor sets its variables on the root, and classes that name the kind of theme on the body.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  return () => observer.disconnect();
}
