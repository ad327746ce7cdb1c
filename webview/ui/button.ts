import { html, nothing, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { icon } from './icon.ts';

export interface ButtonProps {
  readonly label: string;
  readonly icon?: string | undefined;
  readonly primary?: boolean | undefined;
  /** What it does, where the label is not enough. */
  readonly hint?: string | undefined;
  /** It does nothing, but keeps the focus that it has: it may do something again in a moment. */
  readonly disabled?: boolean | undefined;
  readonly press: () => void;
}

/** A button with a label. */
export function button({ label, icon: name, primary, hint, disabled, press }: ButtonProps): TemplateResult {
  return html`<vscode-button
    appearance=${primary === true ? 'primary' : 'secondary'}
    title=${ifDefined(hint)}
    aria-disabled=${ifDefined(disabled === true ? 'true' : undefined)}
    @click=${disabled === true ? nothing : press}
    >${name === undefined ? nothing : icon(name, 'start')}${label}</vscode-button
  >`;
}

/** A button without a border, for tools; `pressed` makes it a switch. */
export function toolButton({
  label,
  icon: name,
  text,
  hint,
  pressed,
  press,
}: {
  /** Its whole name, spoken and, without a hint, shown as a tooltip. */
  readonly label: string;
  readonly hint?: string;
  readonly icon?: string;
  readonly text?: string;
  readonly pressed?: boolean;
  readonly press: () => void;
}): TemplateResult {
  return html`<button
    type="button"
    class="tool"
    title=${hint ?? label}
    aria-label=${label}
    aria-pressed=${ifDefined(pressed)}
    @click=${press}
  >
    ${name === undefined ? nothing : icon(name)}${text ?? nothing}
  </button>`;
}
