import { hubCache } from '../../formats/hubCache.ts';
import { type HubModel, hubModels } from '../../library/hubModels.ts';
import { bytesText } from '../../protocol/bytesText.ts';
import type { HubName } from '../../recipe/language/hubNames.ts';
import type { Translate } from '../translate.ts';
import { parametersText } from '../views/figures.ts';
import { labelOfPublished } from '../views/publishedTree.ts';

/** How long what is in the cache is not looked for again, in milliseconds. */
const fresh = 5000;

/** The models of the Hub that recipes may name; the cache is looked through anew now and then. */
export function newHubNames(t: Translate): () => Promise<readonly HubName[]> {
  let kept: { readonly time: number; readonly names: Promise<readonly HubName[]> } | undefined;
  return () => {
    if (kept === undefined || Date.now() - kept.time > fresh) {
      const names = hubModels(hubCache()).then((models) => models.map((model) => hubNameOf(model, t)));
      kept = { time: Date.now(), names };
    }
    return kept.names;
  };
}

/** `SFT: Maltese · bert-base-multilingual-cased · 60 MB`. */
export function hubNameOf(model: HubModel, t: Translate): HubName {
  const { reference, kind, isFetched, published, sft, base, bytes } = model;
  const basis = published?.base ?? sft?.base ?? null;
  const parts = [
    kind === 'base' ? t('base model') : whatSft(model, t),
    base === undefined ? basis : `${base.modelType} · ${parametersText(base.parameters)}`,
    bytes === undefined ? null : bytesText(bytes),
    isFetched ? null : t('not fetched'),
  ];
  return {
    reference,
    kind,
    detail: parts.filter((part) => part !== null).join(' · '),
    base: basis,
  };
}

function whatSft({ published, sft }: HubModel, t: Translate): string {
  if (published !== undefined) return t('SFT: {0}', labelOfPublished({ ...published, isPulled: false }, t));
  const about = sft === undefined ? [] : [sft.task ?? undefined, sft.language ?? undefined];
  const words = about.filter((part) => part !== undefined).join(' ');
  return words === '' ? t('SFT') : t('SFT: {0}', words);
}
