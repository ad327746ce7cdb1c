import { html, nothing, type TemplateResult } from 'lit';
import type { SftOverview } from '../../src/protocol/inspect.ts';
import type { InspectAction } from '../../src/protocol/inspectPanel.ts';
import { button } from '../ui/button.ts';
import { bytes, count, percent } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { newMenu } from '../ui/menu.ts';
import { mount } from '../ui/mount.ts';
import { act, type Panel } from './panel.ts';
import { texts } from './texts.ts';

const icons: Readonly<Record<InspectAction, string>> = {
  compose: 'combine',
  attribute: 'list-tree',
  compare: 'git-compare',
  evaluate: 'beaker',
  reveal: 'folder-opened',
  copyPath: 'copy',
};
const buttons = ['compose', 'attribute', 'compare'] as const;
const inMenu = ['evaluate', 'reveal', 'copyPath'] as const;

/** Whose SFT it is, how large, and what can be done with it. */
export function header(panel: Panel, { listing }: SftOverview): TemplateResult {
  const { name, file, kind, task, language, base, baseFingerprint, entries, density, bytes: size } = listing;
  const about = [texts.kinds[kind], task, language].filter((one) => one !== null);
  const hasFile = panel.model.standing !== 'gone';
  return html`<header class="head">
    <div class="who">
      <h1 title=${file}>${name}</h1>
      <span class="about">
        ${about.map((one) => html`<span class="fact">${one}</span>`)}
        <span class="fact">${base ?? texts.noBase}</span>
        <span class="fact" title=${texts.k}
          ><abbr>K</abbr> ${count(entries)}${density === null ? nothing : ` (${percent(density)})`}</span
        >
        <span class="fact">${bytes(size)}</span>
        ${
          baseFingerprint === null
            ? html`<span class="fact" title=${texts.uncheckedHint}>${texts.unchecked}</span>`
            : html`<span class="fact" title=${texts.fingerprint(baseFingerprint)}
                >${texts.fingerprintShort(baseFingerprint)}</span
              >`
        }
      </span>
    </div>
    <div class="buttons">
      ${buttons.map((action) =>
        button({
          label: texts.actions[action],
          icon: icons[action],
          hint: texts.actionHints[action],
          disabled: !hasFile,
          press: act(panel, action),
        }),
      )}
      ${
        hasFile
          ? html`<span
              class="more"
              ${mount(newMenu, {
                label: texts.more,
                items: inMenu.map((action) => ({
                  label: texts.actions[action],
                  icon: icons[action],
                  choose: act(panel, action),
                })),
              })}
            ></span>`
          : nothing
      }
    </div>
  </header>`;
}

/** What has happened to the file since the page was opened. */
export function standingNote({ model }: Panel): TemplateResult | typeof nothing {
  if (model.standing === 'there') return nothing;
  const isGone = model.standing === 'gone';
  return html`<p class="trouble ${isGone ? 'trouble-warning' : ''}" role="status">
    <span>${icon(isGone ? 'warning' : 'info')}${isGone ? texts.gone : texts.changed}</span>
  </p>`;
}
