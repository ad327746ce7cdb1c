import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isHubName } from '../../formats/hubCache.ts';
import { type Diagnostic, placeFinding } from '../check.ts';
import { finding } from '../finding.ts';
import { readYaml } from '../yamlTree.ts';
import { sweepLanguage } from './language.ts';

/** What a sweep names and is not there; what has placeholders in it is not known before they are filled. */
export async function missingSweepFiles(text: string, folder: string): Promise<readonly Diagnostic[]> {
  const yaml = readYaml(text);
  const named = sweepLanguage.files(text).filter((one) => !one.named.includes('{') && !isHubName(one.named));
  const found = await Promise.all(
    named.map(async ({ span, named: path }) => {
      const isThere = await stat(resolve(folder, path)).then(
        () => true,
        () => false,
      );
      return isThere ? [] : [placeFinding(finding('file-missing', { path }, []), span, yaml)];
    }),
  );
  return found.flat();
}
