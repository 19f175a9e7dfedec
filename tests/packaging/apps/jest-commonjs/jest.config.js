module.exports = {
  // gaesup-state is ES modules only: Babel makes them CommonJS, as it does with the tests.
  transformIgnorePatterns: ['/node_modules/(?!.*gaesup-state/)'],
  setupFiles: ['./jest.setup.js'],
};
