import { html, nothing, type TemplateResult } from 'lit';
import type { RunAction } from '../../src/protocol/runPanel.ts';
import { button } from '../ui/button.ts';
import { count, percent } from '../ui/format.ts';
import { newMenu } from '../ui/menu.ts';
import { mount } from '../ui/mount.ts';
import { actionIcons, actionsFor } from './actions.ts';
import { kOf } from './kView.ts';
import type { PanelModel } from './model.ts';
import { act, type Panel } from './panel.ts';
import { texts } from './texts.ts';

type Shown = NonNullable<PanelModel['shown']>;

/** Whose run it is, and what can be done with it. */
export function header(panel: Panel, { heading, view, presence }: Shown): TemplateResult {
  const { name, kind, task, base, folder } = heading;
  const { run } = view;
  const isChoosing = run.phases[run.current]?.phase === 'full' && (run.start?.k ?? 0) > 0;
  const { buttons, menu, isBusy } = actionsFor(presence, isChoosing);
  const isQueued = presence.kind === 'live' && presence.live.status === 'queued';
  const labelOf = (action: RunAction) =>
    isQueued && action === 'stop' ? texts.actions.leaveQueue : texts.actions[action];
  const hints: Partial<Record<RunAction, string>> = texts.actionHints;
  return html`<header class="head">
    <div class="who">
      <h1 title=${folder}>${name}</h1>
      <span class="about">
        <span class="fact" title=${texts.kindHint}>${texts.kinds[kind] ?? kind}</span>
        <span class="fact">${task}</span>
        <span class="fact">${base}</span>
        ${maskSize(view.run.start, kOf(view.run, presence.kind === 'live' ? presence.live : undefined))}
      </span>
    </div>
    <div class="buttons">
      ${buttons.map((action, i) =>
        button({
          label: labelOf(action),
          icon: actionIcons[action],
          primary: i === 0 && (action === 'resume' || action === 'evaluate'),
          hint: hints[action],
          disabled: isBusy,
          press: act(panel, action),
        }),
      )}
      ${
        menu.length === 0
          ? nothing
          : html`<span
              class="more"
              ${mount(newMenu, {
                label: texts.more,
                items: menu.map((action) => ({
                  label: labelOf(action),
                  icon: actionIcons[action],
                  choose: act(panel, action),
                })),
              })}
            ></span>`
      }
    </div>
  </header>`;
}

function maskSize(
  start: Shown['view']['run']['start'],
  k: number | undefined,
): TemplateResult | typeof nothing {
  if (start === null || k === undefined) return nothing;
  const { maskable } = start;
  return k === 0
    ? html`<span class="fact">${texts.noMask}</span>`
    : html`<span class="fact" title=${texts.k}
        ><abbr>K</abbr> ${count(k)} (${percent(k / Math.max(1, maskable))})</span
      >`;
}
