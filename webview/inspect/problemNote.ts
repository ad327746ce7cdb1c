import { html, type TemplateResult } from 'lit';
import { icon } from '../ui/icon.ts';
import type { Told } from './model.ts';

/** What cannot be shown, and what to do, in the place where it would stand. */
export function problemNote({ what, advice }: Told): TemplateResult {
  return html`<p class="trouble trouble-error" role="alert">
    <span>${icon('error')}<strong>${what}</strong> ${advice}</span>
  </p>`;
}
