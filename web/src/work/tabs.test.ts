import { expect, it, vi } from "vitest";
import { type Channel, TabGuard } from "./tabs";

/** Channels that hear one another, as those of one browser do. */
function browser(): () => Channel {
  const listeners = new Map<Channel, (event: { data: unknown }) => void>();
  return () => {
    const channel: Channel = {
      addEventListener: (_type, listener) => listeners.set(channel, listener),
      postMessage(data) {
        for (const [other, listener] of listeners) if (other !== channel) listener({ data });
      },
      close: () => listeners.delete(channel),
    };
    return channel;
  };
}

const saving = () => vi.fn<() => Promise<void>>(async () => undefined);

it("f06: the second tab that shows a task is read-only until it takes over", async () => {
  const open = browser();
  const save = saving();
  const first = new TabGuard(save, open);
  const second = new TabGuard(saving(), open);
  first.show("a");
  second.show("a");
  expect(first.state.getState().elsewhere).toBeNull();
  expect(second.state.getState().elsewhere).toBe("a");
  expect(save).not.toHaveBeenCalled();
  expect(await second.takeOver()).toBe(true);
  expect(save).toHaveBeenCalledOnce();
  expect(first.state.getState().elsewhere).toBe("a");
  // Until it has loaded what the first one saved, it goes on being read-only.
  expect(second.state.getState().elsewhere).toBe("a");
});

it("f06: tabs with different tasks, and one that moved on, do not disturb each other", () => {
  const open = browser();
  const first = new TabGuard(saving(), open);
  const second = new TabGuard(saving(), open);
  first.show("a");
  second.show("b");
  expect(second.state.getState().elsewhere).toBeNull();
  first.show("c");
  second.show("a");
  expect(second.state.getState().elsewhere).toBeNull();
  first.close();
  second.show("c");
  expect(second.state.getState().elsewhere).toBeNull();
});

it("f06: what the server says of another machine holds for the task on screen alone", async () => {
  const tab = new TabGuard(saving(), browser());
  tab.show("a");
  tab.noteFar("b");
  expect(tab.state.getState()).toEqual({ elsewhere: null, far: false });
  tab.noteFar("a");
  expect(tab.state.getState()).toEqual({ elsewhere: "a", far: true });
  tab.show("b");
  expect(tab.state.getState()).toEqual({ elsewhere: null, far: false });
});

it("f06: a tab that cannot hear others works alone", async () => {
  const alone = new TabGuard(saving(), () => null);
  alone.show("a");
  expect(alone.state.getState().elsewhere).toBeNull();
});
