import { writeNotebook } from '../src/notebook/write.ts';
import type { Language } from './languages/world.ts';
import { otherMasks } from './recipes.ts';

type Named = Pick<Language, 'code' | 'name'>;

function sft(code: string): string {
  return `runs/${code}-1/${code}.sft.safetensors`;
}

function test(code: string): string {
  return `data/${code}-test.conllu`;
}

/** The task in another language than that from which it was learnt. */
function matrixCell(source: Named, { code }: Named): string {
  return `matrix:
  base: base
  tasks: { pos: ${sft(`pos-${source.code}`)} }
  languages: { ${code}: ${sft(code)} }
  tests: [{ language: ${code}, file: ${test(code)}, role: test }]
`;
}

function transferClaims({ code }: Named): string {
  return `expect:
  - composed on ${code} > taskOnly by 10 points
  - composed on ${code} > taskOnly significantly
`;
}

/** Recipes by name, one a line. */
function recipeList(names: readonly string[]): string {
  return names.map((name) => `- \`${name}.sft.yaml\``).join('\n');
}

/** The demo's notebook: the paper's story with the demo's languages, and what was measured. */
export function demoNotebook(source: Named, targets: readonly Named[]): string {
  const [target, other] = targets;
  const mask = (name: string) => `masks/runs/${target.code}-${name}-1/${target.code}-${name}.sft.safetensors`;
  const pos = sft(`pos-${source.code}`);
  const masks = otherMasks.map(({ name }) => `masks/${target.code}-${name}`);
  const first = [source.code, target.code, `pos-${source.code}`];
  const cells = [
    `# Transfer, density, interference, random masks

The story of the paper (Ansell et al., 2022) with the demo's invented languages: a tagger that has learnt from labelled ${source.name} only is put to work in ${target.name} and ${other.name}, which the base model has never read.

The first cells, down to the heading *Another language*, need the SFTs of these recipes, trained in this order:

${recipeList(first)}

**F1 > SFT: Train** trains one of them; those that are started at once wait for each other. Then *Run All*. A cell whose SFTs are not trained yet says so, and the text above it names the recipes. In a terminal of this window, \`sft train ${source.code}.sft.yaml\` and so on, then \`sft run transfer.sftnb\`. The models are tiny, and each SFT was trained with one seed: what is said is about these very models.`,
    `## Transfer

The same test sentences in ${target.name} with the task's head on the base model alone, with the task SFT, and with the task SFT and the language's own SFT added up.`,
    matrixCell(source, target),
    `What was measured (one seed): 83 % composed, against 59 % with the task SFT alone. The language SFT has never seen a label, and the task SFT never a word of the language; their sum does what neither can.`,
    transferClaims(target),
    `## Is it the language, or just any SFT?

The task SFT with the SFT of ${target.name}, and with that of ${source.name}, tested in ${target.name}. What was measured: 83 % and 59 %. The SFT of the source, with which the task was learnt, is about as good as none.`,
    `compare:
  systems:
    own: [${pos}, ${sft(target.code)}]
    source: [${pos}, ${sft(source.code)}]
  data: { file: ${test(target.code)}, role: test }
`,
    `expect:
  - own > source by 10 points
`,
    `## Interference

Where the SFTs lie, pair by pair: how many entries they share against chance, and whether they push them the same way. What was measured: the task SFT meets a language SFT about as often as chance would have it, and on what they share their signs agree in half of the cases, as chance would have it, too. So they do not get into each other's way. The two language SFTs meet somewhat more often, and there they rather agree than oppose: they are of one family.`,
    `interference:
  sfts: [${[pos, sft(source.code), sft(target.code)].join(', ')}]
`,
    `## What density changes

Without training anything: the SFT of ${target.name} pruned to its largest entries, tested together with the task SFT. Its whole is 10 % of the entries that could be chosen.`,
    `attribute:
  sft: ${sft(target.code)}
  with: [${pos}]
  keep: [1, 3, 10, 30, 100]
  data: { file: ${test(target.code)}, role: test }
`,
    `## Another language

This needs one SFT more, trained in the same way:

${recipeList([other.code])}

The same tagger in ${other.name}, and each language's SFT tested in ${target.name}.`,
    matrixCell(source, other),
    `What was measured (one seed): 81 % composed, against 58 % with the task SFT alone.`,
    transferClaims(other),
    `compare:
  systems:
    its: [${pos}, ${sft(target.code)}]
    another: [${pos}, ${sft(other.code)}]
  data: { file: ${test(target.code)}, role: test }
`,
    `What was measured in ${target.name}: 83 % with its own SFT, and 58 % with that of ${other.name}. The SFT of another language is worth nothing here.`,
    `expect:
  - its > another by 10 points
`,
    `## Trained at each density

1 % to 100 % (p1 to p100). This needs the recipes of the folder \`masks\`, trained in the same way:

${recipeList(masks)}`,
    `compare:
  systems:
    p1: [${pos}, ${mask('d1')}]
    p3: [${pos}, ${mask('d3')}]
    p10: [${pos}, ${sft(target.code)}]
    p25: [${pos}, ${mask('d25')}]
    p100: [${pos}, ${mask('d100')}]
  data: { file: ${test(target.code)}, role: test }
`,
    `What was measured (one seed): from 77 % at 1 % over 81 % at 3 % to 83 % at 10 %; 25 % is a **tie** with 10 %. With all entries it falls to 80 %, a tie with 3 %. An SFT that was trained at 1 % is as good as one that was trained at 10 % and pruned to as many entries (77 % both: the line 10 % of the table that pruned it).`,
    `expect:
  - p3 > p1 significantly
  - p10 > p1 by 3 points
  - p10 > p3 significantly
`,
    `## What a random mask does

As many entries as the lottery's, chosen at random: over all tensors alike, or as many in each tensor as the lottery has chosen there.`,
    `compare:
  systems:
    lottery: [${pos}, ${sft(target.code)}]
    random: [${pos}, ${mask('random')}]
    perTensor: [${pos}, ${mask('perTensor')}]
  data: { file: ${test(target.code)}, role: test }
`,
    `What was measured (one seed): the lottery's mask gives 83 %, both random ones 65 %, against 59 % without a language SFT: a quarter of the gain. The two random ones are a **tie**, so it is not the share of each tensor that matters here but which entries.`,
    `expect:
  - lottery > random by 10 points
  - lottery > perTensor by 10 points
`,
  ];
  return writeNotebook(
    cells.map((text) => ({
      language: /^(#|What was )/.test(text) ? 'markdown' : 'sft-cell',
      text,
      outcome: undefined,
    })),
  );
}
