import { html, type TemplateResult } from 'lit';

/** Names and values, side by side. */
export function facts(all: readonly (readonly [string, string])[]): TemplateResult {
  return html`<dl class="facts">
    ${all.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
