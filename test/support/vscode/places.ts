import { join, resolve } from 'node:path';

/** The extension's own folder: where its package.json is. */
export const repository = resolve(import.meta.dirname, '../../..');

/** Where VS Code is kept between runs. SFT_VSCODE_CACHE names another folder, which several checkouts may share. */
export const cacheFolder = process.env.SFT_VSCODE_CACHE ?? join(repository, '.vscode-test');

/** Pictures and logs of windows whose tests failed, and pictures taken while developing. */
export const picturesFolder = join(repository, '.vscode-test', 'pictures');
