import type { Problem } from './problem.ts';

const again = 'Run the same command again: what was fetched is kept, and it goes on from there.';

/** The Hugging Face Hub, and the cache of what was fetched from it. */
export const hubErrors = {
  'hub-reference': (d: { text: string }): Problem => ({
    what: `${JSON.stringify(d.text.slice(0, 120))} is not the name of a model on the Hugging Face Hub.`,
    advice: 'Write ORG/NAME, or ORG/NAME@REVISION with a branch, a tag or a commit.',
  }),
  'hub-not-cached': (d: { id: string; revision: string; wanted: 'base' | 'sft' }): Problem => ({
    what: `hf:${named(d)} is not on this computer: the Hugging Face cache has no ${d.wanted === 'base' ? 'base model' : 'SFT'} of this name and revision.`,
    advice: `Fetch it first: sft pull ${named(d)}`,
  }),
  'hub-several': (d: { id: string; files: readonly string[] }): Problem => ({
    what: `${d.id} holds ${d.files.length} SFTs: ${d.files.slice(0, 5).join(', ')}.`,
    advice: 'Give the path of the one that you mean; sft pull prints the folder.',
  }),
  'hub-endpoint': (): Problem => ({
    what: 'The variable HF_ENDPOINT does not hold the address of a hub.',
    advice: 'Give an address such as https://huggingface.co, without a name or password in it, or unset it.',
  }),
  'hub-token-form': (): Problem => ({
    what: 'The token of the Hub has characters in it that no token has.',
    advice: 'Copy it again from https://huggingface.co/settings/tokens.',
  }),
  'hub-token-missing': (): Problem => ({
    what: 'To push, the Hub must know who you are, and there is no token.',
    advice:
      'Set HF_TOKEN, or run hf auth login, or SFT: Set Hub Token in the editor; the token must be allowed to write.',
  }),
  'hub-unauthorized': (d: { id: string; hasToken: boolean }): Problem => ({
    what: d.hasToken
      ? `The Hub does not accept the token (asked for ${d.id}).`
      : `The Hub does not show ${d.id} to everyone, or there is no such model.`,
    advice: d.hasToken
      ? 'Make a new one at https://huggingface.co/settings/tokens.'
      : 'Check the name. If it is private, set HF_TOKEN, or SFT: Set Hub Token in the editor.',
  }),
  'hub-gated': (d: { id: string; url: string }): Problem => ({
    what: `Access to ${d.id} must be asked for.`,
    advice: `Accept its conditions at ${d.url} with the account of your token (HF_TOKEN, or SFT: Set Hub Token), then pull again.`,
  }),
  'hub-forbidden': (d: { id: string; said: string }): Problem => ({
    what: `The Hub refuses this for ${d.id}${saying(d.said)}.`,
    advice: 'Use a token of an account that may do it; to push, it must be allowed to write.',
  }),
  'hub-not-found': (d: { id: string }): Problem => ({
    what: `There is no model ${d.id} on the Hub, or it is private.`,
    advice: 'Check the name; for a private one, set HF_TOKEN, or SFT: Set Hub Token in the editor.',
  }),
  'hub-revision-not-found': (d: { id: string; revision: string }): Problem => ({
    what: `${d.id} has no branch, tag or commit ${d.revision}.`,
    advice: 'Leave out @REVISION for the newest state, or look its revisions up on its page.',
  }),
  'hub-file-not-found': (d: { id: string; file: string }): Problem => ({
    what: `The Hub lists the file ${d.file} of ${d.id} and does not give it.`,
    advice: again,
  }),
  'hub-busy': (d: { seconds: number | undefined }): Problem => ({
    what: 'The Hub takes no more requests from here for now.',
    advice: `Try again ${d.seconds === undefined ? 'later' : `in ${Math.ceil(d.seconds / 60)} minutes`}; with a token (HF_TOKEN) it allows more.`,
  }),
  'hub-server': (d: { status: number; said: string }): Problem => ({
    what: `The Hub answers with an error (${d.status})${saying(d.said)}.`,
    advice: 'Try again later; https://status.huggingface.co says whether it has problems.',
  }),
  'hub-network': (d: { host: string; reason: string }): Problem => ({
    what: `${d.host} cannot be reached: ${d.reason}.`,
    advice: `Check the network, and HF_ENDPOINT if it is set. ${again}`,
  }),
  'hub-offline': (d: { id: string; revision: string }): Problem => ({
    what: `HF_HUB_OFFLINE is set, and ${named(d)} is not in the Hugging Face cache.`,
    advice: 'Unset HF_HUB_OFFLINE to fetch it.',
  }),
  'hub-offline-push': (): Problem => ({
    what: 'HF_HUB_OFFLINE is set, so nothing is sent.',
    advice: 'Unset HF_HUB_OFFLINE to push.',
  }),
  'hub-answer': (d: { reason: string }): Problem => ({
    what: `The Hub's answer makes no sense: ${d.reason}.`,
    advice: 'Try again; if HF_ENDPOINT is set, see whether it is a hub.',
  }),
  'hub-nothing': (d: { id: string; files: readonly string[] }): Problem => ({
    what: `${d.id} is neither a base model nor an SFT that can be read here${d.files.length === 0 ? ': it is empty' : ` (it has ${d.files.slice(0, 8).join(', ')}${d.files.length > 8 ? ', ...' : ''})`}.`,
    advice:
      'A base model has config.json and safetensors or pytorch_model.bin weights; an SFT has pytorch_diff.bin or NAME.sft.safetensors.',
  }),
  'hub-size': (d: { file: string; said: number; reason: string }): Problem => ({
    what: `The Hub says that ${d.file} has ${d.said} bytes, and ${d.reason}; it was not kept.`,
    advice: 'Try again; if it stays so, tell the owner of the model.',
  }),
  'hub-hash': (d: { file: string }): Problem => ({
    what: `${d.file} is not what the Hub says that it is: the checksum differs. It was not kept.`,
    advice: 'Try again; if it stays so, something between here and the Hub changes files.',
  }),
  'hub-disk': (d: { needed: number; free: number }): Problem => ({
    what: `${d.needed} bytes are to be fetched, and the disk of the Hugging Face cache has ${d.free} free.`,
    advice: 'Make room, or set HF_HUB_CACHE to a folder on another disk.',
  }),
  'hub-card': (d: { reason: string }): Problem => ({
    what: `The results cannot be put into the model card: ${d.reason}.`,
    advice: 'Give a file with what sft evaluate --json printed.',
  }),
  'hub-consent': (): Problem => ({
    what: 'Nothing was sent.',
    advice: 'Give --yes to push without being asked, or --card-only to see the model card alone.',
  }),
  'hub-changed': (d: { id: string }): Problem => ({
    what: `${d.id} was changed on the Hub at the same moment.`,
    advice: 'Look at it, then push again.',
  }),
} satisfies Record<string, (details: never) => Problem>;

function named({ id, revision }: { id: string; revision: string }): string {
  return revision === 'main' ? id : `${id}@${revision}`;
}

function saying(said: string): string {
  return said === '' ? '' : `: ${said}`;
}
