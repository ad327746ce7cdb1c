import { html, nothing, type TemplateResult } from 'lit';
import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import { count } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { stagesOf, type Stage } from './stages.ts';
import { texts } from './texts.ts';

/** The phases as a track, with where the run is. */
export function track(run: RunSnapshot): TemplateResult {
  const stages = stagesOf(run);
  const most = Math.max(1, ...stages.map(({ steps }) => steps));
  const several = stages.some(({ iteration }) => iteration > 1);
  const phase = run.phases[run.current];
  return html`<div class="track-row">
    <ol class="track" aria-label=${texts.track}>
      ${stages.map((stage) => trackStage(stage, most, several))}
    </ol>
    <span class="track-step">
      ${phase === undefined ? texts.notStarted : texts.step(count(phase.done), count(phase.steps))}
    </span>
  </div>`;
}

function trackStage(stage: Stage, most: number, several: boolean): TemplateResult {
  const { kind, iteration, state, done, steps } = stage;
  const name = texts.phases[kind];
  const label = several && steps > 0 ? `${name} ${iteration}` : name;
  const share = steps === 0 ? 0 : Math.min(1, state === 'done' ? 1 : done / steps);
  const width = steps === 0 ? 'flex: none' : `flex-grow: ${Math.max(0.25, steps / most)}`;
  return html`<li
    class="stage ${state} ${steps > 0 ? 'long' : ''}"
    title=${texts.phaseHints[kind]}
    aria-current=${state === 'current' ? 'step' : nothing}
    .style=${width}
  >
    ${steps > 0 ? nothing : icon(state === 'done' ? 'pass-filled' : state === 'current' ? 'loading' : 'circle-large')}
    <span class="stage-name">${label}</span><span class="unseen">${texts.stageStates[state]}</span>
    ${
      steps === 0
        ? nothing
        : html`<span
            class="bar"
            role="progressbar"
            aria-label=${label}
            aria-valuemin="0"
            aria-valuemax=${steps}
            aria-valuenow=${done}
            aria-valuetext=${texts.step(count(done), count(steps))}
            ><span class="filled" .style=${`width: ${100 * share}%`}></span
          ></span>`
    }
  </li>`;
}
