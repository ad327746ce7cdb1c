import type { FromInspector, ToInspector } from '../../src/protocol/inspectPanel.ts';
import { inspectorHost, inspectorSession } from '../support/inspectorHost.ts';
import { openViews, type ViewPage, type ViewPages } from './runPage.ts';
import type { ThemeKind } from './themes.ts';

export type InspectPage = ViewPage<ToInspector, FromInspector>;
export type InspectPages = ViewPages<ToInspector, FromInspector>;

export const openInspectPages = (): Promise<InspectPages> => openViews<ToInspector, FromInspector>('inspect');

export interface OpenOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly bases?: readonly string[];
  readonly sfts?: readonly string[];
}

/** A page on an SFT file with what stands behind it in a window. */
export async function openSft(pages: InspectPages, file: string, options: OpenOptions = {}) {
  const { theme, width, bases, sfts } = options;
  const opened: { page?: InspectPage } = {};
  const early: FromInspector[] = [];
  const host = inspectorHost({
    file,
    send: (message) => void opened.page?.send(message),
    ...(bases === undefined ? {} : { bases }),
    ...(sfts === undefined ? {} : { sfts }),
  });
  const take = (message: FromInspector): void => {
    // The page says that it is ready before it is handed out.
    if (opened.page === undefined) early.push(message);
    else void host.take(message).catch((error: unknown) => host.failures.push(error));
  };
  const page = await pages.open({
    take,
    ...(theme === undefined ? {} : { theme }),
    ...(width === undefined ? {} : { width }),
  });
  opened.page = page;
  for (const message of early) take(message);
  return { ...page, host };
}

/** A page on two SFT files. */
export async function openDiffPage(
  pages: InspectPages,
  files: readonly string[],
  { theme, width }: OpenOptions = {},
): Promise<InspectPage> {
  const page = await pages.open({
    ...(theme === undefined ? {} : { theme }),
    ...(width === undefined ? {} : { width }),
  });
  await page.postedOf('ready');
  const comparison = await inspectorSession().ask('diffSfts', { files, force: false });
  await page.send({ type: 'comparing', files }, { type: 'comparison', comparison });
  return page;
}
