import { nothing, type ElementPart } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';

/** What has taken an element over: it draws there whatever it is given. */
export interface Mounted<P> {
  update(props: P): void;
  /** Gives up what the element does not own: observers, listeners elsewhere. */
  destroy(): void;
}

/** A part of a page with a state of its own. */
export type Mountable<P> = (element: HTMLElement) => Mounted<P>;

class Mount<P> extends AsyncDirective {
  #mounted: Mounted<P> | undefined;
  #last: (() => Mounted<P>) | undefined;

  render(_create: Mountable<P>, _props: P) {
    return nothing;
  }

  override update({ element }: ElementPart, [create, props]: [Mountable<P>, P]) {
    this.#last = () => {
      const mounted = create(element as HTMLElement);
      mounted.update(props);
      return mounted;
    };
    if (!this.isConnected) return nothing;
    if (this.#mounted === undefined) this.#mounted = this.#last();
    else this.#mounted.update(props);
    return nothing;
  }

  override disconnected() {
    this.#mounted?.destroy();
    this.#mounted = undefined;
  }

  override reconnected() {
    this.#mounted = this.#last?.();
  }
}

const mountDirective = directive(Mount);

/** In a template, on an element: hands the element to `create` once, and the props at each rendering. */
export function mount<P>(create: Mountable<P>, props: P) {
  return mountDirective(create, props);
}
