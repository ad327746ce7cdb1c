import type { ModelConfig as FolderConfig } from '../formats/modelFolder.ts';

/** What the encoder needs of a `config.json`. */
export type ModelConfig = Omit<FolderConfig, 'hiddenAct' | 'raw'>;
