import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import {
  boundedCoefficient,
  type ComposeRow,
  compositionRules,
  sftName,
  stepOf,
  stepped,
  withMoved,
  withoutFile,
} from '../../src/protocol/compose.ts';
import { distinctNames } from '../../src/protocol/distinctNames.ts';
import { problemNote } from '../inspect/problemNote.ts';
import { announce } from '../ui/announce.ts';
import { button, toolButton } from '../ui/button.ts';
import { percent } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { act, type Panel, setPart } from './panel.ts';
import { texts } from './texts.ts';

/** The row that is being dragged. */
let dragged: string | undefined;

/** The SFTs with their coefficients, and how they are put together. */
export function rowsSection(panel: Panel): TemplateResult {
  const { rows } = panel.view.setting;
  const names = shownNames(panel.view);
  return html`<section class="sfts" aria-label=${texts.rows}>
    ${
      rows.length === 0
        ? html`<p class="empty-words">${texts.noRows}</p>`
        : html`<ol class="rows" aria-label=${texts.rows}>
            ${repeat(
              rows,
              ({ file }) => file,
              (one, i) => row(panel, one, i, names[i]),
            )}
          </ol>`
    }
    <div class="bar-row">
      ${button({ label: texts.actions.addSfts, icon: 'add', press: act(panel, 'addSfts') })}
      ${ruleChoice(panel)} ${headChoice(panel)}
    </div>
    <p class="note" id="rule-sentence">${texts.ruleSentences[panel.view.setting.rule]}</p>
  </section>`;
}

/** What rows are called, in their order, so that they can be told apart. */
function shownNames({ setting, sfts }: Panel['view']): string[] {
  return distinctNames(setting.rows.map(({ file }) => ({ name: sfts[file]?.name ?? sftName(file), file })));
}

function row(panel: Panel, one: ComposeRow, at: number, name: string): TemplateResult {
  const { setting, sfts } = panel.view;
  const { file, coefficient, on } = one;
  const facts = sfts[file];
  const put = (part: Partial<ComposeRow>, isMoving = false): void => {
    // Keys may come faster than frames: what is drawn may be older than what is set.
    const rows = panel.view.setting.rows.map((other) =>
      other.file === file ? { ...other, ...part } : other,
    );
    setPart(panel, { rows }, isMoving);
  };
  const move = (step: number): void => {
    // As they are now: keys can be quicker than what is drawn.
    const { rows } = panel.view.setting;
    const from = rows.findIndex((other) => other.file === file);
    const place = Math.min(rows.length - 1, Math.max(0, from + step));
    if (from < 0 || place === from) return;
    setPart(panel, { rows: withMoved(rows, from, place) });
    announce(texts.movedTo(name, place + 1, rows.length));
  };
  const moveKeys = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(step);
    // Where it stands in another place, the element has lost the focus: back before the next key, in the frame that draws it.
    const handle = event.currentTarget;
    if (handle instanceof HTMLElement) requestAnimationFrame(() => handle.focus());
  };
  const steps = (event: KeyboardEvent): void => {
    const sign = stepKeys[event.key];
    if (sign === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // The editor has commands of its own for some of these keys.
    event.stopPropagation();
    const now = panel.view.setting.rows.find((other) => other.file === file);
    put({ coefficient: stepped(now?.coefficient ?? coefficient, sign * stepOf(event)) });
  };
  const slid = (isMoving: boolean) => (event: Event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    // A slider whose ends moved while it is dragged would run away under the mouse.
    sliding = isMoving
      ? { file, ends: sliding?.file === file ? sliding.ends : endsFor(coefficient) }
      : undefined;
    put({ coefficient: Number(event.target.value) }, isMoving);
  };
  const [lowest, highest] = sliding?.file === file ? sliding.ends : endsFor(coefficient);
  const typed = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    const value = event.target.valueAsNumber;
    if (Number.isFinite(value)) put({ coefficient: boundedCoefficient(value) });
    else event.target.value = String(coefficient);
  };
  const dropped = (event: DragEvent): void => {
    const from = setting.rows.findIndex((other) => other.file === dragged);
    if (from < 0) return;
    event.preventDefault();
    event.stopPropagation();
    dragged = undefined;
    setPart(panel, { rows: withMoved(setting.rows, from, at) });
  };
  return html`<li
    class="row ${on ? '' : 'off'}"
    @dragover=${(event: DragEvent) => {
      if (dragged !== undefined) event.preventDefault();
    }}
    @drop=${dropped}
  >
    <button
      type="button"
      class="tool handle"
      draggable="true"
      title=${texts.move(name)}
      aria-label=${texts.move(name)}
      @keydown=${moveKeys}
      @dragstart=${(event: DragEvent) => {
        dragged = file;
        event.dataTransfer?.setData('text/plain', name);
      }}
      @dragend=${() => {
        dragged = undefined;
      }}
    >
      ${icon('gripper')}
    </button>
    <input
      type="checkbox"
      aria-label=${texts.use(name)}
      title=${texts.use(name)}
      .checked=${live(on)}
      @change=${() => put({ on: !on })}
    />
    <button
      type="button"
      class="link name"
      title=${file}
      aria-label=${texts.open(name)}
      @click=${() => panel.send({ type: 'open', file })}
    >
      ${name}
    </button>
    <input
      type="range"
      aria-label=${texts.coefficient(name)}
      title=${texts.sliderHint}
      min=${lowest}
      max=${highest}
      step="0.01"
      .value=${live(String(coefficient))}
      @keydown=${steps}
      @input=${slid(true)}
      @change=${slid(false)}
    />
    <input
      type="number"
      aria-label=${texts.number(name)}
      title=${texts.sliderHint}
      step="any"
      .value=${String(coefficient)}
      @keydown=${(event: KeyboardEvent) => {
        // The others move the cursor.
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') steps(event);
      }}
      @change=${typed}
    />
    <span class="density note" title=${texts.density}>${percent(facts?.density ?? null)}</span>
    ${toolButton({
      label: texts.remove(name),
      icon: 'close',
      press: () => panel.set(withoutFile(setting, file), false),
    })}
    ${
      facts === undefined || facts.problem === null
        ? facts?.entries === 0
          ? html`<p class="note below">${texts.empty}</p>`
          : nothing
        : html`<div class="below">${problemNote(facts.problem)}</div>`
    }
  </li>`;
}

/** The slider that is dragged, with the ends that it had before. */
let sliding: { readonly file: string; readonly ends: readonly [number, number] } | undefined;

/** The ends of a coefficient's slider: a number that was typed may lie beyond the usual ones. */
function endsFor(coefficient: number): readonly [number, number] {
  return [Math.min(-1, coefficient), Math.max(2, coefficient)];
}

/** Keys that move a coefficient up or down. */
const stepKeys: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
};

function ruleChoice(panel: Panel): TemplateResult {
  const { rule } = panel.view.setting;
  const chosen = (event: Event): void => {
    const { target } = event;
    const found = compositionRules.find((one) => target instanceof HTMLSelectElement && one === target.value);
    if (found !== undefined) setPart(panel, { rule: found });
  };
  return html`<label class="choice"
    >${texts.rule}
    <select aria-describedby="rule-sentence" .value=${live(rule)} @change=${chosen}>
      ${compositionRules.map((one) => html`<option value=${one} ?selected=${one === rule}>${texts.rules[one]}</option>`)}
    </select></label
  >`;
}

/** Only where there is a choice. */
function headChoice(panel: Panel): TemplateResult | typeof nothing {
  const { setting, sfts } = panel.view;
  const { head } = setting;
  const files = setting.rows.map(({ file }) => file).filter((file) => sfts[file]?.hasHead === true);
  if (files.length < 2 && head === null) return nothing;
  const names = shownNames(panel.view);
  const options: readonly (readonly [string, string])[] = [
    ['', texts.heads.any],
    ...setting.rows.map(({ file }, i) => [file, names[i]] as const).filter(([file]) => files.includes(file)),
    ['none', texts.heads.none],
  ];
  const chosen = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    setPart(panel, { head: event.target.value === '' ? null : event.target.value });
  };
  return html`<label class="choice" title=${texts.headHint}
    >${texts.head}
    <select .value=${live(head ?? '')} @change=${chosen}>
      ${options.map(
        ([value, label]) =>
          html`<option value=${value} ?selected=${value === (head ?? '')}>${label}</option>`,
      )}
    </select></label
  >`;
}
