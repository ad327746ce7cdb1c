import { drop } from '../encoder.ts';
import { linear } from '../ops/linear.ts';
import type { Head } from './head.ts';

/** A linear layer at each word piece (BertForTokenClassification, XLMRobertaForTokenClassification). */
export const tokenClassification: Head = {
  type: 'token-classification',
  reads: 'labelled',
  compact: false,
  selectsQueries: true,
  dropoutSites: () => ['head'],
  parameters: (config, labels) => [
    { name: 'classifier.weight', shape: [labels, config.hiddenSize], initial: 'normal' },
    { name: 'classifier.bias', shape: [labels], initial: 'zeros' },
  ],
  uses: () => [],
  output: (context, hidden) =>
    linear(
      drop(context, 'head', hidden),
      context.inputs['classifier.weight'],
      context.inputs['classifier.bias'],
    ),
};
