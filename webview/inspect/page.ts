import { html, nothing, type TemplateResult } from 'lit';
import type { SftOverview } from '../../src/protocol/inspect.ts';
import type { InspectTab } from '../../src/protocol/inspectPanel.ts';
import { button } from '../ui/button.ts';
import { icon } from '../ui/icon.ts';
import { progressRing } from '../ui/progressRing.ts';
import { tabs } from '../ui/tabs.ts';
import { diffPage } from './diffPage.ts';
import { headTab, lineageTab, metadataTab, recipeTab } from './fileTabs.ts';
import { header, standingNote } from './header.ts';
import { mapColumn } from './mapColumn.ts';
import type { Panel } from './panel.ts';
import { texts } from './texts.ts';
import { tokensTab } from './tokensTab.ts';
import { valuesTab } from './valuesTab.ts';

/** The whole page: one SFT, or two compared. */
export function page(panel: Panel): TemplateResult {
  const { overview, comparison, problem } = panel.model;
  if (problem !== null) return problemPage(panel, problem);
  if (comparison !== null) return diffPage(panel, comparison);
  if (overview === null) {
    return progressRing(panel.state.files.length > 1 ? texts.comparing : texts.loading);
  }
  return html`<main>
    <div class="top">${header(panel, overview)} ${standingNote(panel)}</div>
    <div class="columns">
      ${mapColumn(panel, overview)}
      <div class="what">${tabRow(panel, overview)}</div>
    </div>
  </main>`;
}

function tabRow(panel: Panel, overview: SftOverview): TemplateResult {
  const { state, change } = panel;
  const content: Readonly<Record<InspectTab, () => TemplateResult>> = {
    tokens: () => tokensTab(panel, overview),
    values: () => valuesTab(panel),
    head: () => headTab(overview),
    recipe: () => recipeTab(overview),
    lineage: () => lineageTab(panel, overview),
    metadata: () => metadataTab(overview),
  };
  return tabs<InspectTab>({
    label: texts.tabList,
    active: state.tab,
    choose: (tab) => change({ tab }),
    all: (Object.keys(content) as InspectTab[]).map((id) => ({
      id,
      label: texts.tabs[id],
      content: content[id],
    })),
    aside: html``,
  });
}

function problemPage(
  { change, send }: Panel,
  { what, advice, canForce }: NonNullable<Panel['model']['problem']>,
): TemplateResult {
  const force = () => {
    change({ force: true });
    send({ type: 'ready', base: null, force: true });
  };
  return html`<main>
    <section class="trouble trouble-error" role="alert">
      <p>${icon('error')}<strong>${what}</strong> ${advice}</p>
      ${canForce ? html`<p>${button({ label: texts.diff.force, press: force })}</p>` : nothing}
    </section>
  </main>`;
}
