import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** Called for the tab that is shown alone. */
  readonly content: () => TemplateResult;
}

/** Tabs with one panel shown; arrow keys, Home and End go from one to the next. */
export function tabs<Id extends string>({
  label,
  all,
  active,
  choose,
  aside,
}: {
  readonly label: string;
  readonly all: readonly Tab<Id>[];
  readonly active: Id;
  readonly choose: (id: Id) => void;
  /** Stands at the end of the row of tabs. */
  readonly aside: TemplateResult;
}): TemplateResult {
  const changed = (event: Event) => {
    if (event.target !== event.currentTarget) return;
    // The attribute follows the property later.
    const id = (event.currentTarget as Element & { activeid: string }).activeid.replace(/^tab-/, '');
    const chosen = all.find((tab) => tab.id === id);
    if (chosen !== undefined && chosen.id !== active) choose(chosen.id);
  };
  return html`<vscode-panels activeid="tab-${active}" aria-label=${label} @change=${changed}>
    ${all.map(
      (tab) =>
        html`<vscode-panel-tab id="tab-${tab.id}" ${ref(tab.id === active ? reveal : undefined)}
          >${tab.label}</vscode-panel-tab
        >`,
    )}
    <span slot="end" class="tab-aside">${aside}</span>
    ${all.map(
      (tab) =>
        html`<vscode-panel-view id="view-${tab.id}">
          ${tab.id === active ? tab.content() : ''}
        </vscode-panel-view>`,
    )}
  </vscode-panels>`;
}

/** Scrolls a row of tabs that does not fit to the one that is shown, and nothing else. */
function reveal(tab: Element | undefined): void {
  // It has no place yet.
  requestAnimationFrame(() => {
    const row = tab?.assignedSlot?.parentElement;
    if (tab === undefined || row === null || row === undefined) return;
    const place = tab.getBoundingClientRect();
    const shown = row.getBoundingClientRect();
    if (place.right > shown.right) row.scrollLeft += place.right - shown.right;
    else if (place.left < shown.left) row.scrollLeft -= shown.left - place.left;
  });
}
