/** A language that the base has never read, and a task learnt in another one. */
export const transferTrained = ['qha', 'qna', 'pos-qha'] as const;
const [task, language] = ['runs/pos-qha-1/pos-qha.sft.safetensors', 'runs/qna-1/qna.sft.safetensors'];

/** A bench on which they are composed. */
export const transferBench = `version: 1
base: base
sfts:
  - { file: ${task}, coefficient: 1 }
  - { file: ${language}, coefficient: 1 }
data: { file: data/qna-test.conllu, column: upos }
`;

/** A notebook about what composing them brings. */
export const transferNotebook = `%% sftnb 1

%% markdown
## Tagging in a language without labelled data

%% sft-cell
matrix:
  base: base
  tasks: { pos: ${task} }
  languages: { qna: ${language} }
  tests:
    - { language: qna, file: data/qna-test.conllu, role: test }

%% sft-cell
expect:
  - composed on qna > taskOnly by 10 points
  - composed on qna > taskOnly significantly

%% sft-cell
evaluate:
  base: base
  compositions: { composed: [${task}, ${language}] }
  data: { file: data/qna-test.conllu, role: test }
`;
