import { html, type TemplateResult } from 'lit';

/** Something is under way, with a word that says what. */
export function progressRing(label: string): TemplateResult {
  return html`<div class="busy" role="status">
    <vscode-progress-ring aria-label=${label}></vscode-progress-ring>${label}
  </div>`;
}
