import { type Command, Option } from 'commander';
import { hubCache } from '../../formats/hubCache.ts';
import { gallery, type GalleryFilter, type GalleryItem } from '../../library/gallery.ts';
import { table } from '../format.ts';
import { inform, print, printJson } from '../output.ts';

const tasks = ['pos', 'parsing', 'ner', 'nli', 'sentiment', 'qa'];

export function galleryCommand(program: Command): void {
  program
    .command('gallery')
    .description('list the SFTs that the authors of the paper have published; sft pull fetches one')
    .option('--language <name>', 'of this language: its name, a part of it, or its code')
    .addOption(new Option('--task <name>', 'for this task').choices(tasks))
    .option('--json', 'print one JSON object')
    .action(({ json, ...filter }: GalleryFilter & { json?: boolean }) => {
      const found = gallery(filter, hubCache());
      if (json === true) printJson({ sfts: found });
      else if (found.length === 0) inform('None of the published SFTs is of this language and task.');
      else print(table([['id', 'of', 'base model', 'fetched'], ...found.map(row)]));
    });
}

function row({ id, kind, language, code, task, isMultiSource, base, isPulled }: GalleryItem): string[] {
  const of =
    kind === 'language'
      ? `${language} (${code})`
      : `${task}${isMultiSource === true ? ', several sources' : ''}`;
  return [id, of, base, isPulled ? 'yes' : ''];
}
