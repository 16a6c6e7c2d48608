import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const server = process.env.SKEIN_URL ?? 'http://127.0.0.1:8080'
const proxied = ['/v1', '/v2', '/v3', '/2010-04-01', '/skein', '/console/errors', '/openapi.json']

/** Writes what the server sends to browsers that take it compressed. */
function compressed(): Plugin {
  return {
    name: 'compressed-assets',
    apply: 'build',
    closeBundle() {
      const folder = join(import.meta.dirname, 'dist/assets')
      for (const name of readdirSync(folder)) {
        if (!/\.(js|css|svg)$/.test(name)) continue
        const bytes = readFileSync(join(folder, name))
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes))
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), compressed()],
  // The server puts a nonce of its own into every answer.
  html: { cspNonce: '__SKEIN_NONCE__' },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 700, manifest: 'manifest.json' },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, server])) },
})
