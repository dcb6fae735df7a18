import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Which npm packages share one long-lived chunk; everything else is split by route `import()`. */
const CHUNKS = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
  { name: "konva", test: /node_modules[\\/](konva|flatbush|rbush)[\\/]/ },
];

export default defineConfig({
  // Relative to the <base> of index.html, which the server sets: the app runs under any sub-path.
  base: "./",
  plugins: [react()],
  build: {
    target: "es2023",
    manifest: true,
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  server: {
    proxy: { "/api": process.env.LABELWRIGHT_URL ?? "http://127.0.0.1:8080" },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // It imports files without their endings, which Node by itself does not find.
    server: { deps: { inline: ["@rjsf/mantine"] } },
  },
});
