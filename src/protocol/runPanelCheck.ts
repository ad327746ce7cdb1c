import { type FromRunPanel, runActions } from './runPanel.ts';

/** A message from a run panel, if it is one: webviews are not trusted. */
export function checkFromRunPanel(value: unknown): FromRunPanel | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const message = value as Record<string, unknown>;
  switch (message.type) {
    case 'ready':
      return isTexts(message.overlays) ? { type: 'ready', overlays: message.overlays } : undefined;
    case 'action': {
      const action = runActions.find((one) => one === message.action);
      return action === undefined ? undefined : { type: 'action', action };
    }
    case 'tab':
      return message.tab === 'recipe' || message.tab === 'log'
        ? { type: 'tab', tab: message.tab }
        : undefined;
    case 'removeOverlay':
      return typeof message.folder === 'string'
        ? { type: 'removeOverlay', folder: message.folder }
        : undefined;
    case 'save':
      return checkSave(message);
    default:
      return undefined;
  }
}

const mostSaved = 2 ** 26;

function checkSave({ name, format, data }: Record<string, unknown>): FromRunPanel | undefined {
  if (typeof name !== 'string' || typeof data !== 'string' || data.length > mostSaved) return undefined;
  // A name, not a path.
  const plain = name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '-').slice(0, 100);
  return format === 'csv' || format === 'png' ? { type: 'save', name: plain, format, data } : undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === 'string');
}
