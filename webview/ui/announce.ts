/** Speaks a text to those who use a screen reader; a later one replaces it. */
export function announce(text: string): void {
  region().textContent = text;
}

function region(): HTMLElement {
  const found = document.getElementById('spoken');
  if (found !== null) return found;
  const made = document.createElement('div');
  made.id = 'spoken';
  made.className = 'unseen';
  made.setAttribute('aria-live', 'polite');
  document.body.append(made);
  return made;
}
