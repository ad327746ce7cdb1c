import { html, render } from 'lit';
import { icon } from './icon.ts';
import type { Mounted } from './mount.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon: string;
  readonly choose: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

/** A button that opens a menu; arrow keys, Home, End and Escape as in any menu. */
export function newMenu(host: HTMLElement): Mounted<MenuProps> {
  let items: readonly MenuItem[] = [];
  const button = () => host.querySelector<HTMLButtonElement>('button');
  const list = () => host.querySelector<HTMLElement>('[role=menu]');
  const entries = () => [...host.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const isOpen = () => list()?.matches(':popover-open') === true;

  const open = () => {
    const menu = list();
    const place = button()?.getBoundingClientRect();
    if (menu === null || place === undefined) return;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const below = place.bottom + height <= innerHeight;
    menu.style.left = `${Math.max(4, Math.min(place.right, innerWidth - 4) - width)}px`;
    menu.style.top = `${below ? place.bottom : Math.max(4, place.top - height)}px`;
    entries()[0]?.focus();
  };
  const close = () => {
    list()?.hidePopover();
    button()?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next: Record<string, number> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at + all.length - 1) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const to = next[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) all[to]?.focus();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopPropagation();
  };
  const choose = (item: MenuItem) => {
    close();
    item.choose();
  };
  const opened = () => button()?.setAttribute('aria-expanded', String(isOpen()));

  return {
    update(props) {
      items = props.items;
      render(
        html`<button
            type="button"
            class="tool"
            title=${props.label}
            aria-label=${props.label}
            aria-haspopup="menu"
            aria-expanded="false"
            @click=${() => (isOpen() ? close() : open())}
          >
            ${icon('ellipsis')}
          </button>
          <div
            role="menu"
            class="menu"
            popover="auto"
            aria-label=${props.label}
            @keydown=${keys}
            @toggle=${opened}
          >
            ${items.map(
              (item) =>
                html`<button type="button" role="menuitem" tabindex="-1" @click=${() => choose(item)}>
                  ${icon(item.icon)}${item.label}
                </button>`,
            )}
          </div>`,
        host,
      );
    },
    destroy() {
      render('', host);
    },
  };
}
