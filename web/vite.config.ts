import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Which npm packages share one long-lived chunk; everything else is split by route `import()`. */
const CHUNKS = [
  { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
  { name: "konva", test: /node_modules[\\/](konva|flatbush|rbush)[\\/]/ },
];

export default defineConfig({
  plugins: [react()],
  define: { __WEB_VERSION__: JSON.stringify(version) },
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
  },
});
