/** `vscode.l10n.t`, handed to what must not import vscode. */
export type Translate = (message: string, ...values: (string | number)[]) => string;
