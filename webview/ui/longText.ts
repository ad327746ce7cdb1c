import type { Mounted } from './mount.ts';

/** A long text in a box that scrolls; a log follows its end unless the user has scrolled up. */
export function newText(host: HTMLElement): Mounted<{ readonly text: string; readonly followsEnd: boolean }> {
  let shown = '';
  return {
    update({ text, followsEnd }) {
      if (text === shown) return;
      const isAtEnd = host.scrollTop + host.clientHeight >= host.scrollHeight - 4;
      const follows = followsEnd && (shown === '' || isAtEnd);
      shown = text;
      host.textContent = text;
      if (follows) host.scrollTop = host.scrollHeight;
    },
    destroy() {
      host.textContent = '';
    },
  };
}
