// @ts-check
/**
 * Makes a module that TypeScript compiled load other modules of the library when it uses them, not when it is loaded.
 * The lines keep their numbers.
 *
 * @param {string} text the compiled module
 * @param {boolean} keeps whether the module keeps the modules that it has loaded, instead of calling `require` for each
 * use
 * @param {RegExp} which the modules to load when they are used
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
