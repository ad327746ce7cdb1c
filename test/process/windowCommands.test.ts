import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { userError } from '../../src/core/errors/userError.ts';
import { evaluate } from '../../src/extension/commands/evaluate.ts';
import { predictSelection } from '../../src/extension/commands/predict.ts';
import { reportIssue } from '../../src/extension/commands/reportIssue.ts';
import { SftProblem } from '../../src/extension/programs/programs.ts';
import { parseConllu } from '../../src/formats/conllu.ts';
import { sequenceClassification } from '../../src/model/heads/sequenceClassification.ts';
import { inventSft } from '../support/inventSft.ts';
import { programWindow, type ProgramWindow } from '../support/programWindow.ts';
import { conlluText, inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

const user = await vi.hoisted(async () => (await import('../support/fakeUser.ts')).fakeUser());
vi.mock('vscode', () => user.api);

let workspace: TinyWorkspace;
let programs: ProgramWindow;
const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
const sft = (name: string) => ({ kind: 'sft', file: workspace.path(`${name}.sft.safetensors`) });

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-window-')));
  programs = programWindow(workspace.folder);
  const metadata = { baseName: 'base', task: 'tagging' };
  const tags = async (name: string, seed: number) =>
    inventSft(workspace.path('base'), sft(name).file, { seed, labels, metadata });
  const files = [await tags('one', 1), await tags('two', 2)];
  await inventSft(workspace.path('base'), sft('classes').file, {
    seed: 3,
    labels: ['x', 'y'],
    head: sequenceClassification,
    pooler: true,
    metadata: { baseName: 'base', task: 'classification' },
  });
  user.files.push(...files, workspace.path('dev.conllu'));
  const models = workspace.path('.sft-home', 'models');
  mkdirSync(models, { recursive: true });
  symlinkSync(workspace.path('base'), join(models, 'base'), 'junction');
});

beforeEach(() => {
  programs.ran.length = 0;
  programs.instead = undefined;
  user.closeEditor();
});

afterAll(() => {
  programs.end();
  rmSync(workspace.folder, { recursive: true, force: true });
});

const read = (text: string) => parseConllu(new TextEncoder().encode(text), 'x');
const forms = (text: string) => read(text).map(({ words }) => words.map(({ form }) => form));
/** What follows an option in the arguments of a command that was run. */
const valueOf = (option: string, args = programs.ran[0]) => args[args.indexOf(option) + 1];

describe('Predict Selection', () => {
  it('says what an SFT makes of the selected text, beside it, and leaves no file behind', async () => {
    user.answer();
    const text = 'tako mi .\nzeva lu\nbo ba\n';
    const start = text.indexOf('zeva');
    user.edit('/notes/Untitled-1', text, [start, text.indexOf('\n', start)]);
    await predictSelection(programs.window, sft('one'));
    const [sentence, ...others] = read(user.shown[0]);
    expect(others).toEqual([]);
    expect(sentence.words.map(({ form }) => form)).toEqual(['zeva', 'lu']);
    expect(sentence.words.every(({ upos }) => labels.includes(upos))).toBe(true);
    expect(programs.ran).toHaveLength(1);
    expect(existsSync(dirname(valueOf('--data')))).toBe(false);
  });

  it('takes the whole text where nothing is selected, as what the file is', async () => {
    const treebank = `# kept = yes\n${conlluText(inventSentences(2, 3))}`;
    user.answer();
    user.edit('/treebanks/en.conllu', treebank);
    await predictSelection(programs.window, sft('one'));
    expect(user.shown[0]).toMatch(/^# kept = yes\n/);
    expect(forms(user.shown[0])).toEqual(forms(treebank));
  });

  it('reads rows of a table below its header, which need not be selected', async () => {
    user.answer();
    const text = 'id,text,label\n1,tako mi .,x\n2,"zeva, lu",x\n3,bo ba,y\n';
    user.edit('/data/reviews.csv', text, [text.indexOf('2,'), text.indexOf('x\n3') + 2]);
    await predictSelection(programs.window, sft('classes'));
    expect(user.shown[0].trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(user.shown[0])).toMatchObject({ text: 'zeva, lu' });
  });

  it('asks which SFTs, and whose head where two have one', async () => {
    user.answer(['one', 'two'], 'two');
    user.edit('/notes/a.txt', 'bo ba\n');
    await predictSelection(programs.window);
    expect(user.said.map(({ text }) => text)).toEqual([
      'Predict with which SFTs together?',
      'Whose head is to be used?',
    ]);
    expect(valueOf('--head', programs.ran[1])).toBe('2');
    expect(read(user.shown[0])[0].words).toHaveLength(2);
  });

  it('says that there is nothing to predict for, and runs nothing', async () => {
    for (const text of [undefined, ' \n']) {
      user.answer();
      if (text !== undefined) user.edit('/notes/a.txt', text);
      await predictSelection(programs.window, sft('one'));
      expect(user.said).toHaveLength(1);
    }
    expect(programs.ran).toEqual([]);
  });

  it('shows nothing where it is cancelled or goes wrong, and leaves no file behind', async () => {
    user.answer();
    user.edit('/notes/a.txt', 'bo ba\n');
    user.cancel();
    await predictSelection(programs.window, sft('one'));
    user.answer();
    user.edit('/notes/a.conllu', 'no treebank\n');
    await expect(predictSelection(programs.window, sft('one'))).rejects.toBeInstanceOf(SftProblem);
    expect(user.shown).toEqual([]);
    expect(programs.ran).toHaveLength(2);
    for (const args of programs.ran) expect(existsSync(dirname(valueOf('--data', args)))).toBe(false);
  });
});

describe('Evaluate of a text that would take hours', () => {
  const details = { duration: '9 h', examples: 123_456, sample: 2000 };
  const { code, problem, message } = userError('evaluate-confirm', details);
  const metrics = { loss: 2, perplexity: 7.389 };
  const notes = ['Nothing was lost.'];
  const result = { metric: 'loss', metrics, interval: [1, 3], examples: 2000, units: 30_000, notes };

  /** As `sft evaluate` does, where the text is large. */
  const asking = async (args: readonly string[]) => {
    if (args.includes('--yes') || args.includes('--sample')) return result;
    throw new SftProblem({ code, ...problem, message });
  };

  it.each([
    ['Evaluate 2000 Examples', ['--sample', '2000']],
    ['Evaluate All', ['--yes']],
  ])('asks first: %s', async (button, wanted) => {
    programs.instead = asking;
    user.answer('dev.conllu');
    user.press(button);
    await evaluate(programs.window, sft('one'));
    const question = user.said.find(({ how }) => how === 'modal');
    expect(question?.text).toContain('the about 123456 examples will take about 9 h');
    const [first, second, ...others] = programs.ran;
    expect(others).toEqual([]);
    expect(second).toEqual([...first, ...wanted]);
    expect(user.said.at(-1)?.text).toBe(
      'one on dev.conllu: loss 2.000 (95 % interval 1.000 to 3.000, 2,000 examples). Nothing was lost.',
    );
    // The details are what the command line says, not its JSON.
    expect(programs.logged.at(-1)).toBe(
      [
        'one on dev.conllu',
        '  loss 2.0000  95 % interval 1.0000 to 3.0000',
        '  perplexity 7.39',
        '  2,000 examples, 30,000 predicted pieces',
        '  Nothing was lost.',
      ].join('\n'),
    );
  });

  it('does nothing more where neither is wanted', async () => {
    programs.instead = asking;
    user.answer('dev.conllu');
    await evaluate(programs.window, sft('one'));
    expect(programs.ran).toHaveLength(1);
    expect(user.said.at(-1)?.how).toBe('modal');
  });

  it('asks whose head is used before, and keeps the answer', async () => {
    programs.instead = async (args) => {
      if (args.includes('--head')) return asking(args);
      const heads = userError('sft-two-heads', { sfts: ['one', 'two'] });
      throw new SftProblem({ code: heads.code, ...heads.problem, message: heads.message });
    };
    user.answer('dev.conllu', 'one');
    user.press('Evaluate All');
    await evaluate(programs.window, sft('one'), [sft('one'), sft('two')]);
    expect(programs.ran).toHaveLength(3);
    expect(programs.ran[2].slice(-3)).toEqual(['--head', '1', '--yes']);
  });

  it('is not asked of others: a real evaluation says its figure with its interval at once', async () => {
    user.answer('dev.conllu');
    user.press('Copy');
    await evaluate(programs.window, sft('one'));
    expect(programs.ran).toHaveLength(1);
    expect(user.said.some(({ how }) => how === 'modal')).toBe(false);
    expect(user.shown[0]).toMatch(/^one on dev\.conllu: acc [\d.]+ % \(95 % interval .* 12 examples\)/);
  });

  it('runs nothing where no data file is chosen', async () => {
    user.answer(undefined);
    await evaluate(programs.window, sft('one'));
    writeFileSync(workspace.path('other.conllu'), '');
    user.answer('Choose a data file', undefined);
    await evaluate(programs.window, sft('one'));
    expect(programs.ran).toEqual([]);
  });
});

/** An error of a run on somebody's data. */
const message = () =>
  `${workspace.path('secret data', 'train.conllu')}:3: The label "NOUN" of ${userInfo().username} on ${hostname()} is new.`;

/** Nothing by which a person or data could be found. */
const expectNothingPersonal = (body: string) => {
  for (const personal of [workspace.folder, homedir(), hostname(), 'secret', 'train.conllu'])
    expect(body).not.toContain(personal);
  expect(body).not.toMatch(/(^|[\s"'`(])(\/|[A-Z]:\\)[\w.-]/m);
  expect(body).not.toMatch(new RegExp(`\\b${userInfo().username}\\b`));
};

describe('Report Issue', () => {
  const reporter = 'workbench.action.openIssueReporter';
  beforeEach(() => {
    user.openFolder(workspace.folder);
    user.commands.length = 0;
    Object.assign(user.api.env, { uiKind: 1, remoteName: undefined });
  });

  it('fills the reporter of a desktop from what the doctor finds, without paths, names and data', async () => {
    user.commands.push(reporter);
    user.answer();
    programs.manifest({ bugs: { url: 'https://example.org/issues' } });
    await reportIssue(programs.window, message());
    programs.manifest({});
    const [[command, filled]] = user.executed as [string, { extensionId: string; issueBody: string }][];
    expect(command).toBe(reporter);
    expect(filled.extensionId).toBe('publisher.extension');
    expect(filled.issueBody).toContain('is new.');
    expect(filled.issueBody).toContain(process.versions.node);
    expect(filled.issueBody).toContain('Editor 1.100.0 (desktop, local)');
    expectNothingPersonal(filled.issueBody);
    expect(programs.ran.map(([name]) => name)).toEqual(['doctor']);
  });

  it('opens a text where the reporter takes none, and does not name the machine of a remote window', async () => {
    user.commands.push(reporter);
    Object.assign(user.api.env, { uiKind: 2, remoteName: 'lab-server.example' });
    user.answer();
    await reportIssue(programs.window);
    expect(user.executed).toEqual([]);
    expect(user.shown[0]).toContain('What did you do, what did you expect');
    expect(user.shown[0]).toContain('(web, remote)');
    expect(user.shown[0]).not.toContain('lab-server');
    expectNothingPersonal(user.shown[0]);
  });

  it('opens a text on a desktop, too, where the manifest does not say who takes issues', async () => {
    user.commands.push(reporter);
    user.answer();
    await reportIssue(programs.window, 'What happened.');
    expect(user.executed).toEqual([]);
    expect(user.shown[0]).toContain('What happened.');
  });

  it('can be filed where the doctor itself fails, and not where it is cancelled', async () => {
    programs.instead = () => Promise.reject(new Error('no doctor'));
    user.answer();
    await reportIssue(programs.window, 'What happened.');
    expect(user.shown[0]).toContain('What happened.');
    expect(user.shown[0]).toContain('sft doctor failed');
    programs.instead = (_, { signal } = {}) =>
      new Promise((_done, fail) => {
        signal?.addEventListener('abort', () => fail(new Error('cancelled')));
      });
    user.answer();
    user.cancel();
    await reportIssue(programs.window, 'What happened.');
    expect([user.shown, user.executed]).toEqual([[], []]);
  });
});
