// @ts-check
/**
 * Makes a module that TypeScript compiled load other modules of the library when it uses them, not when it is loaded. The lines
 * keep their numbers.
 *
 * @param {string} text the compiled module
 */
function withLazyModules(text) {
  return [...text.matchAll(/^(?:const|var) (\w+_\d+) = (require\("\.[^"]+"\));$/gm)].reduce(
    (lazy, [statement, variable, load]) =>
      lazy.replace(statement, '').replace(new RegExp(`\\b${variable}\\.`, 'g'), `(${load}).`),
    text,
  );
}

module.exports = { withLazyModules };
