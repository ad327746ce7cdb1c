/** The themes in which every view is looked at, by the names that VS Code's settings know. */
export const themes = [
  'Dark Modern',
  'Light Modern',
  'Default High Contrast',
  'Default High Contrast Light',
] as const;

export type Theme = (typeof themes)[number];

/** A theme's name as part of a file's name. */
export function themeSlug(theme: Theme): string {
  return theme.replace('Default ', '').replace(' Modern', '').toLowerCase().replaceAll(' ', '-');
}
