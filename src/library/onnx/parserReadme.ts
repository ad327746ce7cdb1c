import type { ModelConfig } from '../../formats/modelConfig.ts';
import { longestSequence } from '../../model/names.ts';
import { takesTypes } from './onnxGraph.ts';
import { parserNames } from './parserOutputs.ts';

/** What a parser's graph takes and gives, for whoever runs it: no library has a class that says so. Markdown. */
export function parserReadme(config: ModelConfig): string {
  const { wordStarts, arcs, relations } = parserNames;
  const types = takesTypes(config) ? '| `token_type_ids` | [batch, sequence] | 0 |\n' : '';
  return `# A dependency parser

\`onnx/model.onnx\` takes whole numbers (int64):

| input | shape | what it is |
| --- | --- | --- |
| \`input_ids\` | [batch, sequence] | word pieces: each word is tokenized by itself, with the special pieces around the sentence; at most ${longestSequence(config)} |
| \`attention_mask\` | [batch, sequence] | 1, and 0 at padding |
${types}| \`${wordStarts}\` | [batch, words + 1] | the number of each word's first piece (the special piece is 0), and at last where the last word ends; a word without pieces starts where the next one does; a shorter sentence is filled up with its last number |

It gives scores (float32); the higher, the better:

| output | shape | what it is |
| --- | --- | --- |
| \`${arcs}\` | [batch, words, words + 1] | of each word, how well each head suits it: 0 is the root, n the n-th word |
| \`${relations}\` | [batch, words, words + 1, relations] | of each word with each head, how well each relation suits; their names are \`id2label\` in \`config.json\` |

Of a shorter sentence in a batch only its own words and heads count. Each word's best head alone may make circles; the maximum spanning tree of the scores (Chu-Liu/Edmonds) is always a tree. The relation is the best one at the chosen head.

With transformers.js:

\`\`\`js
import { AutoModel, AutoTokenizer, Tensor } from '@huggingface/transformers';

const folder = 'path/to/this/folder';
const tokenizer = await AutoTokenizer.from_pretrained(folder);
const model = await AutoModel.from_pretrained(folder);

const words = ['This', 'is', 'a', 'sentence', '.'];
const pieces = words.map((word) => tokenizer.encode(word, { add_special_tokens: false }));
const around = tokenizer.encode('');
const ids = [around[0], ...pieces.flat(), around.at(-1)];
const starts = [1];
for (const own of pieces) starts.push(starts.at(-1) + own.length);

const row = (numbers) => new Tensor('int64', numbers.map(BigInt), [1, numbers.length]);
const { ${arcs}, ${relations} } = await model({
  input_ids: row(ids),
  attention_mask: row(ids.map(() => 1)),
  ${wordStarts}: row(starts),
});
const best = (scores) => scores.indexOf(Math.max(...scores));
const heads = ${arcs}.tolist()[0].map(best);
const labels = heads.map((head, word) => model.config.id2label[best(${relations}.tolist()[0][word][head])]);
\`\`\`

With Python:

\`\`\`python
import json
import numpy as np
import onnxruntime
from transformers import AutoTokenizer

folder = "path/to/this/folder"
tokenizer = AutoTokenizer.from_pretrained(folder)
session = onnxruntime.InferenceSession(f"{folder}/onnx/model.onnx")
names = json.load(open(f"{folder}/config.json"))["id2label"]

words = ["This", "is", "a", "sentence", "."]
pieces = [tokenizer(word, add_special_tokens=False).input_ids for word in words]
first, *_, last = tokenizer("").input_ids
ids = [first, *sum(pieces, []), last]
inputs = {
    "input_ids": ids,
    "attention_mask": [1] * len(ids),
    "token_type_ids": [0] * len(ids),
    "${wordStarts}": np.cumsum([1] + [len(own) for own in pieces]).tolist(),
}
${arcs}, ${relations} = session.run(
    ["${arcs}", "${relations}"],
    {given.name: np.array([inputs[given.name]], dtype=np.int64) for given in session.get_inputs()},
)
heads = ${arcs}[0].argmax(-1)
labels = [names[str(${relations}[0][word][head].argmax())] for word, head in enumerate(heads)]
\`\`\`
`;
}
