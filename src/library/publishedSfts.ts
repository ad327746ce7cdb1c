import { resolve } from 'node:path';
import type { SftMetadata } from '../formats/sftMetadata.ts';

/** An SFT that the authors of the paper have published; its file says nothing of itself. */
export interface PublishedSft {
  /** Repository on the Hugging Face Hub. */
  readonly id: string;
  readonly base: 'bert-base-multilingual-cased' | 'xlm-roberta-base';
  readonly kind: 'language' | 'task';
  /** Name and code of the language of a language SFT. */
  readonly language?: string;
  readonly code?: string;
  /** As recipes call it. */
  readonly task?: 'pos' | 'parsing' | 'ner' | 'nli' | 'sentiment' | 'qa';
  /** Trained on several source languages. */
  readonly isMultiSource?: boolean;
  /**
   * What the outputs of its head should mean: the order that the reference's scripts make, at 29f7872. Not checked on the
   * published files: a quick evaluation on labelled data of the source language says whether they fit.
   */
  readonly labels?: readonly string[];
}

const bases = { mbert: 'bert-base-multilingual-cased', xlmr: 'xlm-roberta-base' } as const;

const languages = {
  ace: 'Acehnese',
  amh: 'Amharic',
  ar: 'Arabic',
  ban: 'Balinese',
  bg: 'Bulgarian',
  bjn: 'Banjarese',
  bm: 'Bambara',
  bn: 'Bengali',
  bxr: 'Buryat',
  bzd: 'Bribri',
  cni: 'Ashaninka',
  cs: 'Czech',
  de: 'German',
  el: 'Greek',
  en: 'English',
  es: 'Spanish',
  et: 'Estonian',
  eu: 'Basque',
  fa: 'Persian',
  fo: 'Faroese',
  fr: 'French',
  gn: 'Guarani',
  gv: 'Manx',
  hau: 'Hausa',
  hch: 'Wixarika',
  hi: 'Hindi',
  hsb: 'Upper Sorbian',
  ibo: 'Igbo',
  id: 'Indonesian',
  ja: 'Japanese',
  jav: 'Javanese',
  kin: 'Kinyarwanda',
  ko: 'Korean',
  kpv: 'Komi Zyrian',
  lug: 'Luganda',
  luo: 'Luo',
  mad: 'Madurese',
  min: 'Minangkabau',
  mt: 'Maltese',
  myv: 'Erzya',
  nah: 'Nahuatl',
  olo: 'Livvi',
  oto: 'Otomi',
  pcm: 'Nigerian Pidgin',
  pt: 'Portuguese',
  quy: 'Quechua',
  ro: 'Romanian',
  ru: 'Russian',
  sa: 'Sanskrit',
  shp: 'Shipibo Konibo',
  sun: 'Sundanese',
  swa: 'Swahili',
  ta: 'Tamil',
  tar: 'Raramuri',
  th: 'Thai',
  tr: 'Turkish',
  ug: 'Uyghur',
  ur: 'Urdu',
  vi: 'Vietnamese',
  wol: 'Wolof',
  yor: 'Yoruba',
  yue: 'Cantonese',
  zh: 'Chinese',
} as const;

const mbertLanguages =
  'ar bm bn bxr cs de el en es et eu fa fo fr gv hau hi hsb ibo id ja kin ko kpv lug luo mt myv ' +
  'olo pcm pt ro ru sa swa ta th tr ug vi wol yor yue zh ';
const xlmrLanguages =
  'ace amh ar ban bg bjn bzd cni de el en es fr gn hau hch hi ibo id jav kin ko lug luo mad min ' +
  'nah oto pcm quy ro ru shp sun swa tar th tr ur vi wol yor zh ';

const upos = 'ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X'.split(' ');
const relations = (
  '_ acl advcl advmod amod appos aux case cc ccomp clf compound conj cop csubj dep det discourse dislocated expl fixed ' +
  'flat goeswith iobj list mark nmod nsubj nummod obj obl orphan parataxis punct reparandum root vocative xcomp'
).split(' ');
const entities = 'B-LOC B-ORG B-PER I-LOC I-ORG I-PER O'.split(' ');
const inference = ['entailment', 'neutral', 'contradiction'];
const sentiments = ['negative', 'neutral', 'positive'];

/** All of them: languages by code, then tasks. */
export const publishedSfts: readonly PublishedSft[] = [
  ...languageSfts('mbert', mbertLanguages),
  ...languageSfts('xlmr', xlmrLanguages),
  taskSft('mbert', 'pos', 'pos', upos),
  taskSft('mbert', 'dp', 'parsing', relations),
  taskSft('mbert', 'masakhaner', 'ner', entities),
  taskSft('mbert', 'pos-ms', 'pos', upos),
  taskSft('mbert', 'dp-ms', 'parsing', relations),
  taskSft('xlmr', 'masakhaner', 'ner', entities),
  taskSft('xlmr', 'nli', 'nli', inference),
  taskSft('xlmr', 'nusax_senti', 'sentiment', sentiments),
  taskSft('xlmr', 'nli-ms', 'nli', inference),
  taskSft('xlmr', 'squadv1-ms', 'qa'),
  taskSft('xlmr', 'nusax_senti-ms', 'sentiment', sentiments),
];

/** The published SFT that a file or folder seems to be, by the names of its folders, a Hub cache's too. */
export function publishedSftAt(path: string): PublishedSft | undefined {
  const parts = path.split(/[/\\]/).map((part) => part.split('--').at(-1));
  return publishedSfts.findLast(({ id }) => parts.includes(id.split('/')[1]));
}

/**
 * The same for a file whose metadata are known: one that says what it is for is nobody else's, whatever its folder is called.
 */
export function publishedUnsaid(
  path: string,
  { kind, task }: Pick<SftMetadata, 'kind' | 'task'>,
): PublishedSft | undefined {
  return kind === undefined && task === undefined ? publishedSftAt(resolve(path)) : undefined;
}

/** What commands take a published task's SFT for, in a sentence for the user, with the options that say so. */
export function unsaidNote({ id, task, labels }: PublishedSft): string {
  const options = [`--task ${task}`, ...(labels === undefined ? [] : [`--labels ${labels.join(',')}`])].join(
    ' ',
  );
  const order =
    labels === undefined
      ? ''
      : " Its labels are in the order that the reference's scripts make, which is not verified.";
  return `The file of ${id} does not say what it is for; in its own folder it is taken for: ${options}.${order}`;
}

function languageSfts(base: keyof typeof bases, codes: string): PublishedSft[] {
  return codes
    .trim()
    .split(' ')
    .map((code) => ({
      id: `cambridgeltl/${base}-lang-sft-${code}-small`,
      base: bases[base],
      kind: 'language',
      language: languages[code as keyof typeof languages],
      code,
    }));
}

function taskSft(
  base: keyof typeof bases,
  name: string,
  task: NonNullable<PublishedSft['task']>,
  labels?: readonly string[],
): PublishedSft {
  const id = `cambridgeltl/${base}-task-sft-${name}`;
  const isMultiSource = name.endsWith('-ms');
  return {
    id,
    base: bases[base],
    kind: 'task',
    task,
    isMultiSource,
    ...(labels === undefined ? {} : { labels }),
  };
}
