// @vitest-environment happy-dom
import { act } from "react";
import { useForm } from "react-hook-form";
import { expect, it, vi } from "vitest";
import { draw } from "#test/draw.ts";
import { FilledFields } from "./filled-fields.tsx";

const sent = vi.fn<(values: object) => void>();

function Form() {
  const { register, handleSubmit } = useForm({ defaultValues: { name: "", note: "" } });
  return (
    <form onSubmit={(event) => void handleSubmit((values) => sent(values))(event)}>
      <input {...register("name", { required: true })} />
      <textarea {...register("note")} />
    </form>
  );
}

it("a form sends what was filled in without an event", async () => {
  const { place } = await draw(
    <>
      <FilledFields />
      <Form />
    </>,
  );
  const fill = (field: HTMLElement | null, text: string) =>
    // past React, which watches the property of the element itself
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, text);
  fill(place.querySelector("input"), "Azure Production");
  fill(place.querySelector("textarea"), "a note");
  await act(async () => place.querySelector("form")?.requestSubmit());
  expect(sent).toHaveBeenCalledWith({ name: "Azure Production", note: "a note" });
});
