// Run with `node --experimental-vm-modules`: nothing is transformed.
export default { transform: {}, setupFiles: ['./jest.setup.js'] };
