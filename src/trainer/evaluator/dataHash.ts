import { fileHash } from '../../formats/fileHash.ts';
import { rememberFiles } from './rememberedFiles.ts';

const known = rememberFiles<string>(64);

/** `fileHash` of a data file, which is read again only when it has changed. @throws UserError as `fileHash` */
export async function dataHash(path: string): Promise<string> {
  return known.get(path, '', () => fileHash(path));
}
