import { html, nothing, type TemplateResult } from 'lit';
import type { ComposeAction } from '../../src/protocol/composePanel.ts';
import { problemNote } from '../inspect/problemNote.ts';
import { button } from '../ui/button.ts';
import { icon } from '../ui/icon.ts';
import { progressRing } from '../ui/progressRing.ts';
import { figuresSection } from './figures.ts';
import { historySection } from './history.ts';
import { pairsSection } from './pairs.ts';
import { act, type Panel } from './panel.ts';
import { rowsSection } from './rows.ts';
import { sweepSection } from './sweep.ts';
import { texts } from './texts.ts';

/** The whole page; without a panel nothing has been told yet. */
export function page(panel: Panel | undefined): TemplateResult {
  if (panel === undefined) return progressRing(texts.loading);
  const { problem, isTrusted } = panel.view;
  if (problem !== null) {
    return html`<main>
      ${problemNote(problem)}
      <p class="bar-row">
        ${button({ label: texts.openText, icon: 'file-code', press: act(panel, 'openText') })}
      </p>
    </main>`;
  }
  return html`<main>
    <div class="top">
      ${header(panel)} ${baseNote(panel)}
      ${
        isTrusted
          ? nothing
          : html`<p class="trouble trouble-warning">
              <span>${icon('shield')}${texts.restricted}</span>
            </p>`
      }
    </div>
    <div class="columns">
      <div class="stack">${rowsSection(panel)} ${historySection(panel)}</div>
      <div class="stack">${figuresSection(panel)} ${sweepSection(panel)}</div>
    </div>
    ${pairsSection(panel)}
  </main>`;
}

function header(panel: Panel): TemplateResult {
  const { name, base, isTrusted, setting } = panel.view;
  const canSave = isTrusted && setting.rows.some((row) => row.on);
  const one = (action: Exclude<ComposeAction, 'addSfts'> & keyof typeof texts.actions, more: object = {}) =>
    button({ label: texts.actions[action], press: act(panel, action), ...more });
  const baseText = base === 'looking' ? texts.baseLooking : base === null ? '' : texts.base(base.name);
  return html`<header class="head">
    <div class="who">
      <h1>${name}</h1>
      <span class="about" title=${base === null || base === 'looking' ? '' : base.folder}>${baseText}</span>
    </div>
    <div class="buttons">
      ${one('saveSft', { primary: true, disabled: !canSave, hint: texts.actionHints.saveSft })}
      ${one('exportModel', { disabled: !canSave, hint: texts.actionHints.exportModel })}
      ${one('undo', { icon: 'discard' })} ${one('redo', { icon: 'redo' })}
    </div>
  </header>`;
}

function baseNote(panel: Panel): TemplateResult | typeof nothing {
  const { base, setting } = panel.view;
  if (base !== null || setting.rows.length === 0) return nothing;
  return html`<p class="trouble trouble-warning">
    <span>${icon('warning')}${texts.noBase}</span>
    <span>${button({ label: texts.chooseBase, icon: 'folder', press: act(panel, 'chooseBase') })}</span>
  </p>`;
}
