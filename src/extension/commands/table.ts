/** Where a command shows beside the palette. */
interface Places {
  /** Title bars of our views, by view, with the group. */
  readonly title?: Readonly<Partial<Record<Place, string>>>;
  /** Items of our trees: for which `viewItem` (a regular expression), and in which group; `inline` shows the icon. */
  readonly item?: readonly { readonly view: Place; readonly items: string; readonly group: string }[];
  /** The editor's title bar, for which resources. */
  readonly editor?: string;
  /** The explorer of files, for which resources. */
  readonly explorer?: string;
  /** The toolbar of notebooks, of which ones. */
  readonly notebook?: string;
  /** Whether *File: New File* offers it. */
  readonly newFile?: boolean;
}

export type ViewId = 'sft.sfts' | 'sft.runs' | 'sft.bases';

/** Views that commands show beside: the trees of what is here, and the list of what others have published. */
type Place = ViewId | 'sft.published';

/** A command as package.json contributes it. Texts are in package.nls.json, under `command.<id without sft.>`. */
export interface CommandEntry {
  readonly id: string;
  readonly icon?: string;
  /** When the palette offers it; `false` never: it needs an argument that only a place can give. */
  readonly palette?: string;
  /** When it can be run at all (`enablement`). */
  readonly enablement?: string;
  readonly places?: Places;
}

/** Texts that somebody writes: nothing is done from the older side of a comparison. */
const written = 'resourceScheme =~ /^(file|untitled)$/';
const recipe = `resourceLangId == sft-recipe && ${written}`;
const sweep = `resourceLangId == sft-sweep && ${written}`;
const notebook = 'notebookType == sft-notebook';
const sweepRuns = '^group\\.sweep$';
/** `enablement` of what is off in restricted mode. */
export const trusted = 'isWorkspaceTrusted';
const live = {
  running: '^run\\.running',
  /** Its mask is still to be chosen. */
  choosing: '^run\\.running$',
  paused: '^run.paused',
  any: '^run\\.(running|paused|queued|pausing)',
};

/** An icon beside items, and the same in their menu: icons cannot be reached by keyboard. */
const iconAndMenu = (view: Place, items: string, icon: string, menu: string) =>
  [icon, menu].map((group) => ({ view, items, group }));

/** Every command. The manifest is made from this table (`npm run manifest`), and a test compares them. */
export const commandTable = [
  {
    id: 'sft.newRecipe',
    icon: 'new-file',
    enablement: 'workspaceFolderCount > 0',
    places: { title: { 'sft.runs': 'navigation@1' }, newFile: true },
  },
  {
    id: 'sft.train',
    icon: 'play',
    enablement: trusted,
    places: {
      editor: recipe,
      explorer: 'resourceFilename =~ /\\.sft\\.yaml$/',
      title: { 'sft.runs': 'navigation@2' },
    },
  },
  { id: 'sft.estimate', icon: 'dashboard', enablement: trusted, places: { editor: recipe } },
  {
    id: 'sft.pause',
    icon: 'debug-pause',
    palette: 'sft.live',
    places: { item: iconAndMenu('sft.runs', live.running, 'inline@1', '1_steer@1') },
  },
  {
    id: 'sft.resume',
    icon: 'debug-continue',
    enablement: trusted,
    places: { item: iconAndMenu('sft.runs', '^run\\.(paused|pausing|resumable)', 'inline@1', '1_steer@1') },
  },
  {
    id: 'sft.stop',
    icon: 'debug-stop',
    palette: 'sft.live',
    places: { item: iconAndMenu('sft.runs', live.any, 'inline@2', '1_steer@2') },
  },
  {
    id: 'sft.cancel',
    icon: 'trash',
    palette: 'sft.live',
    places: { item: [{ view: 'sft.runs', items: live.any, group: '5_delete@1' }] },
  },
  {
    id: 'sft.changeK',
    icon: 'edit',
    palette: 'sft.live',
    places: { item: [{ view: 'sft.runs', items: live.choosing, group: '2_steer@1' }] },
  },
  {
    id: 'sft.selectNow',
    icon: 'filter',
    palette: 'sft.live',
    places: { item: [{ view: 'sft.runs', items: live.choosing, group: '2_steer@2' }] },
  },
  {
    id: 'sft.openRun',
    icon: 'graph-line',
    places: { item: [{ view: 'sft.runs', items: '^run\\.', group: '1_open@1' }] },
  },
  { id: 'sft.openRecipeOfRun', icon: 'file-code', palette: 'false' },
  { id: 'sft.openLogOfRun', icon: 'output', palette: 'false' },
  {
    id: 'sft.compareRuns',
    icon: 'git-compare',
    places: { item: [{ view: 'sft.runs', items: '^run\\.', group: '1_open@2' }] },
  },
  {
    id: 'sft.fork',
    icon: 'repo-forked',
    enablement: trusted,
    places: { item: [{ view: 'sft.runs', items: '^run\\.ended', group: '2_steer@1' }] },
  },
  {
    id: 'sft.runSweep',
    icon: 'run-all',
    enablement: trusted,
    places: {
      editor: sweep,
      explorer: 'resourceFilename =~ /\\.sweep\\.yaml$/',
      item: iconAndMenu('sft.runs', sweepRuns, 'inline@1', '1_open@1'),
    },
  },
  {
    id: 'sft.sweepMatrix',
    icon: 'table',
    enablement: trusted,
    places: { editor: sweep, item: iconAndMenu('sft.runs', sweepRuns, 'inline@2', '1_open@2') },
  },
  {
    id: 'sft.evaluate',
    icon: 'beaker',
    enablement: trusted,
    places: { item: iconAndMenu('sft.sfts', '^sft\\.', 'inline@1', '1_open@4') },
  },
  {
    id: 'sft.attribute',
    icon: 'list-tree',
    enablement: trusted,
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@0' }] },
  },
  {
    id: 'sft.predictSelection',
    icon: 'sparkle',
    enablement: trusted,
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@3' }] },
  },
  {
    id: 'sft.inspect',
    icon: 'search',
    places: {
      item: [{ view: 'sft.sfts', items: '^sft\\.', group: '1_open@1' }],
      explorer: 'resourceFilename == pytorch_diff.bin',
    },
  },
  {
    id: 'sft.compareSfts',
    icon: 'git-compare',
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '1_open@2' }] },
  },
  { id: 'sft.showResults', icon: 'table' },
  {
    id: 'sft.exportNotebook',
    icon: 'export',
    palette: notebook,
    enablement: trusted,
    places: { notebook },
  },
  { id: 'sft.newNotebook', icon: 'notebook', places: { newFile: true } },
  {
    id: 'sft.insertIntoNotebook',
    icon: 'notebook',
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@0' }] },
  },
  {
    id: 'sft.openCompose',
    icon: 'settings',
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '1_open@3' }] },
  },
  {
    id: 'sft.addToCompose',
    icon: 'add',
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@0' }] },
  },
  {
    id: 'sft.compose',
    icon: 'combine',
    enablement: trusted,
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@1' }] },
  },
  {
    id: 'sft.export',
    icon: 'export',
    enablement: trusted,
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@2' }] },
  },
  {
    id: 'sft.pull',
    icon: 'repo-pull',
    enablement: trusted,
    places: {
      title: { 'sft.bases': 'navigation@2', 'sft.sfts': 'navigation@2' },
      item: iconAndMenu('sft.published', '^published$', 'inline@1', '1_open@1'),
    },
  },
  {
    id: 'sft.push',
    icon: 'repo-push',
    enablement: trusted,
    places: { item: [{ view: 'sft.sfts', items: '^sft\\.', group: '2_use@3' }] },
  },
  {
    id: 'sft.gallery',
    icon: 'search',
    enablement: trusted,
    places: { title: { 'sft.published': 'navigation@1' } },
  },
  { id: 'sft.setHubToken', icon: 'key', enablement: trusted },
  { id: 'sft.removeHubToken', icon: 'key' },
  { id: 'sft.import', icon: 'cloud-download', places: { title: { 'sft.sfts': 'navigation@1' } } },
  { id: 'sft.addBase', icon: 'add', places: { title: { 'sft.bases': 'navigation@1' } } },
  {
    id: 'sft.reveal',
    icon: 'folder-opened',
    places: {
      item: [
        { view: 'sft.sfts', items: '^sft\\.', group: '3_file@1' },
        { view: 'sft.runs', items: '^run\\.', group: '3_file@1' },
        { view: 'sft.bases', items: '^base', group: '3_file@1' },
      ],
    },
  },
  {
    id: 'sft.copyPath',
    icon: 'copy',
    places: {
      item: [
        { view: 'sft.sfts', items: '^sft\\.', group: '3_file@2' },
        { view: 'sft.runs', items: '^run\\.', group: '3_file@2' },
        { view: 'sft.bases', items: '^base', group: '3_file@2' },
      ],
    },
  },
  {
    id: 'sft.copyCommand',
    icon: 'terminal',
    places: {
      item: [
        { view: 'sft.sfts', items: '^sft\\.', group: '3_file@3' },
        { view: 'sft.runs', items: '^run\\.', group: '3_file@3' },
      ],
    },
  },
  {
    id: 'sft.delete',
    icon: 'trash',
    places: {
      item: [
        { view: 'sft.sfts', items: '^sft\\.', group: '5_delete@1' },
        { view: 'sft.runs', items: '^run\\.(ended|resumable)', group: '5_delete@1' },
      ],
    },
  },
  { id: 'sft.undoDelete', icon: 'discard', palette: 'sft.canUndoDelete' },
  {
    id: 'sft.refresh',
    icon: 'refresh',
    palette: 'false',
    places: {
      title: { 'sft.sfts': 'navigation@9', 'sft.runs': 'navigation@9', 'sft.bases': 'navigation@9' },
    },
  },
  { id: 'sft.openDemo', icon: 'rocket' },
  { id: 'sft.openWalkthrough', icon: 'book' },
  { id: 'sft.showEngine', icon: 'info' },
  { id: 'sft.showLog', icon: 'output' },
  { id: 'sft.reportIssue', icon: 'bug' },
] as const satisfies readonly CommandEntry[];

export type CommandId = (typeof commandTable)[number]['id'];
