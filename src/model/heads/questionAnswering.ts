import { linear } from '../ops/linear.ts';
import type { Head } from './head.ts';

/**
 * Two scores at every word piece: that the answer starts there, that it ends there (BertForQuestionAnswering,
 * XLMRobertaForQuestionAnswering). Neither has dropout of its own.
 */
export const questionAnswering: Head = {
  type: 'question-answering',
  reads: 'spans',
  compact: false,
  selectsQueries: false,
  dropoutSites: () => [],
  parameters: (config) => [
    { name: 'qa_outputs.weight', shape: [2, config.hiddenSize], initial: 'normal' },
    { name: 'qa_outputs.bias', shape: [2], initial: 'zeros' },
  ],
  uses: () => [],
  output: ({ inputs }, hidden) => linear(hidden, inputs['qa_outputs.weight'], inputs['qa_outputs.bias']),
};
