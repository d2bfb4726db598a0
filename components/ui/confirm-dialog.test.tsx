// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

const dialog = (isEnterConfirming: boolean) => (
  <ConfirmDialog
    title="Take it over from Ben?"
    text="It is yours then."
    confirm="Take over"
    isEnterConfirming={isEnterConfirming}
    onConfirm={() => {}}
    onClose={() => {}}
  />
);

it.each([true, false])(
  "has the focus on what confirms: %s, as a key opened it",
  async (isEnterConfirming) => {
    (document.activeElement as HTMLElement | null)?.blur();
    const { place } = await draw(dialog(isEnterConfirming));
    const confirm = place.querySelector("button[type=submit]");
    expect(document.activeElement === confirm).toBe(isEnterConfirming);
  },
);
