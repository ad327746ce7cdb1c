/** Kinds of themes, by the class that the editor sets on the body. */
export const themeKinds = [
  'vscode-dark',
  'vscode-light',
  'vscode-high-contrast',
  'vscode-high-contrast-light',
] as const;
export type ThemeKind = (typeof themeKinds)[number];

interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly secondary: string;
  readonly onSecondary: string;
  readonly border: string;
  readonly soft: string;
  readonly link: string;
  readonly charts: readonly [
    blue: string,
    orange: string,
    purple: string,
    green: string,
    red: string,
    yellow: string,
  ];
}

const darkCharts = ['#59a4f9', '#d18616', '#b180d7', '#89d185', '#f14c4c', '#cca700'] as const;
const lightCharts = ['#1a85ff', '#b5620a', '#652d90', '#388a34', '#e51400', '#895503'] as const;

const palettes: Readonly<Record<ThemeKind, Palette>> = {
  'vscode-dark': {
    background: '#1f1f1f',
    foreground: '#cccccc',
    muted: '#9d9d9d',
    accent: '#0078d4',
    onAccent: '#ffffff',
    secondary: '#313131',
    onSecondary: '#cccccc',
    border: '#3c3c3c',
    soft: '#2b2b2b',
    link: '#4daafc',
    charts: darkCharts,
  },
  'vscode-light': {
    background: '#ffffff',
    foreground: '#3b3b3b',
    muted: '#5f5f5f',
    accent: '#005fb8',
    onAccent: '#ffffff',
    secondary: '#e5e5e5',
    onSecondary: '#3b3b3b',
    border: '#d4d4d4',
    soft: '#f8f8f8',
    link: '#005fb8',
    charts: lightCharts,
  },
  'vscode-high-contrast': {
    background: '#000000',
    foreground: '#ffffff',
    muted: '#ffffff',
    accent: '#f38518',
    onAccent: '#000000',
    secondary: '#000000',
    onSecondary: '#ffffff',
    border: '#6fc3df',
    soft: '#000000',
    link: '#21a6ff',
    charts: darkCharts,
  },
  'vscode-high-contrast-light': {
    background: '#ffffff',
    foreground: '#292929',
    muted: '#292929',
    accent: '#0f4a85',
    onAccent: '#ffffff',
    secondary: '#ffffff',
    onSecondary: '#292929',
    border: '#0f4a85',
    soft: '#ffffff',
    link: '#0f4a85',
    charts: lightCharts,
  },
};

/** Variables that a theme of this kind sets, as far as our views use them. */
export function themeVariables(kind: ThemeKind): Readonly<Record<string, string>> {
  const {
    background,
    foreground,
    muted,
    accent,
    onAccent,
    secondary,
    onSecondary,
    border,
    soft,
    link,
    charts,
  } = palettes[kind];
  const isContrast = kind.includes('contrast');
  const [blue, orange, purple, green, red, yellow] = charts;
  const colours = {
    'editor-background': background,
    'editor-foreground': foreground,
    foreground,
    descriptionForeground: muted,
    errorForeground: red,
    focusBorder: accent,
    'button-background': isContrast ? secondary : accent,
    'button-foreground': isContrast ? onSecondary : onAccent,
    'button-hoverBackground': isContrast ? secondary : accent,
    'button-border': border,
    'button-secondaryBackground': secondary,
    'button-secondaryForeground': onSecondary,
    'button-secondaryHoverBackground': secondary,
    'panelTitle-activeForeground': foreground,
    'panelTitle-activeBorder': accent,
    'panelTitle-inactiveForeground': muted,
    'panel-border': border,
    'progressBar-background': accent,
    'badge-background': secondary,
    'badge-foreground': onSecondary,
    'menu-background': background,
    'menu-foreground': foreground,
    'menu-border': border,
    'menu-selectionBackground': isContrast ? background : accent,
    'menu-selectionForeground': isContrast ? foreground : onAccent,
    'toolbar-hoverBackground': soft,
    'textCodeBlock-background': soft,
    'textBlockQuote-background': soft,
    'list-hoverBackground': soft,
    'widget-border': border,
    'textLink-foreground': link,
    'editorWarning-foreground': yellow,
    'editor-selectionBackground': isContrast ? muted : '#26477866',
    'testing-iconPassed': green,
    'charts-foreground': foreground,
    'charts-lines': border,
    'charts-blue': blue,
    'charts-orange': orange,
    'charts-purple': purple,
    'charts-green': green,
    'charts-red': red,
    'charts-yellow': yellow,
    ...(isContrast ? { contrastBorder: border, contrastActiveBorder: accent } : {}),
  };
  const fonts = {
    'font-family': 'system-ui, "DejaVu Sans", sans-serif',
    'font-size': '13px',
    'font-weight': 'normal',
    'editor-font-family': '"DejaVu Sans Mono", monospace',
    'editor-font-size': '12px',
  };
  const all = Object.entries({ ...colours, ...fonts });
  return Object.fromEntries(all.map(([name, value]) => [`--vscode-${name}`, value]));
}
