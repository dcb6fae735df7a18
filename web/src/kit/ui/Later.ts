import { type ComponentType, createElement, type ReactNode, useEffect, useState } from "react";

const RETRY_MS = 3_000;

/**
 * Loads until it works: the server may be out of reach for a while.
 *
 * @returns stops trying.
 */
export function loadUntilDone<T>(load: () => Promise<T>, onDone: (loaded: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const attempt = async (): Promise<void> => {
    try {
      const loaded = await load();
      if (!stopped) onDone(loaded);
    } catch (error) {
      console.warn("A part of the app could not be loaded.", error);
      if (!stopped) timer = setTimeout(() => void attempt(), RETRY_MS);
    }
  };
  void attempt();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

interface Props<P extends object> {
  /** Imports the component; must be the same function on every render. */
  load: () => Promise<ComponentType<P>>;
  /** Whether it is needed now; once loaded it stays. */
  wanted?: boolean;
  props: P;
}

/**
 * A component whose code is loaded once it is wanted; nothing until it is there.
 *
 * Unlike `lazy`, a load that fails is tried again and takes nothing else from the screen.
 */
export function Later<P extends object>({ load, wanted = true, props }: Props<P>): ReactNode {
  const [found, setFound] = useState<{ component: ComponentType<P> } | null>(null);
  const needed = wanted && found === null;
  useEffect(
    () => (needed ? loadUntilDone(load, (component) => setFound({ component })) : undefined),
    [needed, load],
  );
  return found && createElement(found.component, props);
}
