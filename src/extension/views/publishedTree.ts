import type { GalleryItem } from '../../library/gallery.ts';
import type { Translate } from '../translate.ts';

/** A node of the list of published SFTs. */
export type PublishedNode =
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly label: string;
      readonly children: readonly PublishedNode[];
    }
  | {
      readonly kind: 'published';
      readonly id: string;
      readonly label: string;
      readonly description: string;
      /** What it is called on the Hub. */
      readonly hubId: string;
      readonly isPulled: boolean;
    };

/** Languages by name, then tasks; of each the base models that it was made for. */
export function publishedTree(items: readonly GalleryItem[], t: Translate): readonly PublishedNode[] {
  const group = (kind: GalleryItem['kind'], label: string): PublishedNode => ({
    kind: 'group',
    id: `published:${kind}`,
    label,
    children: items
      .filter((sft) => sft.kind === kind)
      .map((sft) => ({
        kind: 'published' as const,
        id: `published:${sft.id}`,
        label: labelOfPublished(sft, t),
        description: describePublished(sft, t),
        hubId: sft.id,
        isPulled: sft.isPulled,
      }))
      .sort((a, b) => a.label.localeCompare(b.label, 'en') || a.hubId.localeCompare(b.hubId, 'en')),
  });
  return [group('language', t('Languages')), group('task', t('Tasks'))];
}

/** Maltese, or what a task is called; a code that nobody gave a name stands for itself. */
export function labelOfPublished(
  { kind, language, code, task, isMultiSource, id }: GalleryItem,
  t: Translate,
): string {
  if (kind === 'language') return language ?? code ?? id;
  const name = task === undefined ? id : taskNames(t)[task];
  return isMultiSource === true ? t('{0}, several sources', name) : name;
}

/** mt · bert-base-multilingual-cased · fetched */
export function describePublished({ code, base, isPulled }: GalleryItem, t: Translate): string {
  return [code, base, isPulled ? t('fetched') : undefined].filter((text) => text !== undefined).join(' · ');
}

/** The name on the Hub of an item of the list. */
export function publishedIdOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('hubId' in argument)) return undefined;
  return typeof argument.hubId === 'string' ? argument.hubId : undefined;
}

function taskNames(t: Translate): Readonly<Record<NonNullable<GalleryItem['task']>, string>> {
  return {
    pos: t('Part-of-speech tagging'),
    parsing: t('Dependency parsing'),
    ner: t('Named entities'),
    nli: t('Language inference'),
    sentiment: t('Sentiment'),
    qa: t('Question answering'),
  };
}
