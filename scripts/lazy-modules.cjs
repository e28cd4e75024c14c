// @ts-check
/**
 * Makes a module that TypeScript compiled load other modules of the library when it uses them, not when it is loaded. The lines
 * keep their numbers.
 *
 * @param {string} text the compiled module
 * @param {boolean} keeps whether the module keeps the modules that it has loaded, instead of calling `require` for each use
 */
function withLazyModules(text, keeps) {
  return [...text.matchAll(/^(?:const|var) (\w+_\d+) = (require\("\.[^"]+"\));$/gm)].reduce(
    (lazy, [statement, variable, load]) =>
      lazy
        .replace(statement, keeps ? `let ${variable};` : '')
        .replace(new RegExp(`\\b${variable}\\.`, 'g'), keeps ? `(${variable} ??= ${load}).` : `(${load}).`),
    text,
  );
}

module.exports = { withLazyModules };
