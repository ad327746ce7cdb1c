import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sft, sftJson } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
const options = () => ({ cwd: workspace.folder });

/** A bench as the compose bench saves it, in a folder of its own. */
const bench = (...rows: string[]) => `version: 1
base: ../base
rule: signAgreement
sfts:
${rows.map((row) => `  - ${row}`).join('\n')}
data: { file: ../train.conllu, column: upos }
`;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft compose é#@-')));
  mkdirSync(workspace.path('benches'));
  const base = workspace.path('base');
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(base, workspace.path('pos.sft.safetensors'), { seed: 1, labels });
  await inventSft(base, workspace.path('xx.sft.safetensors'), { seed: 2, scale: 3 });
  await inventSft(base, workspace.path('yy.sft.safetensors'), { seed: 3, scale: 3 });
  const rows = [
    '{ file: ../pos.sft.safetensors, coefficient: 1 }',
    '{ file: ../yy.sft.safetensors, coefficient: 9, on: false }',
    '{ file: ../xx.sft.safetensors, coefficient: -0.5 }',
  ];
  writeFileSync(workspace.path('benches/mine.compose.yaml'), bench(...rows));
  writeFileSync(workspace.path('benches/off.compose.yaml'), bench(rows[1]));
  writeFileSync(workspace.path('benches/wrong.compose.yaml'), bench(...rows).replace('rule:', 'rul:'));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const file = 'benches/mine.compose.yaml';
const terms = ['pos.sft.safetensors', 'xx.sft.safetensors@-0.5'];
const rule = ['--rule', 'signAgreement'];

const weights = (folder: string) => readFileSync(workspace.path(`${folder}/model.safetensors`));
const evaluate = (name: string, ...more: string[]) =>
  sft(['evaluate', '--sft', `benches/${name}.compose.yaml`, ...more], options());

async function codeOf(...args: string[]): Promise<string | undefined> {
  const { stdout } = await sft([...args, '--json'], options());
  return (JSON.parse(stdout) as { error?: { code: string } }).error?.code;
}

describe('a compose file where SFTs are given', () => {
  it('is evaluated as its SFTs, rule, base and data are', async () => {
    const on = ['--base', 'base', '--data', 'train.conllu'];
    const sfts = terms.flatMap((term) => ['--sft', term]);
    const wanted = await sftJson(['evaluate', ...sfts, ...rule, ...on], options());
    expect(await sftJson(['evaluate', '--sft', file], options())).toEqual(wanted);
    const sum = await sftJson(['evaluate', ...sfts, ...on], options());
    expect(sum).not.toEqual(wanted); // or the rule could be left out
    expect(await sftJson(['evaluate', '--sft', file, '--rule', 'sum'], options())).toEqual(sum);
  });

  it('says what its data file is for, and whether coefficients have been moved on it', async () => {
    const rows = ['{ file: ../pos.sft.safetensors, coefficient: 1 }'];
    const past =
      'time: 2026-01-02T03:04:05.000Z, metric: accuracy, value: 0.5, low: 0.4, high: 0.6, examples: 12';
    const moved = bench(...rows).replace('column: upos', 'column: upos, role: test');
    writeFileSync(
      workspace.path('benches/moved.compose.yaml'),
      `${moved}history:
  - { data: ../train.conllu, ${past}, sfts: [{ file: ../pos.sft.safetensors, coefficient: 0.5 }] }
`,
    );
    const file = ['evaluate', '--sft', 'benches/moved.compose.yaml'];
    expect(await sftJson(file, options())).toMatchObject({ tuned: true });
    expect(await sftJson([...file, '--data', 'dev.conllu'], options())).toMatchObject({ tuned: false });
    const { results } = (await sftJson(['results'], options())) as {
      results: { role: string | null; tuned: boolean }[];
    };
    expect(results.slice(0, 2)).toMatchObject([
      { role: null, tuned: false },
      { role: 'test', tuned: true },
    ]);
  });

  it('is one of the compositions that are compared', async () => {
    const compared = async (...sfts: readonly string[]) => {
      const given = ['pos.sft.safetensors', ...sfts].flatMap((one) => ['--sft', one]);
      const { systems } = (await sftJson(['compare', ...given], options())) as { systems: object[] };
      return systems.map((one) => ({ ...one, system: '' }));
    };
    const on = ['--base', 'base', '--data', 'train.conllu', ...rule];
    const given = ['--sft', 'pos.sft.safetensors', '--sft', terms.join('+')];
    const wanted = (await sftJson(['compare', ...given, ...on], options())) as { systems: object[] };
    expect(wanted.systems).toHaveLength(2);
    expect(await compared(file)).toEqual(wanted.systems.map((one) => ({ ...one, system: '' })));
    const twice = await sft(['compare', '--sft', file, '--sft', file], options());
    expect(twice.stderr).toContain('others are given beside it');
  });

  it('is composed into one SFT, and exported as a model', async () => {
    await sftJson(['compose', ...terms, ...rule, '--out', 'a.sft.safetensors'], options());
    await sftJson(['compose', file, '--out', 'b.sft.safetensors'], options());
    const [a, b] = ['a', 'b'].map((name) => sftJson(['inspect', `${name}.sft.safetensors`], options()));
    expect({ ...(await b), file: '', size: 0 }).toMatchObject({ entries: (await a).entries });
    const difference = await sftJson(['diff', 'a.sft.safetensors', 'b.sft.safetensors'], options());
    expect(JSON.stringify(difference)).toMatch(/"cosine":1[,}]/);
    await sftJson(['export', file, '--out', 'model'], options());
    await sftJson(['export', ...terms, ...rule, '--base', 'base', '--out', 'wanted'], options());
    expect(weights('model').equals(weights('wanted'))).toBe(true);
  });

  it('is never written over, and neither are SFTs that were trained', async () => {
    const before = readFileSync(workspace.path(file), 'utf8');
    expect(await codeOf('compose', file, '--out', file)).toBe('out-is-input');
    expect(await codeOf('evaluate', '--sft', file, '--examples', file)).toBe('out-is-input');
    expect(readFileSync(workspace.path(file), 'utf8')).toBe(before);
    await inventSft(workspace.path('base'), workspace.path('trained.sft.safetensors'), { seed: 9 });
    const onto = ['compose', 'pos.sft.safetensors', '--out', 'trained.sft.safetensors'];
    expect(await codeOf(...onto)).toBe('out-exists');
    expect(await codeOf(...onto, '--replace')).toBeUndefined();
    // What was composed can be composed again.
    expect(await codeOf(...onto)).toBeUndefined();
  });

  it('says what it lacks, and where only one SFT is looked at', async () => {
    const text = readFileSync(workspace.path(file), 'utf8');
    writeFileSync(workspace.path('benches/gone.compose.yaml'), text.replace('../xx.sft', '../gone.sft'));
    expect((await evaluate('gone')).stderr).toMatch(/gone\.compose\.yaml: It names .*gone\.sft\.safetensors/);
    writeFileSync(
      workspace.path('benches/spelt.compose.yaml'),
      text.replace('coefficient: -0.5', 'coeficient: -0.5'),
    );
    expect((await evaluate('spelt')).stderr).toMatch(/spelt\.compose\.yaml:\d+: .*coeficient.*no such field/);
    // What is not read need not be there.
    writeFileSync(workspace.path('benches/nodata.compose.yaml'), text.replace('train.conllu', 'gone.conllu'));
    expect((await evaluate('nodata')).stderr).toContain('gone.conllu, where there is nothing');
    expect((await evaluate('nodata', '--data', 'train.conllu')).code).toBe(0);
    const nodata = ['compose', 'benches/nodata.compose.yaml', '--out', 'nodata.sft.safetensors'];
    expect((await sft(nodata, options())).code).toBe(0);
    const pruned = await sft(['prune', file, '--keep', '10'], options());
    expect(pruned.stderr).toContain('It adds 2 SFTs up, and sft prune looks at one');
  });

  it('is refused where it cannot be read, with nothing on, and beside other SFTs', async () => {
    expect((await evaluate('wrong')).stderr).toMatch(/wrong\.compose\.yaml:3: .*rul/);
    expect((await evaluate('off')).stderr).toContain('No SFT of this compose file is on');
    expect((await evaluate('none')).stderr).toContain('none.compose.yaml');
    const beside = await evaluate('mine', '--sft', 'yy.sft.safetensors');
    expect(beside.stderr).toContain('others are given beside it');
    expect(beside.code).not.toBe(0);
  });
});
