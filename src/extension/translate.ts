/** `vscode.l10n.t`, handed to what must not import vscode. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** The message as it is written, its values filled in: what `vscode.l10n.t` gives where there is no translation. */
export const english: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (_, i: string) => String(values[Number(i)]));
