import { html, nothing, type TemplateResult } from 'lit';
import { button } from '../ui/button.ts';
import { mount } from '../ui/mount.ts';
import { newText } from '../ui/longText.ts';
import { progressRing } from '../ui/progressRing.ts';
import { act, type Panel } from './panel.ts';
import { texts } from './texts.ts';

/** The recipe or the log as text that can be selected. */
export function textTab(panel: Panel, tab: 'recipe' | 'log'): TemplateResult {
  const { model, send } = panel;
  const text = tab === 'recipe' ? model.recipe : (model.log?.text ?? null);
  const isCut = tab === 'log' && model.log?.truncated === true;
  const [label, open, name] =
    tab === 'recipe'
      ? ([texts.recipeLabel, 'openRecipe', 'file-code'] as const)
      : ([texts.logLabel, 'openLog', 'output'] as const);
  return html`<div class="text-tab">
    <div class="bar-row">
      ${button({ label: texts.actions[open], icon: name, press: act(panel, open) })}
      ${button({ label: texts.refresh, icon: 'refresh', press: () => send({ type: 'tab', tab }) })}
      ${isCut ? html`<span class="note">${texts.truncated}</span>` : nothing}
    </div>
    ${
      text === null
        ? progressRing(texts.waiting)
        : html`<pre
            class="text"
            tabindex="0"
            role="region"
            aria-label=${label}
            ${mount(newText, { text: text === '' ? (tab === 'log' ? texts.noLog : texts.emptyText) : text, followsEnd: tab === 'log' })}
          ></pre>`
    }
  </div>`;
}
