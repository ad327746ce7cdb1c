import type { Theme } from './theme.ts';

export interface SettingsOptions {
  readonly theme: Theme;
  /** Whether folders are untrusted until the user trusts them. */
  readonly restricted: boolean;
}

/** User settings of a quiet window: nothing opens, asks, fetches or moves by itself. */
export function quietSettings({ theme, restricted }: SettingsOptions): Record<string, unknown> {
  return {
    'workbench.colorTheme': theme,
    'window.autoDetectColorScheme': false,
    'window.autoDetectHighContrast': false,
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.enableExperiments': false,
    'workbench.reduceMotion': 'on',
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'extensions.autoUpdate': 'off',
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'git.enabled': false,
    'editor.minimap.enabled': false,
    'security.workspace.trust.enabled': restricted,
    // Without a dialog in the way: a restricted window is trusted through its editor of trust.
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
  };
}
