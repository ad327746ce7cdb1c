import envPaths from 'env-paths';
import { join, resolve } from 'node:path';

/** SFT_HOME: the one folder a user that the command line and the extension share. */
export interface HomePaths {
  readonly home: string;
  /** Saved SFTs. */
  readonly library: string;
  /** Base models. */
  readonly models: string;
  /** One small file a live run: the only thing that is read at start-up. */
  readonly live: string;
  /** Which ends of runs a window has told of, so that no other tells of them too. */
  readonly told: string;
  /** Whose turn it is to compute. */
  readonly turn: string;
  /** What can be made anew. */
  readonly cache: string;
  /** Predictions of evaluations, by content. */
  readonly predictions: string;
  /** Parts of notebooks' outputs that are too large for their files, by content. */
  readonly cellOutputs: string;
  /** What long records of runs were folded into. */
  readonly views: string;
  /** How many texts of test files were found in what SFTs have read. */
  readonly sharedTexts: string;
  /** Every evaluation, one JSON object a line. */
  readonly results: string;
  /** Engines that were fetched, a folder each. */
  readonly engines: string;
  /** How fast engines were here. */
  readonly speeds: string;
  /** Written anew whenever something came from the Hub, whose cache is too large to be watched. */
  readonly pulled: string;
  /** What was deleted and can be brought back. */
  readonly trash: string;
}

/** Where things of the user lie: the variable SFT_HOME, or the platform's folder for data. */
export function homePaths(env: NodeJS.ProcessEnv = process.env): HomePaths {
  const given = env.SFT_HOME;
  const home =
    given === undefined || given === '' ? envPaths('sft-studio', { suffix: '' }).data : resolve(given);
  const state = join(home, 'state');
  return {
    home,
    library: join(home, 'library'),
    models: join(home, 'models'),
    live: join(state, 'live'),
    told: join(state, 'told'),
    turn: join(state, 'turn'),
    cache: join(home, 'cache'),
    predictions: join(home, 'cache', 'predictions'),
    cellOutputs: join(home, 'cache', 'cellOutputs'),
    views: join(home, 'cache', 'views'),
    sharedTexts: join(home, 'cache', 'sharedTexts.json'),
    results: join(home, 'results', 'evaluations.jsonl'),
    engines: join(home, 'cache', 'engines'),
    speeds: join(state, 'engines.json'),
    pulled: join(home, 'pulled'),
    trash: join(home, 'trash'),
  };
}
