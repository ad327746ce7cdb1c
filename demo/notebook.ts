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
  const trained = [source.code, target.code, other.code, `pos-${source.code}`];
  const cells = [
    `# Transfer, density, interference, random masks

The story of the paper (Ansell et al., 2022) with the demo's invented languages: a tagger that has learnt from labelled ${source.name} only is put to work in ${target.name} and ${other.name}, which the base model has never read.

The cells need the SFTs of these recipes, in this order:

${recipeList(trained)}

**F1 > SFT: Train** trains one of them; those that are started at once wait for each other. Then *Run All*. In a terminal, where the command line \`sft\` is set up, \`sft train ${source.code}.sft.yaml\` and so on, then \`sft run transfer.sftnb\`. The last part needs six more SFTs, and says which. The models are tiny, and each SFT was trained with one seed: what is said is about these very models.`,
    `## Transfer

The same test sentences with the task's head on the base model alone, with the task SFT, and with the task SFT and the language's own SFT added up.`,
    `matrix:
  base: base
  tasks: { pos: ${pos} }
  languages:
${targets.map(({ code }) => `    ${code}: ${sft(code)}`).join('\n')}
  tests:
${targets.map(({ code }) => `    - { language: ${code}, file: ${test(code)}, role: test }`).join('\n')}
`,
    `What was measured (one seed): 83 % and 81 % composed, against 59 % and 58 % with the task SFT alone. The language SFT has never seen a label, and the task SFT never a word of the language; their sum does what neither can.`,
    `expect:
${targets.map(({ code }) => `  - composed on ${code} > taskOnly by 10 points\n  - composed on ${code} > taskOnly significantly`).join('\n')}
`,
    `## Is it the language, or just any SFT?

The task SFT with the SFT of ${target.name}, with that of ${other.name}, and with that of ${source.name}, tested in ${target.name}. What was measured: 83 %, 58 % and 59 %. The SFT of another language is worth nothing here; that of the source is about a point above it.`,
    `compare:
  systems:
    own: [${pos}, ${sft(target.code)}]
    other: [${pos}, ${sft(other.code)}]
    source: [${pos}, ${sft(source.code)}]
  data: { file: ${test(target.code)}, role: test }
`,
    `expect:
  - own > other by 10 points
  - own > source by 10 points
`,
    `## Interference

Where the SFTs lie, pair by pair: how many entries they share against chance, and whether they push them the same way. What was measured: the task SFT meets a language SFT about as often as chance would have it, and on what they share their signs agree in half of the cases, as chance would have it, too. So they do not get into each other's way. The language SFTs meet somewhat more often, and there they rather agree than oppose: they are of one family.`,
    `interference:
  sfts: [${[pos, ...[source, ...targets].map(({ code }) => sft(code))].join(', ')}]
`,
    `## What density changes

First without training anything: the SFT of ${target.name} pruned to its largest entries, tested together with the task SFT. Its whole is 10 % of the entries that could be chosen.`,
    `attribute:
  sft: ${sft(target.code)}
  with: [${pos}]
  keep: [1, 3, 10, 30, 100]
  data: { file: ${test(target.code)}, role: test }
`,
    `Then trained at each density, 1 % to 100 % (p1 to p100). This needs the recipes of the folder \`masks\`, trained in the same way:

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
    `What was measured (one seed): from 77 % at 1 % over 81 % at 3 % to 83 % at 10 %; 25 % is a **tie** with 10 %. With all entries it falls to 80 %, a tie with 3 %. An SFT that was trained at 1 % is as good as one that was trained at 10 % and pruned to as many entries (77 % both: the line 10 % of the table above).`,
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
      language: /^(#|The |Then |What was )/.test(text) ? 'markdown' : 'sft-cell',
      text,
      outcome: undefined,
    })),
  );
}
