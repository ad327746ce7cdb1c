import type { Language } from './languages/world.ts';

type Named = Pick<Language, 'code' | 'name' | 'role'>;

/** The README of the demo workspace: what lies in it, and what to do in which order. */
export function startPage(languages: readonly Named[]): string {
  const of = (role: Language['role']) => languages.filter((one) => one.role === role);
  const [source] = of('source');
  const targets = of('target');
  const [target] = targets;
  const others = targets.map(({ name }) => name).join(' and ');
  return `# The demo of SFT Studio

A tagger for a language without labelled data, in five minutes. The languages are invented; they belong to one family.

| file | what it is |
| --- | --- |
| \`base\` | a tiny base model. It has read ${source.name} and five of its relatives, but never ${others} |
${languages.map(({ code, name }) => `| \`data/${code}.txt\` | raw ${name} |\n`).join('')}| \`data/${source.code}-train.conllu\`, \`data/${source.code}-dev.conllu\` | labelled ${source.name} |
${targets.map(({ code, name }) => `| \`data/${code}-test.conllu\` | labelled ${name}, for testing alone |\n`).join('')}| \`*.sft.yaml\` | recipes: what is trained from what |
| \`transfer.sftnb\` | an evaluation notebook: transfer, density, interference, random masks |
| \`masks/*.sft.yaml\` | recipes of other masks, for the notebook's last parts |

## What to do

Each step is a command of F1. A run takes seconds; those that are started at once wait for each other.

1. **SFT: Train**, \`${source.code}.sft.yaml\`: a language SFT of ${source.name}.
2. **SFT: Train**, \`${target.code}.sft.yaml\`: a language SFT of ${target.name}.
3. **SFT: Train**, \`pos-${source.code}.sft.yaml\`: part-of-speech tagging, from labelled ${source.name}. It applies the SFT of step 1.
4. **SFT: Evaluate SFT on File**: choose \`pos-${source.code}\` and \`${target.code}\` together, then \`data/${target.code}-test.conllu\`.
5. The same with \`pos-${source.code}\` alone: the difference is what the language SFT is worth.

6. Open \`transfer.sftnb\`, and **Run All**: its first cells work with these three SFTs, and the later ones name what they need first. It tells the whole story, and checks what it claims.

The same in a terminal, where the command line \`sft\` is set up: \`sft train ${source.code}.sft.yaml\`, and so on; \`sft --help\` lists the commands.

The recipe of step 3 names \`runs/${source.code}-1/${source.code}.sft.safetensors\`, the first run of step 1. If you delete that run, change the line \`apply\`.
`;
}
