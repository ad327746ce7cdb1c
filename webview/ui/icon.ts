import '@vscode/codicons/dist/codicon.css';
import { html, type TemplateResult } from 'lit';

/** A codicon by its name, for the eye alone. */
export function icon(name: string, slot?: 'start'): TemplateResult {
  return slot === undefined
    ? html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`
    : html`<span slot="start" class="codicon codicon-${name}" aria-hidden="true"></span>`;
}
