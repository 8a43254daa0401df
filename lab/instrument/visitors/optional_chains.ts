/**
 * Elements behind a `?.`: `a?.b[k]` must not ask for an element where there is no `a`. Such a chain becomes a condition:
 *
 *     $watch.same($watch.nullish(a) ? undefined : $watch.at(1, $watch.taken().b)[k])
 *
 * @module
 */
import type { AnyNode, CallExpression, ChainExpression, MemberExpression } from "acorn";
import type { Places } from "../places.ts";
import type { Edit, Visitor } from "../rewrite.ts";
import { endOf, isBehindOptional, readsOrWrites, takesElement, wordBefore } from "./element_accesses.ts";

type Link = MemberExpression | CallExpression;

/** Rewrites the chains that need it; those of which too little could be kept are noted. */
export function optionalChains({ text, source, names: { watch } }: Edit, places: Places, file: string): Visitor {
  const convert = (chain: ChainExpression, links: readonly Link[], last: number): void => {
    let opened = `${wordBefore(source, chain.start)}${watch}.same(`;
    let at = chain.start;
    let owner: Link | null = null;
    const put = (by: string): void => {
      if (owner === null) text.prependRight(at, opened + by);
      else text.update(at, at + 2, opened + by);
    };
    for (let i = 0; i <= last; i++) {
      const link = links[i] as Link;
      if (!link.optional || i === last) continue;
      put(`${watch}.nullish(${accesses(links, i, owner)}`);
      owner = link;
      at = endOf(base(link), source);
      opened = ") ? undefined : ";
    }
    put(accesses(links, last + 1, owner));
    text.appendLeft(chain.end, ")");
  };

  /** The calls that open behind `owner`, for all elements up to the link number `end`, and what they begin with. */
  const accesses = (links: readonly Link[], end: number, owner: Link | null): string => {
    if (owner === null) return "";
    let calls = "";
    let value = `${watch}.taken()`;
    for (const [i, link] of links.entries()) {
      if (i >= end || i < links.indexOf(owner) || !isDeferred(link, links[i + 1] ?? null)) continue;
      calls = `${watch}.at(${places.site(link, source, file)}, ${calls}`;
      if (link === owner) value += ")";
      else text.appendLeft(endOf(base(link), source), ")");
    }
    const next = source[endOf(base(owner), source) + 2];
    return calls + value + (next === "[" || next === "(" ? "" : ".");
  };

  return (node, parent) => {
    if (node.type !== "ChainExpression") return;
    const links = linksOf(node);
    const last = links.findLastIndex((link, i) => isDeferred(link, links[i + 1] ?? null));
    if (last === -1) return;
    if (isReference(node, parent) || links.some((link, i) => i < last && isOptionalMethodCall(link))) {
      places.note(node, "An element that is reached through this `?.` is not seen.", file);
    } else convert(node, links, last);
  };
}

/** The links of a chain, in the order in which they are evaluated. */
function linksOf(chain: ChainExpression): Link[] {
  const links: Link[] = [];
  for (let node: AnyNode = chain.expression; node.type === "MemberExpression" || node.type === "CallExpression";) {
    links.unshift(node);
    node = base(node);
  }
  return links;
}

function base(link: Link): AnyNode {
  return link.type === "MemberExpression" ? link.object : link.callee;
}

/** Whether a link takes an element, and element_accesses.ts has left it for the chain as a whole. */
function isDeferred(link: Link, next: Link | null): boolean {
  return link.type === "MemberExpression" && takesElement(link) && readsOrWrites(link, next) && isBehindOptional(link);
}

/** Whether a chain is used for more than its value, so that nothing but a chain can stand there. */
function isReference(chain: ChainExpression, parent: AnyNode | null): boolean {
  return (parent?.type === "CallExpression" && parent.callee === chain) ||
    (parent?.type === "UnaryExpression" && parent.operator === "delete");
}

/** `a.b?.()`: what stands before the `?.` is two things, the function and its `this`. */
function isOptionalMethodCall(link: Link): boolean {
  return link.type === "CallExpression" && link.optional && /^(?:Member|Chain)/.test(base(link).type);
}
