/**
 * Import and export declarations go; what they declare stays.
 *
 * @module
 */
import type { ExportDefaultDeclaration } from "acorn";
import type { Edit, Visitor } from "../rewrite.ts";

const COMMENT_OR_SPACE = String.raw`(?:\s|/\*[^]*?\*/|//[^\n\r\u2028\u2029]*)*`;
const EXPORT_DEFAULT_REGEXP = new RegExp(`^export${COMMENT_OR_SPACE}default`);
const FUNCTION_KEYWORD_REGEXP = new RegExp(`^(?:async${COMMENT_OR_SPACE})?function(?:${COMMENT_OR_SPACE}\\*)?`);

/** Rewrites the declarations; `anonymous` tells afterwards whether there was an anonymous default function. */
export function moduleSyntax({ text, source, names }: Edit): {
  readonly visit: Visitor;
  readonly anonymous: () => boolean;
} {
  let anonymous = false;
  const replace = (start: number, end: number, by: string): void => {
    text.update(start, end, by + source.slice(start, end).replace(/[^\n\r\u2028\u2029]+/g, ""));
  };

  const visitDefault = (node: ExportDefaultDeclaration): void => {
    const { declaration } = node;
    const keywordsEnd = node.start + (EXPORT_DEFAULT_REGEXP.exec(source.slice(node.start))?.[0].length ?? 0);
    const isClass = declaration.type === "ClassDeclaration";
    const isFunction = declaration.type === "FunctionDeclaration";
    if ((isClass || isFunction) && declaration.id !== null) replace(node.start, declaration.start, " ");
    else if (isFunction) {
      // A function declaration exists before the module's body runs, also without a name.
      anonymous = true;
      replace(node.start, declaration.start, " ");
      const keyword = FUNCTION_KEYWORD_REGEXP.exec(source.slice(declaration.start))?.[0].length ?? 0;
      text.appendLeft(declaration.start + keyword, ` ${names.default}`);
    } else {
      // As a property's value, an anonymous class or function gets the name "default", as it must.
      replace(node.start, keywordsEnd, `const ${names.default} = { default: `);
      const end = !isClass && source[node.end - 1] === ";" ? node.end - 1 : node.end;
      text.appendLeft(end, " }.default;");
    }
  };

  return {
    anonymous: () => anonymous,
    visit: (node) => {
      switch (node.type) {
        case "ImportDeclaration":
        case "ExportAllDeclaration":
          // The semicolon keeps the lines before and after apart.
          replace(node.start, node.end, ";");
          break;
        case "ExportNamedDeclaration":
          if (node.declaration) replace(node.start, node.declaration.start, " ");
          else replace(node.start, node.end, ";");
          break;
        case "ExportDefaultDeclaration":
          visitDefault(node);
      }
    },
  };
}
