// @vitest-environment happy-dom
import { act } from "react";
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { useChanges } from "./use-changes.ts";

type Values = { name: string; isOn: boolean; minutes: string };
const saved: Values = { name: "a", isOn: true, minutes: "5" };

async function open() {
  let form: ReturnType<typeof useChanges<Values>> | undefined;
  function Form({ saved: shown }: { saved: Values }) {
    form = useChanges(shown);
    return null;
  }
  const { again } = await draw(<Form saved={saved} />);
  const now = () => {
    if (!form) throw new Error("not drawn");
    return form;
  };
  return {
    now,
    change: (changed: Partial<Values>) => act(async () => now().change(changed)),
    save: () => act(async () => now().noteSaved(now().unsaved)),
    reread: (values: Values) => again(<Form saved={values} />),
  };
}

it("sends only what the person changed", async () => {
  const form = await open();
  await form.change({ isOn: false });
  await form.change({ minutes: "6" });
  expect(form.now().unsaved).toEqual({ isOn: false, minutes: "6" });
  // changed back: whatever stands in the database meanwhile isn't overwritten
  await form.change({ isOn: true });
  expect(form.now().unsaved).toEqual({ minutes: "6" });
});

it("sends nothing twice, shows what others saved, and keeps what isn't saved yet", async () => {
  const form = await open();
  await form.change({ minutes: "6" });
  await form.save();
  expect([form.now().values.minutes, form.now().unsaved]).toEqual(["6", {}]);
  await form.change({ name: "typed" });
  await form.reread({ name: "theirs", isOn: false, minutes: "7" });
  expect(form.now().values).toEqual({ name: "typed", isOn: false, minutes: "7" });
  expect(form.now().unsaved).toEqual({ name: "typed" });
});

it("a page that isn't reread sends a value that the person changes back after saving another", async () => {
  const form = await open();
  await form.change({ isOn: false });
  await form.save();
  await form.change({ isOn: true });
  expect(form.now().unsaved).toEqual({ isOn: true });
});
