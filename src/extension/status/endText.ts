import type { RunListing } from '../../protocol/session.ts';
import type { Translate } from '../translate.ts';
import { durationWords, metricWords } from '../words.ts';

export type EndButton = 'evaluate' | 'reveal' | 'log' | 'resume';

/** What a message at the end of a run says, and offers. */
export interface EndText {
  readonly level: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly EndButton[];
}

/** undefined where there is nothing to tell: a process works on it still, or again. */
export function endText({ name, end, metrics, seconds, sft }: RunListing, t: Translate): EndText | undefined {
  if (end === null) return undefined;
  const resume: readonly EndButton[] = end.resumable ? ['resume'] : [];
  const cause = end.cause === null ? '' : `${end.cause.what} ${end.cause.advice}`;
  switch (end.outcome) {
    case 'done': {
      const metric = metricWords(metrics);
      const time = seconds === null ? '' : durationWords(seconds);
      const text =
        metric === ''
          ? time === ''
            ? t('{0} is trained.', name)
            : t('{0} was trained in {1}.', name, time)
          : time === ''
            ? t('{0} is trained: {1}.', name, metric)
            : t('{0} is trained: {1}, in {2}.', name, metric, time);
      return {
        level: 'information',
        text,
        buttons: sft === null ? [] : ['evaluate', 'reveal'],
      };
    }
    case 'stopped':
      return { level: 'information', text: t('{0} was stopped.', name), buttons: resume };
    case 'failed':
      return {
        level: 'error',
        text: t('{0} failed: {1}', name, cause),
        buttons: ['log', ...resume],
      };
    default:
      return {
        level: 'warning',
        text: t('{0} was interrupted: {1}', name, cause),
        buttons: ['log', ...resume],
      };
  }
}
