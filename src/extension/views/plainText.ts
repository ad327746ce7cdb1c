/*
 * Names and sentences come from files that anybody may have written. What is shown of them is text and nothing else:
 * no Markdown, no links to commands, no icons, nothing that turns the reading order of what stands around it.
 */

const longest = 400;
/** Of a message: VS Code shows no more of one. */
const longestMessage = 1000;
/** Control characters, line ends, and marks that override or embed a direction. */
// oxlint-disable-next-line no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** A text as one line of bounded length. */
export function plainText(text: string): string {
  return lineOf(text, longest);
}

function lineOf(text: string, most: number): string {
  const line = text.replace(unseen, ' ').trim();
  const letters = line.length > most ? Array.from(line) : [];
  return letters.length > most ? `${letters.slice(0, most).join('')}…` : line;
}

/** A text as Markdown that shows just this text. Set apart, so that one written from right to left stays in its place. */
export function markdownText(text: string): string {
  // All punctuation of ASCII may be escaped; links that need no brackets are undone by it too.
  return `\u2068${plainText(text).replace(/[!-/:-@[-`{-~]/g, String.raw`\$&`)}\u2069`;
}

/** A text for labels in which `$(name)` would be an icon. */
export function iconlessText(text: string): string {
  return plainText(text).replaceAll('$(', String.raw`\$(`);
}

/** A text for messages in which `[text](target)` would be a link. */
export function messageText(text: string): string {
  return lineOf(text, longestMessage).replaceAll('](', '] (');
}
