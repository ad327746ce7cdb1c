import { html, type TemplateResult } from 'lit';

/** A number with a bar whose length is its share of the largest one, for the eye alone. */
export function meter(text: string, share: number): TemplateResult {
  const filled = `${(100 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))).toFixed(1)}%`;
  return html`<span class="meter"
    ><span class="meter-bar" aria-hidden="true" .style=${`--filled: ${filled}`}></span>${text}</span
  >`;
}
