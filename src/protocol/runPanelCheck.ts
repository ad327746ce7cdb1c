import { type FromRunPanel, runActions } from './runPanel.ts';
import { checkSave } from './savedExport.ts';

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
    case 'chooseK':
      return isSize(message.k) ? { type: 'chooseK', k: message.k } : undefined;
    case 'tab':
      return message.tab === 'recipe' || message.tab === 'log'
        ? { type: 'tab', tab: message.tab }
        : undefined;
    case 'whatIf':
      return { type: 'whatIf' };
    case 'fork':
      return isSize(message.k) && typeof message.isRandom === 'boolean'
        ? { type: 'fork', k: message.k, isRandom: message.isRandom }
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

/** Entries of a mask. */
function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === 'string');
}
