// @vitest-environment happy-dom
import { beforeAll, expect, it } from "vitest";
import { draw } from "#test/draw.ts";
import { guardTranslatedDom } from "./translated-dom.ts";

beforeAll(guardTranslatedDom);

/** Wraps each text node in two <font>s, as Chrome's translator does. */
function translate(root: Node): void {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node as Text);
  for (const text of texts) {
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    text.replaceWith(outer);
    outer.append(inner);
    inner.append(text);
  }
}

type Parts = { isFirst: boolean; isLast: boolean; count: number };
const page = ({ isFirst, isLast, count }: Parts) => <Page isFirst={isFirst} isLast={isLast} count={count} />;
function Page({ isFirst, isLast, count }: Parts) {
  return (
    <p>
      {isFirst ? "first " : null}
      {isLast ? <b>inserted </b> : null}
      {`${count} new`}
    </p>
  );
}

it("a translated page goes on: texts change, go and come without an error", async () => {
  const { place: root, again } = await draw(page({ isFirst: true, isLast: false, count: 1 }));
  translate(root);
  await again(page({ isFirst: true, isLast: true, count: 3 }));
  expect(root.textContent).toBe("first inserted 3 new");
  await again(page({ isFirst: false, isLast: false, count: 3 }));
  expect(root.textContent).toBe("3 new");
  translate(root);
  await again(page({ isFirst: true, isLast: true, count: 12 }));
  expect(root.textContent).toBe("first inserted 12 new");
});
