import * as vscode from 'vscode';

/** How a model is saved, as the command line takes it, and who loads it then. */
interface ExportFormat {
  readonly args: readonly string[];
  readonly loadedBy: string;
}

/** Asks how a model is saved; undefined where nothing is picked. */
export async function askForFormat(): Promise<ExportFormat | undefined> {
  const items = [
    {
      label: 'transformers',
      description: 'model.safetensors',
      detail: vscode.l10n.t('For Python. It has no class for dependency parsers.'),
      format: 'safetensors',
      loadedBy: vscode.l10n.t('transformers loads it with from_pretrained.'),
    },
    {
      label: 'ONNX',
      description: 'onnx/model.onnx',
      detail: vscode.l10n.t('For ONNX runtimes and transformers.js; dependency parsers too.'),
      format: 'onnx',
      loadedBy: vscode.l10n.t('ONNX runtimes and transformers.js load it.'),
    },
  ];
  const title = vscode.l10n.t('Save the model in which format?');
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  return chosen && { args: ['--format', chosen.format], loadedBy: chosen.loadedBy };
}
