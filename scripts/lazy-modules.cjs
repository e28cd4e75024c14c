// @ts-check
/**
 * Changes a compiled TypeScript module so that it loads other modules of the library on use, and not when it is loaded
 * itself. Line numbers stay the same.
 *
 * @param {string} text the compiled module
 * @param {boolean} keeps whether the module keeps references to loaded modules instead of calling `require` on each use
 * @param {RegExp} which matches the names of the modules to load on use
 */
function withLazyModules(text, keeps, which = /^\./) {
  return [...text.matchAll(/^(?:const|var) (\w+_\d+) = (require\("([^"]+)"\));$/gm)]
    .filter(([, , , module]) => which.test(module))
    .reduce(
      (lazy, [statement, variable, load]) =>
        lazy
          .replace(statement, keeps ? `let ${variable};` : '')
          .replace(new RegExp(`\\b${variable}\\.`, 'g'), keeps ? `(${variable} ??= ${load}).` : `(${load}).`),
      text,
    );
}

module.exports = { withLazyModules };
