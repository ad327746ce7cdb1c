import type { RunPanels } from './panels/runPanel.ts';
import type { Services } from './services.ts';

/** What commands of a window work with. */
export interface Window {
  readonly services: Services;
  runPanels(): Promise<RunPanels>;
}
