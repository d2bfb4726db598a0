/**
 * Lets React change a page that the browser translates. A translator wraps each text node in a <font>, so that the node's
 * parent is no longer the one that React knows, and `removeChild` and `insertBefore` throw. Here they follow the node into
 * its wrapper instead. Besides, what updates by itself or would be spoilt by a translator has `translate="no"`.
 * The fault is React's #11538.
 */
export function guardTranslatedDom(): void {
  const { removeChild, insertBefore } = Node.prototype;

  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    if (child.parentNode === this) return removeChild.call(this, child) as T;
    const wrapper = wrapperOf(child);
    if (wrapper.parentNode && this.contains(wrapper)) removeChild.call(wrapper.parentNode, wrapper);
    return child;
  };

  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, next: Node | null): T {
    return insertBefore.call(this, node, next && childOf(this, next)) as T;
  };
}

/** Returns the outermost <font> that contains nothing but `node`, or the node itself. */
function wrapperOf(node: Node): Node {
  const parent = node.parentNode;
  return parent && parent.nodeName === "FONT" && parent.childNodes.length === 1 ? wrapperOf(parent) : node;
}

/** Returns the child of `container` that contains `node`. Returns null, the end of the container, if none does. */
function childOf(container: Node, node: Node): Node | null {
  if (node.parentNode === container) return node;
  return node.parentNode ? childOf(container, node.parentNode) : null;
}
