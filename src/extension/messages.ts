import * as vscode from 'vscode';
import { messageText } from './views/plainText.ts';

/*
 * VS Code makes links of `[text](command:...)` in its notifications. Names and sentences of ours come from files that anybody may have
 * written, so that all notifications are shown by these, as text and nothing else. (A modal dialog makes no links.)
 */

/** Tells something; gives the button that was chosen. */
export function showInformation(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(messageText(text), ...buttons);
}

/** Warns of something; gives the button that was chosen. */
export function showWarning(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(messageText(text), ...buttons);
}

/** Says what went wrong; gives the button that was chosen. */
export function showFailure(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(messageText(text), ...buttons);
}
