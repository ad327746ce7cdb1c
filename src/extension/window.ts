import type { ComposeEditor } from './compose/composeEditor.ts';
import type { RunPanels } from './panels/runPanel.ts';
import type { Services } from './services.ts';
import type { Views } from './views/register.ts';

/** What commands of a window work with. */
export interface Window {
  readonly services: Services;
  runPanels(): Promise<RunPanels>;
  /** Whether a run's panel is in sight. Loads nothing. */
  isRunVisible(folder: string): Promise<boolean>;
  readonly views: Views;
  /** The editor of compose benches. */
  compose(): Promise<ComposeEditor>;
}
